"""Batches: plan one, record its outcome, find those whose outcome is unknown."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from campaigns.mirror.analytics import add_loaded
from leads.companies import company_domain_of
from leads.lead_events import record_loaded
from leads.loading.accounting import Account, RowOutcome, row_outcomes
from leads.models import Batch, BatchState, Import, Lead, LeadList, ListedLead, Reason, Row, RowState
from leads.states import move_batch, move_rows
from leads.verification.receipts import fresh_since

# Instantly's list of leads lags behind what it has accepted (Law 10); read earlier, a late lead would look missing.
RECONCILE_AFTER = timedelta(seconds=6)
UNSETTLED = (BatchState.SENDING, BatchState.UNKNOWN, BatchState.SENT)


def plan_batch(imported: Import, *, limit: int | None = None) -> Batch | None:
    """Store the intent to load the next rows: one as a canary, then up to LOAD_BATCH_ROWS. None if none is left.

    Shapes: limit - the most rows to take; None for no limit other than LOAD_BATCH_ROWS.
    Rows whose receipt became stale are returned to be verified again: without a fresh receipt no row is loaded.
    """
    with transaction.atomic():
        ready = Row.objects.filter(imported=imported, state=RowState.VERIFIED)
        stale = Row.objects.filter(imported=imported, receipt__answered_at__lt=fresh_since())
        move_rows(stale, to=RowState.NEW, expected=RowState.VERIFIED, receipt=None)
        number = Batch.objects.filter(imported=imported).count() + 1
        is_canary = not Batch.objects.filter(imported=imported).exclude(state=BatchState.REFUSED).exists()
        size = 1 if is_canary else min(settings.LOAD_BATCH_ROWS, settings.LOAD_BATCH_ROWS if limit is None else limit)
        pks = list(ready.order_by("id").values_list("pk", flat=True)[:size])
        if not pks:
            return None
        batch = Batch.objects.create(
            imported=imported, number=number, is_canary=is_canary, size=len(pks), planned_at=timezone.now()
        )
        these = Row.objects.filter(pk__in=pks)
        if move_rows(these, to=RowState.LOADING, expected=RowState.VERIFIED, batch=batch) != len(pks):
            transaction.set_rollback(True)
            return None
    return batch


def start_sending(batch: Batch) -> bool:
    """Record that the request is sent now; False if another worker already sent it."""
    return move_batch(batch, to=BatchState.SENDING, expected=BatchState.PLANNED, sent_at=timezone.now())


def return_rows(batch: Batch, *, error: str) -> None:
    """The request was certainly not carried out: its rows may be loaded by another batch."""
    now = timezone.now()
    not_there = (BatchState.PLANNED, BatchState.SENDING, BatchState.UNKNOWN)
    facts = {"error": error[:300], "answered_at": now, "checked_at": now}
    with transaction.atomic():
        if move_batch(batch, to=BatchState.REFUSED, expected=not_there, **facts):
            unloaded = (RowState.LOADING, RowState.UNKNOWN)
            move_rows(Row.objects.filter(batch=batch), to=RowState.VERIFIED, expected=unloaded, batch=None)


def refuse(batch: Batch, *, error: str) -> None:
    """Instantly refused the whole batch: its rows are not loaded, with the reason.

    A batch that another worker has marked unknown meanwhile stays unknown: its rows are being read.
    """
    facts = {"error": error[:300], "answered_at": timezone.now()}
    with transaction.atomic():
        if move_batch(batch, to=BatchState.REFUSED, expected=BatchState.SENDING, **facts):
            _move_loading(batch, to=RowState.LOAD_FAILED, reason=Reason.LOAD_REFUSED, reason_detail=error[:300])


def mark_unknown(batch: Batch, *, error: str) -> None:
    """The answer was lost: the rows are unknown until they are read back."""
    facts = {"error": error[:300], "next_read_at": timezone.now() + RECONCILE_AFTER}
    with transaction.atomic():
        if move_batch(batch, to=BatchState.UNKNOWN, expected=BatchState.SENDING, **facts):
            _move_loading(batch, to=RowState.UNKNOWN)


def _move_loading(batch: Batch, *, to: RowState, **changes: Any) -> int:
    return move_rows(Row.objects.filter(batch=batch), to=to, expected=RowState.LOADING, **changes)


def record_accounting(batch: Batch, account: Account) -> bool:
    """Record Instantly's accounting. True if it adds up and every row's outcome is known; otherwise it must be read.

    A batch that another worker has marked unknown meanwhile stays unknown: its rows are being read.
    """
    now = timezone.now()
    with transaction.atomic():
        adds_up = account.adds_up(batch.size) and _names_rows_of(batch, account)
        rows = list(Row.objects.filter(batch=batch, state=RowState.LOADING).order_by("id"))
        outcomes = row_outcomes([row.email for row in rows], account) if adds_up else []
        # A batch of which no one fitted loaded no one, so the next one is the first again.
        settled = BatchState.REFUSED if _has_no_room(outcomes) else BatchState.RECONCILED
        answered = move_batch(
            batch,
            to=settled if adds_up else BatchState.SENT,
            expected=BatchState.SENDING,
            next_read_at=None if adds_up else now + RECONCILE_AFTER,
            accounting=account.as_json(),
            adds_up=adds_up,
            answered_at=now,
        )
        if answered and adds_up:
            record_row_outcomes(batch, rows, outcomes)
            count_loaded(batch, account.leads_uploaded or 0)
        elif answered:
            _move_loading(batch, to=RowState.UNKNOWN)
    return answered and adds_up


def _names_rows_of(batch: Batch, account: Account) -> bool:
    sent = Row.objects.filter(batch=batch).order_by("id").values_list("email", flat=True)
    return account.names_rows_of(list(sent))


def _has_no_room(outcomes: list[RowOutcome]) -> bool:
    return all(outcome.reason == Reason.NO_ROOM for outcome in outcomes)


def record_row_outcomes(batch: Batch, rows: list[Row], outcomes: list[RowOutcome]) -> None:
    """Record each row's outcome, and mirror the leads that were created."""
    refused: dict[tuple[str, str], list[int]] = {}
    for row, outcome in zip(rows, outcomes, strict=True):
        row.remote_id = outcome.remote_id
        if not outcome.remote_id:
            refused.setdefault((outcome.reason, outcome.detail), []).append(row.pk)
    for (reason, detail), pks in refused.items():
        these, facts = Row.objects.filter(pk__in=pks), {"reason": reason, "reason_detail": detail}
        if reason == Reason.NO_ROOM:
            # Nothing is wrong with these people: they can be loaded as soon as the plan has room.
            move_rows(these, to=RowState.VERIFIED, expected=RowState.LOADING, batch=None)
        else:
            move_rows(these, to=RowState.LOAD_FAILED, expected=RowState.LOADING, **facts)
    mark_loaded(batch.imported, [row for row in rows if row.remote_id])


def count_loaded(batch: Batch, number: int) -> None:
    """Add the leads of a batch to the campaign's count, so that no page shows the audience of before the load."""
    if number and batch.sent_at is not None and batch.imported.campaign_id is not None:
        add_loaded(batch.imported.campaign_id, number, sent_at=batch.sent_at, loaded_at=timezone.now())


def mark_no_room(imported: Import) -> int:
    """Every verified row that waits has no room in the plan; returns how many."""
    waiting = Row.objects.filter(imported=imported, state=RowState.VERIFIED)
    return waiting.update(reason=Reason.NO_ROOM, reason_detail="")


def clear_no_room(imported: Import) -> None:
    """The load continues: whether there is room is found out again."""
    Row.objects.filter(imported=imported, state=RowState.VERIFIED, reason=Reason.NO_ROOM).update(reason="")


def mark_loaded(imported: Import, rows: list[Row]) -> None:
    """Record rows as loaded, with the `remote_id` set on each in memory."""
    if not rows:
        return
    mirror_loaded(imported, rows)
    # The mirror has the ids now; copying them from there is one statement, where one per row would take seconds.
    if imported.lead_list is None:
        there: QuerySet[Any] = Lead.objects.filter(campaign=imported.to_campaign)
    else:
        there = ListedLead.objects.filter(lead_list=imported.lead_list, vanished_at__isnull=True).order_by("-pk")
    theirs = there.filter(email=OuterRef("email")).values("remote_id")[:1]
    these = Row.objects.filter(pk__in=[row.pk for row in rows])
    facts = {"reason": "", "reason_detail": "", "remote_id": Subquery(theirs)}
    move_rows(these, to=RowState.LOADED, expected=(RowState.LOADING, RowState.UNKNOWN), **facts)


def mirror_loaded(imported: Import, rows: list[Row]) -> None:
    """Add the new people to the mirror at once, before its next run."""
    now, place = timezone.now(), imported.target
    if isinstance(place, LeadList):
        ListedLead.objects.bulk_create(
            [ListedLead(lead_list=place, **_person_of(imported, row, now)) for row in rows],
            update_conflicts=True,
            unique_fields=["lead_list", "remote_id"],
            update_fields=["email", "synced_at", "vanished_at"],
            batch_size=200,
        )
        return
    Lead.objects.bulk_create(
        [
            Lead(
                campaign=place,
                company_domain=company_domain_of(row.email),
                status=1,
                **_person_of(imported, row, now),
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["campaign", "email"],
        update_fields=["remote_id", "synced_at", "vanished_at"],
        batch_size=200,
    )
    record_loaded(place, [row.email for row in rows])


def _person_of(imported: Import, row: Row, now: datetime) -> dict[str, Any]:
    """What the mirrors of a campaign and of a list keep alike."""
    return {
        "workspace_id": imported.workspace_id,
        "remote_id": row.remote_id,
        "email": row.email,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "company_name": row.company_name,
        "job_title": row.job_title,
        "variables": {**_payload_of(row), **row.custom_variables},
        "synced_at": now,
    }


def _payload_of(row: Row) -> dict[str, str]:
    """Columns that Instantly returns inside the payload."""
    fields = {"phone": row.phone, "website": row.website, "personalization": row.personalization}
    return {name: text for name, text in fields.items() if text}


def unsettled(imported: Import) -> QuerySet[Batch]:
    """Batches whose rows' outcome is not known yet."""
    return Batch.objects.filter(imported=imported, state__in=UNSETTLED).order_by("number")


def unchecked(imported: Import) -> QuerySet[Batch]:
    """Batches that may have reached Instantly and after which, or after whose job, the status was not read yet."""
    reached = [BatchState.SENDING, BatchState.SENT, BatchState.UNKNOWN, BatchState.RECONCILED]
    unread = Q(checked_at__isnull=True) | Q(job_ended_at__gte=F("checked_at"))
    return Batch.objects.filter(unread, imported=imported, state__in=reached)
