"""Loads the verified rows of one import: canary, tripwire, batches, tripwire after each.

Order per batch: intent row, status read before, call, accounting, status read after. Nothing is sent while
the outcome of an earlier batch or the campaign's status is unknown.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from campaigns.incident_kinds import AFTER_A_FLIP
from campaigns.models import ReadingWhy
from campaigns.sending.tripwire import StatusCheck, check_status
from iexdg.clients.http.errors import (
    AuthError,
    ClientError,
    EdgeBlockedError,
    NotFoundError,
    PlanError,
    ScopeError,
    ValidationError,
)
from iexdg.clients.instantly.background_jobs import BackgroundJob
from iexdg.clients.instantly.leads import LoadAccounting
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.killswitch import is_stopped
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import perform_write
from leads.events import log, log_progress
from leads.lease import Lease
from leads.lists.target import refusal_of
from leads.loading import batches
from leads.loading.accounting import SKIP_CLASSES, Account
from leads.loading.canary import canary_capacity
from leads.loading.moved import options_of, people_to_move, record_job
from leads.loading.reconcile import settle_open_batches
from leads.models import Batch, BatchState, Import, ImportState, Row, RowState
from leads.queries import rows_in
from leads.sources import selection_of

_AGAIN_SOON = timedelta(seconds=2)
# Errors that every other batch would meet too: the import stops with the reason.
STOPPING_ERRORS = (PlanError, AuthError, ScopeError, EdgeBlockedError, NotFoundError)


def load_slice(
    imported: Import, lease: Lease, *, until: float, clock: Callable[[], float] = time.monotonic
) -> datetime | None:
    """Send batches until `until` (on `clock`), the tripwire trips, it is stopped, or there is something to wait for.

    Returns when to continue; None if the load is over (or held, or stopped).
    Raises: LeaseLostError - another worker has the import; that worker reconciles a batch in flight.
    """
    recover(imported)
    batches.clear_no_room(imported)
    while True:
        lease.renew()
        # First, even if the slice is over or the load was stopped meanwhile: the tripwire check of the last batch.
        if not _status_is_clear(imported, lease):
            return _next_check_at(imported)
        waiting = settle_open_batches(imported)
        # Checked after every read, so that a stop during a slow read is respected.
        imported.refresh_from_db()
        if imported.state != ImportState.LOADING:
            return None
        if clock() >= until or not imported.workspace.may_write or is_stopped(imported.workspace):
            return timezone.now()
        if waiting is not None:
            return timezone.now() + waiting
        if _arrived_unread(imported):
            continue
        # The status read may have taken long: its result counts only while the lease is still held.
        lease.renew()
        capacity = canary_capacity(imported)
        if capacity == 0 and _hold_remaining(imported, lease):
            return None
        batch = batches.plan_batch(imported, limit=capacity)
        if batch is None:
            return _finish(imported, lease)
        if not _sent(imported, lease, batch):
            return timezone.now() + _AGAIN_SOON


def _arrived_unread(imported: Import) -> bool:
    """Whether a job of a move has ended since the last read of the status: people may have arrived after it."""
    return imported.is_move and batches.unchecked(imported).exists()


def _sent(imported: Import, lease: Lease, batch: Batch) -> bool:
    """Send a planned batch; False where something has to be read first, which failed."""
    if imported.is_move:
        return _move(imported, lease, batch)
    _send(imported, lease, batch)
    return True


def _hold_remaining(imported: Import, lease: Lease) -> bool:
    """The canary's people are loaded: hold the remaining rows here. False if none is left."""
    left = rows_in(imported, RowState.VERIFIED)
    if not left:
        return False
    words = (
        f"{plural(imported.canary_rows or 0, 'person is', 'people are')} loaded first; "
        f"{plural(left, 'verified row is', 'verified rows are')} held until the canary passes."
    )
    lease.move(to=ImportState.VERIFIED, expected=ImportState.LOADING, stop_reason=words)
    log(imported, words)
    return True


def recover(imported: Import) -> None:
    """After a crash: a planned batch was not sent; a batch that was being sent is unknown until it is read."""
    for batch in Batch.objects.filter(imported=imported, state=BatchState.PLANNED):
        batches.return_rows(batch, error="The worker stopped before it was sent.")
    for batch in Batch.objects.filter(imported=imported, state=BatchState.SENDING):
        batches.mark_unknown(batch, error="The worker stopped while it was being sent.")
        log(imported, f"Batch {batch.number} was in flight when the worker stopped; reading what arrived", "warn")


def _status_is_clear(imported: Import, lease: Lease) -> bool:
    """Read the status before a batch; the same read is the tripwire check of the previous batch.

    A list sends nothing, so it has no status to read.
    """
    if imported.campaign is None:
        batches.unchecked(imported).update(checked_at=timezone.now())
        return not _stopped_by_instantly(imported, lease)
    return _campaign_is_clear(imported, lease)


def _campaign_is_clear(imported: Import, lease: Lease) -> bool:
    unchecked = list(batches.unchecked(imported).order_by("number"))
    if imported.is_move:
        # While the job of a move runs, people may arrive after every read.
        unchecked = unchecked or list(batches.unsettled(imported))
    first = unchecked[0] if unchecked else None
    found = check_status(
        imported.to_campaign,
        why=ReadingWhy.TRIPWIRE,
        since=(first.checked_at or first.sent_at) if first else None,
        cause=f"It happened while {imported.file_name} was loading."
        if first
        else f"It was sending before {imported.file_name} was loaded.",
    )
    if found.status is None:
        log(imported, "The campaign's status could not be read; nothing is loaded until it can be", "warn")
        return False
    if found.is_pausing:
        log(imported, "The campaign is being paused; nothing is loaded until that is read back", "warn")
        return False
    Batch.objects.filter(pk__in=[batch.pk for batch in unchecked]).update(checked_at=timezone.now())
    if found.flipped:
        _hold_after_flip(imported, lease, found, is_new=found.is_new or first is not None)
    return found.is_clear and not _stopped_by_instantly(imported, lease)


def _stopped_by_instantly(imported: Import, lease: Lease) -> bool:
    """Stop where what was read last says that nothing may be loaded into the campaign or the list."""
    if imported.campaign is not None:
        imported.campaign.refresh_from_db(fields=["remote_status", "vanished_at"])
    else:
        imported.to_list.refresh_from_db(fields=["vanished_at"])
    refusal = refusal_of(imported)
    if refusal and lease.stop(expected=ImportState.LOADING, reason=refusal):
        log(imported, refusal, "bad")
    return bool(refusal)


def _hold_after_flip(imported: Import, lease: Lease, found: StatusCheck, *, is_new: bool) -> None:
    summary = found.incident.summary if found.incident else "The campaign is sending and is not adopted yet"
    step = AFTER_A_FLIP if found.incident else "An approver adopts or pauses it first."
    left = rows_in(imported, RowState.VERIFIED, RowState.LOADING)
    if is_new:
        lease.write(flips=F("flips") + 1)
    lease.move(
        to=ImportState.VERIFIED if left else ImportState.LOADING,
        expected=ImportState.LOADING,
        stop_reason=f"{summary}. {left:,} verified rows are held. {step}",
    )
    log(imported, f"{summary}. {step}", "bad")


def _next_check_at(imported: Import) -> datetime | None:
    imported.refresh_from_db()
    return timezone.now() + _AGAIN_SOON if imported.state == ImportState.LOADING else None


class _Intent:
    """The write intent of a batch, whatever the call is."""

    def __init__(self, imported: Import, lease: Lease, batch: Batch) -> None:
        self.imported, self.lease, self.batch = imported, lease, batch

    def begin(self) -> bool:
        """True for the one worker that sends the planned batch, once."""
        return batches.start_sending(self.batch)

    def refused(self, error: ClientError) -> None:
        """Invalid rows are not loaded; a stopping error stops the import; otherwise the rows go into another batch."""
        log(self.imported, f"Batch {self.batch.number}: {error}", "warn")
        if isinstance(error, ValidationError):
            batches.refuse(self.batch, error=str(error))
            return
        batches.return_rows(self.batch, error=str(error))
        if isinstance(error, PlanError) and _is_plan_full(self.imported):
            self._stop_without_room()
        elif isinstance(error, STOPPING_ERRORS):
            self.lease.stop(expected=ImportState.LOADING, reason=str(error))
        else:
            time.sleep(min(2.0, error.retry_after_s or 1.0))

    def _stop_without_room(self) -> None:
        """Stop until someone has made room; resuming tries again."""
        waiting = batches.mark_no_room(self.imported)
        words = f"No room in the plan (0 left): {plural(waiting, 'verified person waits', 'verified people wait')}."
        log(self.imported, words, "warn")
        step = "Delete leads in Instantly or get a larger plan, then resume to try again."
        self.lease.stop(expected=ImportState.LOADING, reason=f"{words} {step}")

    def unknown(self, error: ClientError) -> None:
        """The rows are unknown until they are read back."""
        log(self.imported, f"Batch {self.batch.number}: {error}", "warn")
        batches.mark_unknown(self.batch, error=str(error))


class _BatchIntent(_Intent):
    """A batch that is added, with Instantly's accounting as the answer."""

    def done(self, answer: LoadAccounting) -> None:
        """Record Instantly's accounting; if it does not add up, the list is read."""
        batch, account = self.batch, account_of(answer)
        batch.refresh_from_db()
        _note_plan_room(self.imported, account)
        kind = "First lead" if batch.is_canary else f"Batch {batch.number}"
        if batches.record_accounting(batch, account):
            words = f"{kind}: {account.leads_uploaded:,} of {batch.size:,} loaded, adds up"
            loaded = rows_in(self.imported, RowState.LOADED)
            in_all = f"Up to batch {batch.number}: {loaded:,} loaded, every batch adds up"
            log_progress(self.imported, "canary" if batch.is_canary else "loaded", words, grouped=in_all, tone="ok")
            if Row.objects.filter(batch=batch).count() < batch.size:
                self._stop_without_room()
        else:
            log(self.imported, f"{kind}: Instantly's counts do not add up; reading the list", "warn")


class _MoveIntent(_Intent):
    """A batch that is moved, with a background job as the answer."""

    def done(self, answer: BackgroundJob) -> None:
        """Record the job; who arrived is read once it has ended."""
        record_job(self.batch, answer)
        log_progress(self.imported, "moving", f"Batch {self.batch.number}: Instantly moves {self.batch.size:,}")


def _note_plan_room(imported: Import, account: Account) -> None:
    """Every batch says how much room is left: newer than the last sync."""
    if account.remaining_in_plan is not None and account.remaining_in_plan >= 0:
        Workspace.objects.filter(pk=imported.workspace_id).update(
            plan_room=account.remaining_in_plan, plan_room_read_at=timezone.now()
        )


def _is_plan_full(imported: Import) -> bool:
    """Whether Instantly says that the plan has no lead left; False where that cannot be read."""
    try:
        plan = client_for(imported.workspace).workspace.plan_details()
    except ClientError:
        return False
    return plan.lead_room == 0


def _send(imported: Import, lease: Lease, batch: Batch) -> None:
    rows = list(Row.objects.filter(batch=batch, state=RowState.LOADING).order_by("id"))
    leads, bodies = client_for(imported.workspace).leads, [lead_of(row) for row in rows]
    intent = _BatchIntent(imported, lease, batch)
    if imported.lead_list is not None:
        # Instantly itself takes no one into a list who is in it.
        into = imported.lead_list.remote_id
        perform_write(intent, lambda: lease.keep_during(lambda: leads.add_to_list(into, bodies)))
        return
    into = imported.to_campaign.remote_id
    perform_write(intent, lambda: lease.keep_during(lambda: leads.add(into, bodies, skip_if_in_campaign=True)))


def _move(imported: Import, lease: Lease, batch: Batch) -> bool:
    """Move the people of a planned batch; False where it could not be read who of them still may be moved."""
    try:
        ids = people_to_move(batch)
    except ClientError as error:
        batches.return_rows(batch, error=str(error))
        log(imported, f"Where batch {batch.number} is now could not be read: {error}", "warn")
        return False
    if ids:
        # The reads may have taken long.
        lease.renew()
        leads, who, how = client_for(imported.workspace).leads, selection_of(imported, ids=ids), options_of(imported)
        campaign, lead_list = imported.campaign, imported.lead_list
        perform_write(
            _MoveIntent(imported, lease, batch),
            lambda: lease.keep_during(
                lambda: leads.move(
                    who,
                    to_campaign_remote_id=campaign.remote_id if campaign else None,
                    to_list_remote_id=lead_list.remote_id if lead_list else None,
                    options=how,
                )
            ),
        )
    return True


def _finish(imported: Import, lease: Lease) -> datetime | None:
    """Everything is sent and accounted for. Rows whose receipt became stale are verified again first."""
    if rows_in(imported, RowState.NEW):
        lease.move(to=ImportState.VERIFYING, expected=ImportState.LOADING)
        return timezone.now()
    lease.move(to=ImportState.SETTLING, expected=ImportState.LOADING, loaded_at=timezone.now())
    return timezone.now()


def lead_of(row: Row) -> dict[str, Any]:
    """The request body of one lead for POST /leads/add; empty fields are omitted."""
    fields = {
        "email": row.email,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "company_name": row.company_name,
        "job_title": row.job_title,
        "phone": row.phone,
        "website": row.website,
        "personalization": row.personalization,
        "custom_variables": row.custom_variables,
    }
    return {name: value for name, value in fields.items() if value}


def account_of(answer: LoadAccounting) -> Account:
    """The vendor's accounting of a batch as plain numbers."""
    return Account(
        total_sent=answer.total_sent,
        leads_uploaded=answer.leads_uploaded,
        skipped={name: getattr(answer, name) for name in SKIP_CLASSES},
        created=tuple((lead.index, lead.id or "", lead.email or "") for lead in answer.created_leads),
        remaining_in_plan=answer.remaining_in_plan,
    )
