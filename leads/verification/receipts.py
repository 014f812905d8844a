"""Receipts: find fresh ones, store the intent for new ones, record the answers."""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.utils import timezone

from iexdg.states import has_come
from leads.models import Import, ListVerification, Receipt, ReceiptFile, Row, RowState, Verdict
from leads.queries import newest_of_address
from leads.states import move_rows, record_verdict
from leads.verification.verdicts import Answer, catch_all_of, list_verdict, row_decision, verdict_of

# Final verdicts; "pending" and "refused" addresses may be verified again.
REUSABLE = (Verdict.VERIFIED, Verdict.INVALID, Verdict.OTHER)
# How long a poll may be delayed in favour of new verifications. So many polls are then left when the last address has
# been requested that they fill the time until its own first poll, in which the rate limit would go unused.
OVERDUE = timedelta(seconds=30)
# A claim, or the time until the next poll, is never longer.
_LONGEST_WAIT = timedelta(minutes=5)
_TRIES_BEFORE_GIVING_UP = 6
_ANSWER_FIELDS = (
    "verdict", "remote_verdict", "catch_all", "credits_used", "posted_at", "next_poll_at",
    "polls", "answered_at", "path", "error", "sent_at",
)  # fmt: skip


def fresh_since() -> datetime:
    """Receipts answered before this time are stale; no row is loaded with them."""
    return timezone.now() - timedelta(days=settings.RECEIPT_LIFE_DAYS)


def fresh_receipts(workspace_pk: int, emails: Iterable[str]) -> dict[str, Receipt]:
    """The newest reusable receipt of each address that has one."""
    found = Receipt.objects.filter(workspace_id=workspace_pk, email__in=list(emails), verdict__in=REUSABLE)
    return newest_of_address(found.filter(answered_at__gte=fresh_since()))


def credits_used_by(imported: Import) -> Decimal:
    """Credits that this import has paid so far."""
    total = Receipt.objects.filter(paid_by=imported).aggregate(total=Sum("credits_used"))["total"]
    return total or Decimal(0)


def claim_rows(
    imported: Import, *, limit: int, may_pay: int, by_list: ListVerification | None = None
) -> tuple[int, int]:
    """Move up to `limit` new rows: settled by a fresh receipt, or to `verifying` with a stored intent.

    At most `may_pay` new receipts are created; those of `by_list` are verified in its list, except addresses whose
    verification was paid for before. Returns (rows settled at once, rows now waiting for an answer).
    """
    with transaction.atomic():
        rows = list(Row.objects.filter(imported=imported, state=RowState.NEW).order_by("id")[:limit])
        fresh = fresh_receipts(imported.workspace_id, [row.email for row in rows])
        settled = [row for row in rows if row.email in fresh]
        row_outcomes: dict[tuple[str, str], list[Row]] = {}
        for row in settled:
            decision = _decision_for(fresh[row.email], accept_catch_all=imported.accept_catch_all)
            row_outcomes.setdefault(decision, []).append(row)
        for (state, reason), group in row_outcomes.items():
            _attach_receipts(group, fresh, state=state, reason=reason)
        waiting = _attach_open_receipts(imported, [row for row in rows if row.email not in fresh], may_pay, by_list)
    return len(settled), len(waiting)


def _attach_open_receipts(
    imported: Import, rows: list[Row], may_pay: int, by_list: ListVerification | None
) -> list[Row]:
    emails = [row.email for row in rows]
    open_ones = _open_receipts(imported.workspace_id, emails)
    unpaid = [email for email in dict.fromkeys(emails) if email not in open_ones][:may_pay]
    _write_intents(imported, unpaid, by_list)
    open_ones = _open_receipts(imported.workspace_id, emails)
    waiting = [row for row in rows if row.email in open_ones]
    _attach_receipts(waiting, open_ones, state=RowState.VERIFYING, reason="")
    return waiting


def _attach_receipts(rows: list[Row], receipts: dict[str, Receipt], *, state: str, reason: str) -> None:
    """Move rows to one state, each with the receipt of its address, in one statement."""
    if not rows:
        return
    pks = [receipts[row.email].pk for row in rows]
    own = Receipt.objects.filter(workspace_id=receipts[rows[0].email].workspace_id, email=OuterRef("email"), pk__in=pks)
    these = Row.objects.filter(pk__in=[row.pk for row in rows])
    receipt = Subquery(own.values("pk")[:1])
    move_rows(these, to=state, expected=RowState.NEW, reason=reason, receipt=receipt)


def _open_receipts(workspace_pk: int, emails: list[str]) -> dict[str, Receipt]:
    found = Receipt.objects.filter(workspace_id=workspace_pk, email__in=emails, answered_at__isnull=True)
    return {receipt.email: receipt for receipt in found}


def _write_intents(imported: Import, emails: list[str], by_list: ListVerification | None) -> None:
    now = timezone.now()
    # An address that timed out before was paid for then: with its old `sent_at` it is read before a new request.
    pending = Receipt.objects.filter(workspace_id=imported.workspace_id, email__in=emails, verdict=Verdict.PENDING)
    paid_before = newest_of_address(pending.filter(answered_at__isnull=False))
    Receipt.objects.bulk_create(
        [
            Receipt(
                workspace_id=imported.workspace_id,
                email=email,
                asked_at=now,
                sent_at=paid_before[email].sent_at if email in paid_before else None,
                next_poll_at=now,
                paid_by=imported,
                by_list=None if email in paid_before else by_list,
            )
            for email in emails
        ],
        ignore_conflicts=True,
        batch_size=200,
    )


def store_imported(file: ReceiptFile, receipts: Iterable[Receipt], verdicts: Sequence[Verdict]) -> int:
    """Store answered receipts that came with a file, each with its verdict; one that is there already stays as it is.

    Shapes: receipts - not saved, at most one for each address and time; verdicts - in the same order. Returns how many
    were stored. A receipt that waits for its own answer is not affected.
    """
    receipts = list(receipts)
    with transaction.atomic():
        Receipt.objects.bulk_create(receipts, ignore_conflicts=True, batch_size=200)
        new = Receipt.objects.filter(came_with=file, verdict=Verdict.ASKED)
        by_verdict: dict[Verdict, list[Receipt]] = {}
        for receipt, verdict in zip(receipts, verdicts, strict=True):
            by_verdict.setdefault(verdict, []).append(receipt)
        stored = 0
        for verdict, group in by_verdict.items():
            # By address and time: an address can be in a file with several verdicts.
            moments = {(one.email, one.asked_at) for one in group}
            there = new.filter(email__in=[one.email for one in group]).values_list("pk", "email", "asked_at")
            pks = [pk for pk, email, asked_at in there if (email, asked_at) in moments]
            stored += record_verdict(Receipt.objects.filter(pk__in=pks), verdict=verdict)
    return stored


def _decision_for(receipt: Receipt, *, accept_catch_all: bool) -> tuple[str, str]:
    """(state, reason) of a row with this receipt."""
    return row_decision(receipt.verdict, receipt.catch_all, accept_catch_all=accept_catch_all)


def _due_receipts(imported: Import) -> QuerySet[Receipt]:
    """Open receipts that rows of this import wait for, that no list verifies, and that no worker processes now."""
    return (
        Receipt.objects.filter(
            rows__imported=imported,
            rows__state=RowState.VERIFYING,
            answered_at__isnull=True,
            by_list__isnull=True,
        )
        .filter(_is_due(timezone.now()))
        .distinct()
    )


def _is_due(now: datetime) -> Q:
    return has_come("next_poll_at", now, longest=_LONGEST_WAIT)


def unsent_count(imported: Import) -> int:
    """How many addresses are due for which no request was sent yet."""
    return _due_receipts(imported).filter(sent_at__isnull=True).count()


def claim_receipts(imported: Import, *, limit: int, token: str, lease_s: float) -> list[Receipt]:
    """Claim up to `limit` due receipts for one worker; two workers never get the same one.

    New verifications come before polls, since Instantly works on them meanwhile. A poll that is OVERDUE comes first
    of all.
    """
    now = timezone.now()
    urgency = Case(When(sent_at__isnull=True, then=1), When(next_poll_at__lt=now - OVERDUE, then=0), default=2)
    due = _due_receipts(imported).annotate(urgency=urgency).order_by("urgency", "id")
    wanted = list(due.values_list("pk", flat=True)[:limit])
    if not wanted:
        return []
    Receipt.objects.filter(_is_due(now), pk__in=wanted, answered_at__isnull=True).update(
        claim=token, next_poll_at=now + timedelta(seconds=lease_s)
    )
    return list(Receipt.objects.filter(pk__in=wanted, claim=token))


def return_receipts(receipts: list[Receipt], *, token: str, never_sent: Container[int]) -> None:
    """Make claimed receipts due again that were not processed; `never_sent`: ids whose paid request was never sent."""
    pks = [receipt.pk for receipt in receipts]
    mine = Receipt.objects.filter(claim=token, answered_at__isnull=True)
    mine.filter(pk__in=[pk for pk in pks if pk in never_sent]).update(sent_at=None)
    mine.filter(pk__in=pks).update(claim="", next_poll_at=timezone.now())


def release_claims(imported: Import) -> int:
    """Make receipts due at once that a crashed worker had claimed. Returns how many."""
    return (
        Receipt.objects.filter(paid_by=imported, answered_at__isnull=True)
        .exclude(claim="")
        .update(claim="", next_poll_at=timezone.now())
    )


def mark_sent(receipts: list[Receipt]) -> None:
    """Record that the paid request of these receipts is sent now; stored before it is sent."""
    now = timezone.now()
    Receipt.objects.filter(pk__in=[receipt.pk for receipt in receipts], sent_at__isnull=True).update(sent_at=now)
    for receipt in receipts:
        receipt.sent_at = now


def record_answer(receipt: Receipt, answer: Answer, now: datetime) -> None:
    """Set an answer on a receipt in memory: a verdict, the time of the next poll, or the end without a verdict."""
    receipt.polls += 1
    receipt.posted_at = receipt.posted_at or now
    if not _is_charged_to_another(receipt, answer):
        receipt.credits_used = max(receipt.credits_used, answer.credits_used)
    receipt.remote_verdict = answer.status[:32]
    receipt.catch_all = catch_all_of(answer.catch_all)
    receipt.path = answer.path
    receipt.error = ""
    verdict = verdict_of(answer.status, answer.catch_all)
    if verdict is None and _is_over(now - receipt.posted_at, receipt):
        verdict = Verdict.PENDING
    if verdict is None:
        receipt.next_poll_at = now + timedelta(seconds=settings.VERIFY_POLL_S)
        return
    receipt.verdict = verdict
    receipt.answered_at = now
    receipt.next_poll_at = None


def _is_charged_to_another(receipt: Receipt, answer: Answer) -> bool:
    """A read reports the cost of an address every time, but it belongs to the receipt that was charged first."""
    if not answer.is_read or not answer.credits_used or receipt.credits_used:
        return False
    others = Receipt.objects.filter(workspace_id=receipt.workspace_id, email=receipt.email, credits_used__gt=0)
    return others.exclude(pk=receipt.pk).exists()


def record_refusal(receipt: Receipt, error: str, now: datetime) -> None:
    """Instantly refuses to verify this address: a final answer, and the row is not loaded."""
    receipt.verdict = Verdict.REFUSED
    receipt.error = error[:300]
    receipt.answered_at = now
    receipt.next_poll_at = None


def record_list_verdict(receipt: Receipt, code: int | None, now: datetime) -> bool:
    """Set the verdict on a receipt in memory that a lead in a list has; False while it has none."""
    found = list_verdict(code)
    receipt.polls += 1
    if found is None:
        return False
    receipt.verdict, receipt.catch_all, word = found
    receipt.remote_verdict = word[:32]
    receipt.path, receipt.error = "list", ""
    receipt.answered_at, receipt.next_poll_at = now, None
    return True


def record_no_verdict(receipt: Receipt, error: str, now: datetime) -> None:
    """A list brought no verdict: final, the row is not loaded, and a person can have it verified again."""
    receipt.verdict, receipt.path = Verdict.PENDING, "list"
    receipt.error = error[:300]
    receipt.answered_at, receipt.next_poll_at = now, None


def record_not_understood(receipt: Receipt, error: str, now: datetime, *, retry_in_s: float) -> None:
    """An answer came that cannot be understood: no verdict, so Instantly is asked again.

    Where it stays so, the address ends without a verdict, like one that is pending for too long, and can be asked about
    again: neither an address nor an import waits for ever.
    """
    receipt.polls += 1
    record_failure(receipt, error, now, retry_in_s=retry_in_s)
    if _is_over(now - receipt.asked_at, receipt):
        receipt.verdict = Verdict.PENDING
        receipt.answered_at = now
        receipt.next_poll_at = None


def _is_over(waited: timedelta, receipt: Receipt) -> bool:
    """Whether an address has had its time. A clock that jumped, or a stop of some days, is no time: it was also asked
    about several times meanwhile.
    """
    tries = min(_TRIES_BEFORE_GIVING_UP, settings.VERIFY_GIVE_UP_S / settings.VERIFY_POLL_S)
    return waited >= timedelta(seconds=settings.VERIFY_GIVE_UP_S) and receipt.polls >= tries


def record_failure(receipt: Receipt, error: str, now: datetime, *, retry_in_s: float) -> None:
    """The call failed without an answer; retry later."""
    receipt.error = error[:300]
    receipt.next_poll_at = now + timedelta(seconds=retry_in_s)


def save_answers(receipts: list[Receipt]) -> int:
    """Save receipts and settle every row (of any import) that waits for one. Returns the number of rows settled.

    A receipt on which another worker has recorded a verdict meanwhile is not changed.
    """
    with transaction.atomic():
        still_open = Receipt.objects.filter(pk__in=[receipt.pk for receipt in receipts], answered_at__isnull=True)
        open_pks = set(still_open.select_for_update().order_by("pk").values_list("pk", flat=True))
        receipts = [receipt for receipt in receipts if receipt.pk in open_pks]
        # Most answers of one moment are equal: grouped, a few statements save them; one per row would take seconds.
        grouped: dict[tuple[object, ...], list[int]] = {}
        for receipt in receipts:
            grouped.setdefault(tuple(getattr(receipt, name) for name in _ANSWER_FIELDS), []).append(receipt.pk)
        for values, pks in grouped.items():
            facts: dict[str, Any] = dict(zip(_ANSWER_FIELDS, values, strict=True))
            record_verdict(Receipt.objects.filter(pk__in=pks), **facts)
        return _settle_rows({receipt.pk: receipt for receipt in receipts if receipt.answered_at})


def settle_late_rows(imported: Import) -> int:
    """Settle rows that started to wait for a receipt just when another worker recorded its verdict."""
    answered = Receipt.objects.filter(
        rows__imported=imported, rows__state=RowState.VERIFYING, answered_at__isnull=False
    )
    with transaction.atomic():
        return _settle_rows({receipt.pk: receipt for receipt in answered})


def _settle_rows(answered: dict[int, Receipt]) -> int:
    """Move every row that waits for one of these receipts to the state that its verdict decides."""
    if not answered:
        return 0
    waiting = Row.objects.filter(receipt_id__in=list(answered), state=RowState.VERIFYING)
    row_outcomes: dict[tuple[str, str], list[int]] = {}
    for pk, receipt_pk, accepts in waiting.values_list("pk", "receipt_id", "imported__accept_catch_all"):
        decision = _decision_for(answered[receipt_pk or 0], accept_catch_all=accepts)
        row_outcomes.setdefault(decision, []).append(pk)
    return sum(
        move_rows(Row.objects.filter(pk__in=pks), to=state, expected=RowState.VERIFYING, reason=reason)
        for (state, reason), pks in row_outcomes.items()
    )
