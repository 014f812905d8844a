"""Processes an import in a worker, step by step, for a limited slice of time.

All state is in the database: `advance` may be called twice, concurrently, or not at all for a while. A lease admits
one worker at a time; the sweep calls it for every import whose `due_at` has passed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.utils import timezone

from iexdg.operations.storage import storage_trouble
from iexdg.states import has_come
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.killswitch import is_stopped
from leads.by_list.plan import take_over_unpaid
from leads.by_list.run import list_slice, release_lists
from leads.errors import LeaseLostError
from leads.events import log
from leads.importing.stage import check_import
from leads.imports.trouble import show, stop_for
from leads.lease import Lease, is_free, take
from leads.lists.target import refusal_of
from leads.loading.run import load_slice
from leads.loading.settle import settle_slice, settle_until
from leads.models import Import, ImportState, LoadPolicy, RowState, VerifyBy
from leads.models.importing import WORKING
from leads.queries import rows_in
from leads.verification.receipts import release_claims
from leads.verification.run import is_verified, may_continue, next_poll_at, verify_slice

SLICE_S = 25.0
# No import waits longer for its next slice.
_LONGEST_WAIT = timedelta(minutes=10)
SPENDING = frozenset({ImportState.VERIFYING, ImportState.LOADING})


@dataclass(frozen=True)
class _Slice:
    """How long this call works, by which clock, and how the next worker takes over while verifying."""

    until: float
    clock: Callable[[], float]
    hand_over: Callable[[], None] | None


def due_imports() -> QuerySet[Import]:
    """Imports that a worker should process: due, with work to do or a settle watch, and without a lease."""
    now = timezone.now()
    watched = Q(state__in=[ImportState.VERIFIED, ImportState.STOPPED, ImportState.DONE], due_at__isnull=False)
    connected = Import.objects.filter(workspace__in=connected_workspaces())
    due = has_come("due_at", now, longest=_LONGEST_WAIT)
    return connected.filter(is_free(now), due, Q(state__in=WORKING) | watched).order_by("due_at")


def advance(
    import_pk: int,
    *,
    slice_s: float = SLICE_S,
    clock: Callable[[], float] = time.monotonic,
    then: Callable[[], None] | None = None,
) -> bool:
    """Process one import for about `slice_s` seconds. False if another worker holds its lease, or has it from here on.

    Shapes: then - starts the next worker. Given, it is called shortly before this slice ends.

    Sets `due_at` to the time of the next call; nothing is lost if the process dies at any point in here. Where the disk
    is full or can only be read, the import stops with that reason.
    Raises: DatabaseError, OSError - of another cause, or where even the reason cannot be stored: the sweep tries again.
    """
    lease = _take(import_pk)
    if lease is None:
        return False
    due_at: datetime | None = timezone.now() + timedelta(seconds=5)
    piece = _Slice(until=clock() + slice_s, clock=clock, hand_over=partial(_hand_over, lease, then) if then else None)
    try:
        if lease.was_abandoned:
            _recover_abandoned(import_pk)
        due_at = _work(import_pk, lease, piece)
    except LeaseLostError:
        return False
    except (DatabaseError, OSError) as error:
        trouble = storage_trouble(error)
        if trouble is None or not stop_for(import_pk, lease, trouble):
            raise
    finally:
        lease.release(due_at=due_at)
    return True


def _take(import_pk: int) -> Lease | None:
    try:
        return take(import_pk)
    except DatabaseError as error:
        if trouble := storage_trouble(error):
            show(import_pk, trouble)
        raise


def _recover_abandoned(import_pk: int) -> None:
    imported = Import.objects.get(pk=import_pk)
    released = release_claims(imported) + release_lists(imported)
    if imported.state in {ImportState.VERIFYING, ImportState.LOADING}:
        log(imported, f"A worker stopped; its {released} open verifications are taken over", "warn")


def _hand_over(lease: Lease, then: Callable[[], None]) -> None:
    lease.release(due_at=timezone.now())
    then()


def _work(import_pk: int, lease: Lease, piece: _Slice) -> datetime | None:
    """Run one step after the other until the slice is over or there is something to wait for."""
    while True:
        lease.renew()
        imported = Import.objects.select_related(
            "campaign__workspace",
            "lead_list__workspace",
            "workspace",
            "source_campaign__workspace",
            "source_list__workspace",
        ).get(pk=import_pk)
        due_at = _step(imported, lease, piece)
        if due_at is None or due_at > timezone.now() or piece.clock() >= piece.until:
            return due_at


def _step(imported: Import, lease: Lease, piece: _Slice) -> datetime | None:
    if imported.state == ImportState.CHECKING:
        check_import(imported.pk, keep_going=lease.keep)
        return None
    if imported.state in SPENDING and is_stopped(imported.workspace):
        return _halt(imported, lease, "The kill switch was turned on.")
    if imported.state in SPENDING and not imported.workspace.may_write:
        return _halt(imported, lease, "The workspace was put into observe mode.")
    if imported.state in SPENDING and (refusal := refusal_of(imported)):
        return _halt(imported, lease, refusal)
    if imported.state == ImportState.VERIFYING:
        return _verify(imported, lease, piece)
    if imported.state == ImportState.LOADING:
        due_at = load_slice(imported, lease, until=piece.until, clock=piece.clock)
        return due_at or _watch_from_now(imported)
    return settle_slice(imported, lease)


def _halt(imported: Import, lease: Lease, reason: str) -> datetime | None:
    """It was forbidden while running: nothing more is spent or loaded."""
    lease.stop(expected=imported.state, reason=reason)
    log(imported, reason, "warn")
    return _watch_from_now(imported)


def _verify(imported: Import, lease: Lease, piece: _Slice) -> datetime | None:
    take_over_unpaid(imported)
    if imported.verify_by == VerifyBy.LIST:
        list_slice(imported, lease, until=piece.until, clock=piece.clock)
        if not may_continue(imported):
            return _watch_from_now(imported)
    # Also of an import by list: addresses that were verified before, or that another import is verifying.
    verify_slice(imported, lease, until=piece.until, clock=piece.clock, hand_over=piece.hand_over)
    if not is_verified(imported):
        imported.refresh_from_db()
        if imported.state != ImportState.VERIFYING:
            return _watch_from_now(imported)
        return next_poll_at(imported) or timezone.now()
    return _after_verification(imported, lease)


def _after_verification(imported: Import, lease: Lease) -> datetime | None:
    now = timezone.now()
    ready = rows_in(imported, RowState.VERIFIED)
    log(imported, f"Every address is verified; {plural(ready, 'row')} can be loaded", "ok")
    if not ready:
        lease.move(to=ImportState.SETTLING, expected=ImportState.VERIFYING, verified_at=now)
        return now
    if imported.policy == LoadPolicy.HOLD:
        lease.move(
            to=ImportState.VERIFIED,
            expected=ImportState.VERIFYING,
            verified_at=now,
        )
        return _watch_from_now(imported)
    lease.move(to=ImportState.LOADING, expected=ImportState.VERIFYING, verified_at=now)
    return now


def _watch_from_now(imported: Import) -> datetime | None:
    """The settle watch continues for what is loaded, also while the rest is held or stopped."""
    until = settle_until(imported)
    now = timezone.now()
    return now + timedelta(seconds=1) if until and until > now else None


def has_open_work(imported: Import) -> bool:
    """Whether a worker still has work to do other than the settle watch."""
    return imported.state in {ImportState.CHECKING, ImportState.VERIFYING, ImportState.LOADING}


def run_until_settled(import_pk: int, *, sleep: Callable[[float], None] = time.sleep) -> Import:
    """Process the import in this process until only the settle watch is left."""
    while True:
        advance(import_pk)
        imported = Import.objects.get(pk=import_pk)
        if not has_open_work(imported):
            return imported
        due = imported.due_at or timezone.now()
        sleep(min(2.0, max(0.05, (due - timezone.now()).total_seconds())))
