"""The settle watch: the status is read for a while after the last batch, since a flip can come late."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Max
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.incident_kinds import AFTER_A_FLIP
from campaigns.models import ReadingWhy
from campaigns.sending.tripwire import check_status
from leads.events import log
from leads.lease import Lease
from leads.loading.reconcile import settle_open_batches
from leads.loading.run import recover
from leads.models import Batch, BatchState, Import, ImportState

# Most flips happen at once, so the first half minute is read more often.
_CLOSE_WATCH = timedelta(seconds=30)
_CLOSE_EVERY = timedelta(seconds=2)


def settle_until(imported: Import) -> datetime | None:
    """When the settle watch of this import ends; None if nothing was sent."""
    sent = Batch.objects.filter(imported=imported).exclude(state__in=[BatchState.PLANNED, BatchState.REFUSED])
    # People of a move arrive until its job ends.
    last: datetime | None = sent.aggregate(last=Max(Coalesce("job_ended_at", "sent_at")))["last"]
    # Sent in the future: the clock was set back, and the watch is no longer for that.
    return min(last, timezone.now()) + timedelta(seconds=settings.SETTLE_WATCH_S) if last else None


def settle_slice(imported: Import, lease: Lease) -> datetime | None:
    """One check of the settle watch. Returns when to check again; None when the watch is over.

    It also covers an import that is held or stopped after a part of it was loaded, or while a batch was in flight whose
    worker stopped.
    """
    recover(imported)
    waiting = settle_open_batches(imported)
    if waiting is not None:
        return timezone.now() + waiting
    until = settle_until(imported)
    now = timezone.now()
    # A list sends nothing, so nothing can flip.
    if until is None or now >= until or imported.campaign is None:
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
        summary = found.incident.summary if found.incident else "Turned active by itself"
        log(imported, f"{summary}. {AFTER_A_FLIP}", "bad")
    lease.write(settle_until=until)
    began = until - timedelta(seconds=settings.SETTLE_WATCH_S)
    regular = timedelta(seconds=settings.SETTLE_READ_EVERY_S)
    return now + (min(_CLOSE_EVERY, regular) if now - began < _CLOSE_WATCH else regular)


def _finish(imported: Import, lease: Lease) -> None:
    if lease.move(to=ImportState.DONE, expected=ImportState.SETTLING, finished_at=timezone.now()):
        log(imported, "Settle watch over: done" if imported.lead_list_id is None else "Done", "ok")
