"""Reads lists of Instantly and keeps them, with the time and the error of the last try. Pages show what was kept."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.workspace_objects.kinds import Item, lists
from iexdg.workspace_objects.models import ListReading, ObjectChange, ObjectKind
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

logger = logging.getLogger(__name__)
# A list is read so often by itself, and at once after a change or when someone presses Read now.
READ_EVERY = timedelta(seconds=60)
# The lists that a change of a kind shows in.
_SHOWN_IN = {
    ObjectKind.TAG: (ObjectKind.TAG, ObjectKind.TAGGED),
    ObjectKind.LABEL: (ObjectKind.LABEL,),
    ObjectKind.KEY: (ObjectKind.KEY,),
    ObjectKind.WEBHOOK: (ObjectKind.WEBHOOK, ObjectKind.WEBHOOK_EVENT),
}


@dataclass(frozen=True)
class Kept:
    """A list as it was last read. Shapes: items - () where it was never read, and then `read_at` is None."""

    items: tuple[Item, ...] = ()
    read_at: datetime | None = None
    unknown_since: datetime | None = None
    error: str = ""


def kept(workspace: Workspace, *kinds: ObjectKind) -> tuple[Kept, ...]:
    """Return lists as they were last read, in the order of `kinds`; one query."""
    rows = {row.kind: row for row in ListReading.objects.filter(workspace=workspace, kind__in=kinds)}
    return tuple(_kept(rows[kind]) if kind in rows else Kept() for kind in kinds)


def _kept(row: ListReading) -> Kept:
    return Kept(tuple(row.items or ()), row.read_at, row.unknown_since, row.error)


def read_list(workspace: Workspace, kind: str) -> bool:
    """Read one list and keep it; False where it could not be read: the last one stays, with the reason."""
    now = timezone.now()
    row, _ = ListReading.objects.get_or_create(workspace=workspace, kind=kind)
    this = ListReading.objects.filter(pk=row.pk)
    try:
        items = lists()[kind](workspace, client_for(workspace))
    except ClientError as error:
        this.update(error=str(error)[:300], changed_at=now)
        this.filter(unknown_since__isnull=True).update(unknown_since=now)
        logger.warning("The %s list of %s could not be read: %s", kind, workspace.slug, error)
        return False
    was_unknown = bool(row.error)
    this.update(items=items, read_at=now, unknown_since=None, error="")
    if was_unknown or items != row.items:
        this.update(changed_at=now)
    return True


def read_lists(workspace: Workspace) -> None:
    """Read every list of a workspace that was not read lately. One that fails does not keep the others from it."""
    lately = timezone.now() - READ_EVERY / 2
    fresh = ListReading.objects.filter(Q(read_at__gt=lately), workspace=workspace, error="")
    known = set(fresh.values_list("kind", flat=True))
    for kind in lists():
        if kind not in known:
            read_list(workspace, kind)


def read_lists_about(change: ObjectChange) -> None:
    """Read the lists that show a change, so that the page shows what became of it."""
    for kind in _SHOWN_IN.get(ObjectKind(change.kind), ()):
        if kind in lists():
            read_list(change.workspace, kind)
