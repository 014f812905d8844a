"""Settles by a read of the whole list what was sent from here. Only a read confirms; nothing is repeated before one."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from iexdg.team.audit.record import record
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace
from leads.models import BlockState, Suppression, Unblocked
from leads.models.suppression import OPEN_BLOCK
from leads.states import move_blocked

# A list may be read from a copy that is some seconds old: what was sent since then is not judged by this read.
LIST_LAG = timedelta(seconds=30)
MOST_ATTEMPTS = 5
_SENT = (BlockState.SENT, BlockState.UNKNOWN)


def confirm_listed(workspace: Workspace, read_at: datetime) -> None:
    """Settle what the read at this moment lists."""
    listed = Suppression.objects.filter(workspace=workspace, synced_at=read_at)
    wanted = (*OPEN_BLOCK, BlockState.REFUSED)
    move_blocked(listed.filter(is_leaving=False), to=BlockState.CONFIRMED, expected=wanted, error="", attempts=0)
    _try_again(listed.filter(is_leaving=True), read_at, "takes it off and still lists it")


def settle_unlisted(workspace: Workspace, read_at: datetime) -> None:
    """Settle what a complete read at this moment did not list."""
    mine = Suppression.objects.filter(workspace=workspace)
    # A value that another read lists later was added meanwhile.
    unlisted = mine.filter(Q(synced_at__lt=read_at) | Q(synced_at__isnull=True))
    _forget(unlisted.filter(is_leaving=True))
    removed_there = _forget(unlisted.filter(is_leaving=False, state=BlockState.CONFIRMED))
    if removed_there:
        record(
            "blocklist:values:gone",
            f"{plural(removed_there, 'value')} of the block list taken off at Instantly",
            subject=f"workspace:{workspace.pk}",
            after={"values": removed_there},
        )
    _try_again(unlisted.filter(is_leaving=False), read_at, "accepts it and does not list it")


def _forget(gone: QuerySet[Suppression]) -> int:
    """Take rows off the mirror, and remember that the policy must not put them on again."""
    rows = list(gone.values_list("pk", "workspace_id", "value", "asked_by_id", "is_leaving"))
    now = timezone.now()
    Unblocked.objects.bulk_create(
        [
            Unblocked(workspace_id=workspace, value=value, at=now, by_id=member if is_leaving else None)
            for _, workspace, value, member, is_leaving in rows
        ],
        ignore_conflicts=True,
        batch_size=200,
    )
    pks = [row[0] for row in rows]
    for place in range(0, len(pks), 500):
        Suppression.objects.filter(pk__in=pks[place : place + 500]).delete()
    return len(rows)


def _try_again(rows: QuerySet[Suppression], read_at: datetime, words: str) -> None:
    """Send once more what certainly was not carried out, and give up after some attempts."""
    certain = rows.filter(sent_at__lt=read_at - LIST_LAG)
    given_up = f"Instantly {words}, after {MOST_ATTEMPTS} attempts."
    move_blocked(certain.filter(attempts__gte=MOST_ATTEMPTS), to=BlockState.REFUSED, expected=_SENT, error=given_up)
    move_blocked(certain, to=BlockState.ASKED, expected=_SENT)
