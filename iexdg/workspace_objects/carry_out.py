"""Carries out requested changes of objects, and reads back what became of them.

May run twice and at the same time: a lease lets one process have a change. What a worker that died left behind is read
back first. Only what repeating cannot harm is sent again, and only where the read-back shows that it is not done.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.states import has_come
from iexdg.workspace_objects.kinds import ChangeOf, Seen, how_to_change
from iexdg.workspace_objects.lists import read_lists_about
from iexdg.workspace_objects.models import OPEN_CHANGE, ObjectChange, ObjectState, Verb
from iexdg.workspace_objects.orders import LEASE, claim, confirm, leave_unknown, refuse, release
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Mode, Workspace

_READ_BACK_WAITS_S = (0.0, 0.5, 1.5, 3.0)
# A slow Instantly must not keep a worker from the next change: after this the sweep reads back.
_READ_BACK_FOR_S = 10.0
GIVE_UP_AFTER = timedelta(minutes=15)
_MOST_ATTEMPTS = 5
# A change that was just requested is with a worker already; the sweep ignores it for this long.
_SWEEP_AFTER = timedelta(seconds=3)


def carry_out(pk: int, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Take a change as far as it goes now; what stays open is continued by the sweep."""
    change = claim(pk)
    if change is None:
        return
    try:
        _continue(change, how_to_change(change.kind), sleep)
    finally:
        release(change)
    read_lists_about(change)


def _continue(change: ObjectChange, how: ChangeOf, sleep: Callable[[float], None]) -> None:
    rows = ObjectChange.objects.filter(pk=change.pk)
    if change.state != ObjectState.ASKED:
        _read_back_once(change, how)
        if not _again(change):
            return
    # A pause that was never sent is sent however late; whoever requested something else may no longer want it.
    is_unsent_pause = change.verb == Verb.PAUSE and change.state == ObjectState.ASKED
    if timezone.now() - change.asked_at > GIVE_UP_AFTER and not is_unsent_pause:
        refuse(rows, "It was not confirmed in 15 minutes.")
        return
    if not _is_due(change, how):
        return
    reason = _forbidden(change, how)
    if reason:
        # What was sent may have been carried out: only what was never sent is certainly not done.
        refuse(rows.filter(state=ObjectState.ASKED), reason)
        return
    how.send(change, client_for(change.workspace))
    _read_back(change, how, sleep)


def _is_due(change: ObjectChange, how: ChangeOf) -> bool:
    """Whether it is sent now: for the first time, or again where repeating is harmless and it does not read as done."""
    if change.state == ObjectState.ASKED:
        return True
    if change.verb == Verb.PAUSE:
        return True
    return change.answered_at is None and change.verb in how.repeatable and change.attempts < _MOST_ATTEMPTS


def _forbidden(change: ObjectChange, how: ChangeOf) -> str:
    if change.verb == Verb.PAUSE:
        return ""
    if not Workspace.objects.filter(pk=change.workspace_id, mode=Mode.WRITE).exists():
        return "The workspace was put into observe mode."
    return how.forbidden(change)


def _read_back(change: ObjectChange, how: ChangeOf, sleep: Callable[[float], None]) -> None:
    ends_at = time.monotonic() + _READ_BACK_FOR_S
    for number, wait_s in enumerate(_READ_BACK_WAITS_S, 1):
        if wait_s:
            sleep(wait_s)
        is_last = number == len(_READ_BACK_WAITS_S) or time.monotonic() > ends_at
        if not _again(change):
            return
        _read_back_once(change, how, is_last=is_last)
        if is_last:
            return


def _read_back_once(change: ObjectChange, how: ChangeOf, *, is_last: bool = True) -> None:
    """Close what reads as requested, and after the last read what Instantly accepted and still shows otherwise."""
    rows = ObjectChange.objects.filter(pk=change.pk)
    try:
        seen = how.read_back(change, client_for(change.workspace))
    except ClientError as error:
        leave_unknown(rows, str(error))
        return
    if seen is Seen.DONE:
        confirm(rows)
    elif is_last and change.answered_at is not None and change.verb not in {Verb.PAUSE, Verb.CREATE}:
        refuse(rows, change.error or "Instantly accepted it and still reads otherwise. Look, then try again.")
    elif is_last:
        leave_unknown(rows)


def _again(change: ObjectChange) -> bool:
    """Read the row again; whether it is still open."""
    change.refresh_from_db()
    return change.is_open


def changes_to_continue(workspace: Workspace) -> QuerySet[ObjectChange]:
    """Open changes of a workspace that no process has."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | has_come("lease_until", now, longest=LEASE)
    asked = has_come("asked_at", now - _SWEEP_AFTER, longest=_SWEEP_AFTER)
    return ObjectChange.objects.filter(free, asked, workspace=workspace, state__in=OPEN_CHANGE).order_by("id")
