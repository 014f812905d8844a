"""Reads the outcome of a batch whose answer was lost or does not add up. Nothing is sent again here."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.lead_selection import LeadSelection
from iexdg.incidents.record import open_incident
from iexdg.states import CLOCK_SLACK
from iexdg.workspaces.connected import client_for
from leads.events import log
from leads.incident_kinds import UNRECONCILED
from leads.loading.batches import RECONCILE_AFTER, count_loaded, mark_loaded, return_rows, unsettled
from leads.loading.moved import close_move, job_has_ended, record_arrived
from leads.models import Batch, BatchState, Import, Reason, Row, RowState
from leads.states import move_batch, move_rows

# The list lags some seconds (Law 10): a row counts as missing only after this many reads, each RECONCILE_AFTER apart.
READS_NEEDED = 3
_CONTACTS_PER_READ = 100
_AGAIN_SOON = timedelta(seconds=2)
_SHORTEST_WAIT = timedelta(seconds=0.5)


def reconcile(batch: Batch) -> bool:
    """Read the campaign or list for the rows of one batch. True once every row's outcome is known.

    Found rows are loaded. Rows that are missing after READS_NEEDED reads never arrived: if the answer was lost they
    are returned, to be loaded by another batch; if Instantly answered with counts that do not add up they stay
    unloaded, the batch keeps `adds_up` False and an incident is opened.
    Raises: ClientError - the read failed; nothing was changed, except where only some records were not understood: who
        was found among the others is loaded.
    """
    if _time_until_read(batch) > timedelta(0):
        return False
    imported = batch.imported
    if imported.is_move:
        return _reconcile_move(batch)
    rows = list(Row.objects.filter(batch=batch, state=RowState.UNKNOWN).order_by("id"))
    found, problem = collected(_found(imported, [row.email for row in rows]))
    there = dict(found)
    theirs = _loaded_by_others(batch, there)
    _mark_found_loaded(batch, [row for row in rows if row.email in there and row.email not in theirs], there)
    _mark_loaded_elsewhere(batch, theirs)
    if problem is not None:
        raise problem
    missing = [row for row in rows if row.email not in there]
    batch.reads += 1
    if missing and batch.reads < READS_NEEDED:
        Batch.objects.filter(pk=batch.pk).update(reads=batch.reads, next_read_at=timezone.now() + RECONCILE_AFTER)
        return False
    _close(batch, missing)
    log(imported, f"Batch {batch.number} read back: {len(there):,} of {len(rows):,} are there", "ok")
    return True


def _reconcile_move(batch: Batch) -> bool:
    """Read where the people of a batch are, once its job has ended. True once every row's outcome is known."""
    if not job_has_ended(batch):
        return False
    imported = batch.imported
    rows = list(Row.objects.filter(batch=batch, state=RowState.UNKNOWN).order_by("id"))
    found, problem = collected(_found(imported, [row.email for row in rows]))
    if problem is not None:
        raise problem
    there = dict(found)
    rest, left = record_arrived(batch, rows, there)
    batch.reads += 1
    if rest and batch.reads < READS_NEEDED:
        Batch.objects.filter(pk=batch.pk).update(reads=batch.reads, next_read_at=timezone.now() + RECONCILE_AFTER)
        return False
    if lost := close_move(batch, rest, there, left):
        _open_incident(batch, lost)
    log(imported, f"Batch {batch.number} read back: {len(rows) - len(rest):,} of {len(rows):,} were moved", "ok")
    return True


def _found(imported: Import, emails: list[str]) -> Iterator[tuple[str, str]]:
    client = client_for(imported.workspace)
    for start in range(0, len(emails), _CONTACTS_PER_READ):
        wanted = emails[start : start + _CONTACTS_PER_READ]
        if imported.lead_list is not None:
            leads = client.leads.select(LeadSelection(list_remote_id=imported.lead_list.remote_id, contacts=wanted))
        else:
            leads = client.leads.list(imported.to_campaign.remote_id, contacts=wanted)
        for lead in leads:
            if lead.email and lead.email.lower() in wanted:
                yield lead.email.lower(), lead.remote_id


def _loaded_by_others(batch: Batch, there: Mapping[str, str]) -> dict[str, int]:
    """The addresses whose lead another import has loaded, with its id: one lead is one loaded row.

    A lead that was deleted and added again has another id at Instantly: then the older row is only history.
    """
    imported = batch.imported
    place = {"imported__campaign": imported.campaign_id, "imported__lead_list": imported.lead_list_id}
    others = Row.objects.filter(**place, state=RowState.LOADED, email__in=list(there))
    found = others.order_by().values_list("email", "remote_id", "imported_id")
    return {email: import_pk for email, remote_id, import_pk in found if remote_id in {"", there[email]}}


def _mark_loaded_elsewhere(batch: Batch, theirs: dict[str, int]) -> None:
    for email, import_pk in theirs.items():
        move_rows(
            Row.objects.filter(batch=batch, email=email),
            to=RowState.LOAD_FAILED,
            expected=RowState.UNKNOWN,
            reason=Reason.DUPLICATE_AT_INSTANTLY,
            reason_detail=f"loaded with import {import_pk}",
        )


def _mark_found_loaded(batch: Batch, rows: list[Row], there: dict[str, str]) -> None:
    for row in rows:
        row.remote_id = there[row.email]
    with transaction.atomic():
        mark_loaded(batch.imported, rows)
        count_loaded(batch, len(rows))


def _close(batch: Batch, missing: list[Row]) -> None:
    if not missing:
        # Every row was found, so the reading accounts for the batch, whatever Instantly's own counts said.
        _mark_reconciled(batch, adds_up=None)
        return
    if batch.adds_up is None:
        _release_missing(batch)
        return
    with transaction.atomic():
        move_rows(
            Row.objects.filter(batch=batch),
            to=RowState.LOAD_FAILED,
            expected=RowState.UNKNOWN,
            reason=Reason.NOT_ACCOUNTED,
        )
        _mark_reconciled(batch)
    _open_incident(batch, len(missing))


def _mark_reconciled(batch: Batch, **changes: Any) -> None:
    read = (BatchState.SENT, BatchState.UNKNOWN)
    move_batch(batch, to=BatchState.RECONCILED, expected=read, reads=batch.reads, **changes)


def _release_missing(batch: Batch) -> None:
    """The answer was lost and these rows are not there: they never arrived."""
    if Row.objects.filter(batch=batch, state=RowState.LOADED).exists():
        with transaction.atomic():
            move_rows(Row.objects.filter(batch=batch), to=RowState.VERIFIED, expected=RowState.UNKNOWN, batch=None)
            _mark_reconciled(batch)
    else:
        return_rows(batch, error=batch.error or "It never arrived.")


def _open_incident(batch: Batch, missing: int) -> None:
    imported = batch.imported
    open_incident(
        imported.workspace,
        UNRECONCILED,
        dedupe_key=f"unreconciled:{imported.pk}",
        summary=f"Import {imported.file_name} does not add up: {missing:,} of batch {batch.number} have no outcome",
        detail=("" if imported.campaign_id is None else "Go-live stays locked. ")
        + "Download the failed rows, find them in Instantly, then import them again.",
        details={"import": imported.pk, "batch": batch.number, "missing": missing, "counts": batch.accounting},
        about=imported.as_subject,
    )


def settle_open_batches(imported: Import) -> timedelta | None:
    """Read the outcome of open batches. Returns how long to wait for the next read; None if all are settled."""
    for batch in unsettled(imported).select_related("imported__campaign", "imported__lead_list", "imported__workspace"):
        try:
            settled = reconcile(batch)
        except ClientError as error:
            log(imported, f"Batch {batch.number} could not be read back: {error}", "warn")
            return _AGAIN_SOON
        if not settled:
            batch.refresh_from_db()
            return max(_time_until_read(batch), _SHORTEST_WAIT)
    return None


def _time_until_read(batch: Batch) -> timedelta:
    """How long until the batch is read next; a time further ahead than it is ever set says that the clock was set
    back.
    """
    now = timezone.now()
    wait = (batch.next_read_at or now) - now
    return wait if wait <= RECONCILE_AFTER + CLOCK_SLACK else timedelta(0)
