"""What a worker does with an import: one step after the other, for a slice of time.

The database is the truth: `advance` may be called twice, at the same time, or never for a while. A lease lets one
worker through; the sweep calls it for every import whose `due_at` has come.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.killswitch import is_stopped
from leads.errors import LeaseLostError
from leads.events import log
from leads.importing.stage import check_import
from leads.lease import Lease, take
from leads.loading.run import load_slice
from leads.loading.settle import settle_slice, settle_until
from leads.models import Import, ImportState, LoadPolicy, Row, RowState
from leads.models.importing import WORKING
from leads.verification.receipts import free_claims
from leads.verification.run import is_verified, next_look, verify_slice

SLICE_S = 25.0
SPENDING = frozenset({ImportState.VERIFYING, ImportState.LOADING})


def due_imports() -> QuerySet[Import]:
    """Imports that a worker should look at: work to do or a settle watch, due, and nobody on it."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    watched = Q(state__in=[ImportState.VERIFIED, ImportState.STOPPED, ImportState.DONE], due_at__isnull=False)
    connected = Import.objects.filter(workspace__in=connected_workspaces())
    return connected.filter(free, Q(state__in=WORKING) | watched, due_at__lte=now).order_by("due_at")


def advance(import_pk: int, *, slice_s: float = SLICE_S, clock: Callable[[], float] = time.monotonic) -> bool:
    """Work on one import for about `slice_s` seconds. False where another worker has it.

    Leaves `due_at` saying when it wants to be looked at next; nothing is lost if the process dies anywhere in here.
    """
    lease = take(import_pk)
    if lease is None:
        return False
    due_at: datetime | None = timezone.now() + timedelta(seconds=5)
    try:
        if lease.was_abandoned:
            _take_over(import_pk)
        due_at = _work(import_pk, lease, until=clock() + slice_s, clock=clock)
    except LeaseLostError:
        return False
    finally:
        lease.release(due_at=due_at)
    return True


def _take_over(import_pk: int) -> None:
    imported = Import.objects.get(pk=import_pk)
    freed = free_claims(imported)
    if imported.state in {ImportState.VERIFYING, ImportState.LOADING}:
        log(imported, f"A worker went away; its {freed} open questions are taken over", "warn")


def _work(import_pk: int, lease: Lease, *, until: float, clock: Callable[[], float]) -> datetime | None:
    """Go from state to state until the slice is over or something must be waited for."""
    while True:
        lease.renew()
        imported = Import.objects.select_related("campaign__workspace", "workspace").get(pk=import_pk)
        due_at = _step(imported, lease, until=until, clock=clock)
        if due_at is None or due_at > timezone.now() or clock() >= until:
            return due_at


def _step(imported: Import, lease: Lease, *, until: float, clock: Callable[[], float]) -> datetime | None:
    if imported.state == ImportState.CHECKING:
        check_import(imported.pk, keep_going=lease.keep)
        return None
    if imported.state in SPENDING and is_stopped(imported.workspace):
        return _halt(imported, lease, "The kill switch was turned on.")
    if imported.state in SPENDING and not imported.workspace.may_write:
        return _halt(imported, lease, "The workspace was put into observe mode.")
    if imported.state == ImportState.VERIFYING:
        return _verify(imported, lease, until=until, clock=clock)
    if imported.state == ImportState.LOADING:
        due_at = load_slice(imported, lease, until=until, clock=clock)
        return due_at or _watch_from_now(imported)
    return settle_slice(imported, lease)


def _halt(imported: Import, lease: Lease, reason: str) -> datetime | None:
    """Somebody forbade it while it ran: nothing more is spent or loaded."""
    lease.stop(expected=imported.state, reason=reason)
    log(imported, reason, "warn")
    return _watch_from_now(imported)


def _verify(imported: Import, lease: Lease, *, until: float, clock: Callable[[], float]) -> datetime | None:
    verify_slice(imported, lease, until=until, clock=clock)
    if not is_verified(imported):
        imported.refresh_from_db()
        if imported.state != ImportState.VERIFYING:
            return _watch_from_now(imported)
        return next_look(imported) or timezone.now()
    return _after_verification(imported, lease)


def _after_verification(imported: Import, lease: Lease) -> datetime | None:
    now = timezone.now()
    ready = Row.objects.filter(imported=imported, state=RowState.VERIFIED).count()
    log(imported, f"Every address has its verdict; {ready} rows may load", "ok")
    if not ready:
        lease.move(to=ImportState.SETTLING, expected=ImportState.VERIFYING, verified_at=now)
        return now
    if imported.policy == LoadPolicy.HOLD:
        lease.move(
            to=ImportState.VERIFIED,
            expected=ImportState.VERIFYING,
            verified_at=now,
            stop_reason=f"{ready} verified rows are held here until the go-live is approved.",
        )
        return _watch_from_now(imported)
    lease.move(to=ImportState.LOADING, expected=ImportState.VERIFYING, verified_at=now)
    return now


def _watch_from_now(imported: Import) -> datetime | None:
    """The settle watch goes on for what was loaded already, also while the rest is held or stopped."""
    until = settle_until(imported)
    now = timezone.now()
    return now + timedelta(seconds=1) if until and until > now else None


def has_open_work(imported: Import) -> bool:
    """Whether anything but the settle watch is still going on by itself."""
    return imported.state in {ImportState.CHECKING, ImportState.VERIFYING, ImportState.LOADING}


def run_until_settled(import_pk: int, *, sleep: Callable[[float], None] = time.sleep) -> Import:
    """Do the worker's part here, until nothing but the settle watch is open."""
    while True:
        advance(import_pk)
        imported = Import.objects.get(pk=import_pk)
        if not has_open_work(imported):
            return imported
        due = imported.due_at or timezone.now()
        sleep(min(2.0, max(0.05, (due - timezone.now()).total_seconds())))
