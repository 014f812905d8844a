"""The settle watch: after the last batch the status is read on, since a flip may come late."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Max
from django.utils import timezone

from campaigns.models import ReadingWhy
from campaigns.sending.tripwire import check_status
from leads.events import log
from leads.lease import Lease
from leads.loading.reconcile import settle_open_batches
from leads.loading.run import recover
from leads.models import Batch, BatchState, Import, ImportState

# A flip follows at once more often than late, so the first half minute is watched closely.
_CLOSE_WATCH = timedelta(seconds=30)
_CLOSE_EVERY = timedelta(seconds=2)


def settle_until(imported: Import) -> datetime | None:
    """Until when the campaign is watched because of this import; None where nothing was sent."""
    sent = Batch.objects.filter(imported=imported).exclude(state__in=[BatchState.PLANNED, BatchState.REFUSED])
    last: datetime | None = sent.aggregate(last=Max("sent_at"))["last"]
    return last + timedelta(seconds=settings.SETTLE_WATCH_S) if last else None


def settle_slice(imported: Import, lease: Lease) -> datetime | None:
    """One look of the settle watch. Returns when to look again; None when the watch is over.

    Also watches over an import that is held or stopped after some of it was loaded, or while a batch was on the wire
    whose worker went away.
    """
    recover(imported)
    waiting = settle_open_batches(imported)
    if waiting is not None:
        return timezone.now() + waiting
    until = settle_until(imported)
    now = timezone.now()
    if until is None or now >= until:
        _finish(imported, lease)
        return None
    found = check_status(
        imported.campaign,
        why=ReadingWhy.SETTLE,
        since=None,
        cause=f"It happened after {imported.file_name} was loaded.",
    )
    if found.flipped:
        if found.is_new:
            lease.write(flips=F("flips") + 1)
        log(imported, found.incident.summary if found.incident else "Turned active by itself", "bad")
    lease.write(settle_until=until)
    began = until - timedelta(seconds=settings.SETTLE_WATCH_S)
    regular = timedelta(seconds=settings.SETTLE_READ_EVERY_S)
    return now + (min(_CLOSE_EVERY, regular) if now - began < _CLOSE_WATCH else regular)


def _finish(imported: Import, lease: Lease) -> None:
    if lease.move(to=ImportState.DONE, expected=ImportState.SETTLING, finished_at=timezone.now()):
        log(imported, "Settle watch over: done", "ok")
