"""Requests to start, pause, resume and delete a placement test. `carry_out.py` makes the calls."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from iexdg.mailboxes.models import Mailbox
from iexdg.placement.errors import PlacementRefusedError
from iexdg.placement.models import PlacementKind, PlacementStatus, PlacementTest
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import OPEN_CHANGE, ObjectChange, ObjectKind, Verb
from iexdg.workspace_objects.orders import order
from iexdg.workspaces.connected import require_write_mode
from iexdg.workspaces.killswitch import refuse_while_stopped
from iexdg.workspaces.models import Workspace

MOST_SENDERS = 200
_VARIABLE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True)
class NewTest:
    """A test that is to be started.

    Shapes: senders - addresses; seed_kinds - as Instantly lists them, () for every kind; schedule - {} for a test that
        runs once and now, else days, timing and timezone by Instantly's names; at_once - also now.
    """

    name: str
    senders: Sequence[str]
    subject: str
    body: str
    is_one_by_one: bool = True
    text_only: bool = False
    seed_kinds: Sequence[Mapping[str, str]] = ()
    schedule: Mapping[str, Any] = field(default_factory=dict)
    at_once: bool = False


def start_test(workspace: Workspace, new: NewTest, *, by: Member, via: str | None = None) -> ObjectChange:
    """Record a request to start a test, which sends real e-mails.

    Raises: NotAllowedError, ObserveModeError; KillSwitchError; PlacementRefusedError - the name is taken, a
        mailbox is not one of this workspace, or there is a variable in what is sent. Nothing was recorded.
    """
    require(by, Action.PLACEMENT, workspace)
    require_write_mode(workspace)
    refuse_while_stopped(workspace)
    if refusal := variable_refusal(new.subject) or variable_refusal(new.body):
        raise PlacementRefusedError(refusal)
    senders = sorted({sender.strip().lower() for sender in new.senders})
    _refuse_senders(workspace, senders)
    (read,) = kept(workspace, ObjectKind.PLACEMENT)
    if read.read_at is None:
        raise PlacementRefusedError("The placement tests were not read yet. Press Read now, then try again.")
    there = PlacementTest.objects.filter(workspace=workspace, vanished_at__isnull=True)
    if there.filter(name__iexact=new.name).exists():
        raise PlacementRefusedError(f"There is a placement test called {new.name}. Choose another name.")
    values = {
        "kind": (PlacementKind.AUTOMATED if new.schedule else PlacementKind.ONE_TIME).value,
        "senders": senders,
        "subject": new.subject,
        "body": new.body,
        "delivery": 1 if new.is_one_by_one else 2,
        "text_only": new.text_only,
        "seed_kinds": [dict(one) for one in new.seed_kinds],
        "schedule": dict(new.schedule),
        "at_once": new.at_once,
    }
    return order(workspace, ObjectKind.PLACEMENT, Verb.CREATE, by=by, name=new.name, values=values, via=via)


def variable_refusal(text: str) -> str:
    """Why a text cannot be tested because of a variable in it, or ""."""
    found = _VARIABLE.search(text)
    if found is None:
        return ""
    return f"A test goes to no lead, so {found[0][:60]} has no value. Write the words that a lead would read."


def _refuse_senders(workspace: Workspace, senders: Sequence[str]) -> None:
    if not 1 <= len(senders) <= MOST_SENDERS:
        raise PlacementRefusedError(f"Choose between 1 and {MOST_SENDERS} mailboxes.")
    known = Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=True, email__in=senders)
    missing = sorted(set(senders) - set(known.values_list("email", flat=True)))
    if missing:
        raise PlacementRefusedError(f"{missing[0]} is not a mailbox of this workspace. Choose from the list.")


def pause_test(test: PlacementTest, *, by: Member | None, reason: str = "", via: str | None = None) -> ObjectChange:
    """Record a request to pause a test; open to everyone, also in observe mode."""
    return _order(test, Verb.PAUSE, by=by, reason=reason, via=via)


def resume_test(test: PlacementTest, *, by: Member, via: str | None = None) -> ObjectChange:
    """Record a request to resume a test, which sends real e-mails again.

    Raises: NotAllowedError, ObserveModeError; KillSwitchError; PlacementRefusedError - it is not paused. Nothing was
        recorded.
    """
    require(by, Action.PLACEMENT, test.workspace)
    require_write_mode(test.workspace)
    refuse_while_stopped(test.workspace)
    if test.status != PlacementStatus.PAUSED:
        raise PlacementRefusedError(f"{test.name} is not paused. Nothing was changed.")
    return _order(test, Verb.RESUME, by=by, via=via)


def delete_test(test: PlacementTest, *, by: Member, via: str | None = None) -> ObjectChange:
    """Record a request to delete a test with its results. Raises: NotAllowedError, ObserveModeError; ObjectError."""
    return _order(test, Verb.DELETE, by=by, via=via)


def _order(
    test: PlacementTest, verb: Verb, *, by: Member | None, reason: str = "", via: str | None = None
) -> ObjectChange:
    return order(
        test.workspace,
        ObjectKind.PLACEMENT,
        verb,
        by=by,
        name=test.name,
        remote_id=test.remote_id,
        reason=reason,
        via=via,
    )


def placement_tests_that_can_send(*workspaces: Workspace) -> QuerySet[PlacementTest]:
    """Everything in these workspaces that is not known to be not sending, and what is being resumed.

    A test that is over stays over, also while it cannot be read.
    """
    may_send = ~Q(status__in=(PlacementStatus.PAUSED, PlacementStatus.COMPLETED)) | Q(status__isnull=True)
    unread = Q(unknown_since__isnull=False) & ~Q(status=PlacementStatus.COMPLETED)
    resuming = ObjectChange.objects.filter(
        workspace=OuterRef("workspace"),
        remote_id=OuterRef("remote_id"),
        kind=ObjectKind.PLACEMENT,
        verb=Verb.RESUME,
        state__in=OPEN_CHANGE,
    )
    there = PlacementTest.objects.filter(workspace__in=workspaces, vanished_at__isnull=True)
    return there.filter(may_send | unread | Exists(resuming)).select_related("workspace")
