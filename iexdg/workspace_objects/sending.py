"""What sends e-mails beside campaigns: the app above declares it, and the kill switch pauses all of it.

Each app declares it in its module `workspace_object_kinds`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from iexdg.team.models import Member
from iexdg.workspace_objects.models import OPEN_CHANGE, ObjectChange, ObjectKind, ObjectState, Verb
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class Sends:
    """How objects of one kind are found and paused.

    Shapes: that_can_send - rows with workspace, remote_id and name, of everything in these workspaces that is not known
        to be not sending; pause - records the request for one row, and refuses nobody; there - the numbers of rows by
        remote id, for their pages; page - for `page_url`.
    """

    that_can_send: Callable[..., QuerySet[Any]]
    pause: Callable[..., ObjectChange]
    there: Callable[[Workspace, Collection[str]], dict[str, int]]
    page: str


@dataclass(frozen=True)
class CanSend:
    """One object that can send. Shapes: kind - in words, in the singular."""

    workspace_id: int
    kind: str
    name: str


_kinds: dict[ObjectKind, Sends] = {}


def declare_sending(kind: ObjectKind, how: Sends) -> None:
    """Say how objects of a kind that sends e-mails are found and paused."""
    _kinds[kind] = how


def that_can_send(*workspaces: Workspace) -> list[CanSend]:
    """Return every object in these workspaces that can send; one query for each kind."""
    return [
        CanSend(row.workspace_id, kind.label, row.name)
        for kind, how in _kinds.items()
        for row in how.that_can_send(*workspaces)
    ]


def pause_what_sends(
    workspace: Workspace, *, by: Member | None, reason: str, via: str | None = None
) -> list[ObjectChange]:
    """Record a request to pause every object that can send and is not being paused already. Also in observe mode."""
    pausing = set(open_pauses(workspace).values_list("kind", "remote_id"))
    return [
        how.pause(row, by=by, reason=reason, via=via)
        for kind, how in _kinds.items()
        for row in how.that_can_send(workspace)
        if (kind.value, row.remote_id) not in pausing
    ]


def open_pauses(workspace: Workspace) -> QuerySet[ObjectChange]:
    """Requests to pause objects that send, whose outcome is not known yet."""
    return _pauses(workspace).filter(state__in=OPEN_CHANGE).order_by()


def paused_since(workspace: Workspace, since: datetime) -> list[ObjectChange]:
    """Return the newest request to pause of each object since a moment, unconfirmed ones first."""
    asked = _pauses(workspace).filter(asked_at__gte=since).order_by("pk")
    newest = {(one.kind, one.remote_id): one for one in asked}
    return sorted(newest.values(), key=lambda one: (one.state == ObjectState.CONFIRMED, one.name))


def numbers_of(workspace: Workspace, changes: Collection[ObjectChange]) -> dict[tuple[str, str], tuple[str, int]]:
    """Return page and number of the objects of changes that are mirrored, by kind and remote id."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for kind, how in _kinds.items():
        remote_ids = [one.remote_id for one in changes if one.kind == kind]
        numbers = how.there(workspace, remote_ids) if remote_ids else {}
        found |= {(kind.value, remote_id): (how.page, pk) for remote_id, pk in numbers.items()}
    return found


def _pauses(workspace: Workspace) -> QuerySet[ObjectChange]:
    return ObjectChange.objects.filter(workspace=workspace, kind__in=list(_kinds), verb=Verb.PAUSE)
