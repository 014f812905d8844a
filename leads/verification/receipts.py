"""Rows of receipts: find a fresh one, write the intent for a new one, keep what was answered."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from leads.models import Import, Receipt, Row, RowState, Verdict
from leads.verification.verdicts import Answer, catch_all_of, fate, verdict_of

# A verdict that answers the question for good; "pending" and "refused" may be asked again.
REUSABLE = (Verdict.VERIFIED, Verdict.INVALID, Verdict.OTHER)


def price() -> Decimal:
    """Credits that one check costs before Instantly says otherwise. Source: owner's reference, Law 11."""
    return Decimal(settings.CREDIT_PRICE)


def fresh_since() -> datetime:
    """Receipts answered before this time are stale and load nobody."""
    return timezone.now() - timedelta(days=settings.RECEIPT_LIFE_DAYS)


def fresh_receipts(workspace_pk: int, emails: Iterable[str]) -> dict[str, Receipt]:
    """The newest reusable receipt of each address that has one."""
    found = Receipt.objects.filter(
        workspace_id=workspace_pk, email__in=list(emails), verdict__in=REUSABLE, answered_at__gte=fresh_since()
    ).order_by("answered_at")
    return {receipt.email: receipt for receipt in found}


def credits_used_by(imported: Import) -> Decimal:
    """Credits that this import has paid so far."""
    total = Receipt.objects.filter(paid_by=imported).aggregate(total=Sum("credits_used"))["total"]
    return total or Decimal(0)


def claim_rows(imported: Import, *, limit: int, may_pay: int) -> tuple[int, int]:
    """Move up to `limit` new rows on: settled by a fresh receipt, or `verifying` with the intent to ask.

    At most `may_pay` new receipts are written. Returns (rows settled at once, rows now waiting for an answer).
    """
    with transaction.atomic():
        rows = list(Row.objects.filter(imported=imported, state=RowState.NEW).order_by("id")[:limit])
        fresh = fresh_receipts(imported.workspace_id, [row.email for row in rows])
        settled = [row for row in rows if row.email in fresh]
        for row in settled:
            settle(row, fresh[row.email], imported)
        waiting = _attach_open_receipts(imported, [row for row in rows if row.email not in fresh], may_pay)
        Row.objects.bulk_update([*settled, *waiting], ["state", "reason", "receipt"], batch_size=200)
    return len(settled), len(waiting)


def _attach_open_receipts(imported: Import, rows: list[Row], may_pay: int) -> list[Row]:
    emails = [row.email for row in rows]
    open_ones = _open_receipts(imported.workspace_id, emails)
    unpaid = [email for email in dict.fromkeys(emails) if email not in open_ones][:may_pay]
    _write_intents(imported, unpaid)
    open_ones = _open_receipts(imported.workspace_id, emails)
    waiting = [row for row in rows if row.email in open_ones]
    for row in waiting:
        row.state = RowState.VERIFYING
        row.receipt = open_ones[row.email]
    return waiting


def _open_receipts(workspace_pk: int, emails: list[str]) -> dict[str, Receipt]:
    found = Receipt.objects.filter(workspace_id=workspace_pk, email__in=emails, answered_at__isnull=True)
    return {receipt.email: receipt for receipt in found}


def _write_intents(imported: Import, emails: list[str]) -> None:
    now = timezone.now()
    # An address that timed out before was paid for then: remembering when makes us read before we ask again.
    paid_before = dict(
        Receipt.objects.filter(workspace_id=imported.workspace_id, email__in=emails, verdict=Verdict.PENDING)
        .order_by("answered_at")
        .values_list("email", "sent_at")
    )
    Receipt.objects.bulk_create(
        [
            Receipt(
                workspace_id=imported.workspace_id,
                email=email,
                asked_at=now,
                sent_at=paid_before.get(email),
                next_poll_at=now,
                paid_by=imported,
            )
            for email in emails
        ],
        ignore_conflicts=True,
        batch_size=200,
    )


def settle(row: Row, receipt: Receipt, imported: Import) -> None:
    """Put the verdict of a receipt onto a row in memory."""
    state, reason = fate(receipt.verdict, receipt.catch_all, accept_catch_all=imported.accept_catch_all)
    row.state, row.reason, row.receipt = state, reason, receipt


def due_receipts(imported: Import) -> QuerySet[Receipt]:
    """Unanswered receipts that rows of this import wait for and nobody is asking about just now."""
    return Receipt.objects.filter(
        rows__imported=imported,
        rows__state=RowState.VERIFYING,
        answered_at__isnull=True,
        next_poll_at__lte=timezone.now(),
    ).distinct()


def claim_receipts(imported: Import, *, limit: int, token: str, lease_s: float) -> list[Receipt]:
    """Claim up to `limit` due receipts for one worker; two workers never get the same one."""
    now = timezone.now()
    wanted = list(due_receipts(imported).order_by("id").values_list("pk", flat=True)[:limit])
    if not wanted:
        return []
    Receipt.objects.filter(pk__in=wanted, answered_at__isnull=True, next_poll_at__lte=now).update(
        claim=token, next_poll_at=now + timedelta(seconds=lease_s)
    )
    return list(Receipt.objects.filter(pk__in=wanted, claim=token))


def free_claims(imported: Import) -> int:
    """Make due at once what a worker that died was asking about. Returns how many."""
    return (
        Receipt.objects.filter(paid_by=imported, answered_at__isnull=True)
        .exclude(claim="")
        .update(claim="", next_poll_at=timezone.now())
    )


def mark_sent(receipts: list[Receipt]) -> None:
    """Remember that the paid request of these receipts leaves now; written before it does."""
    now = timezone.now()
    Receipt.objects.filter(pk__in=[receipt.pk for receipt in receipts], sent_at__isnull=True).update(sent_at=now)


def keep_answer(receipt: Receipt, answer: Answer) -> None:
    """Put an answer onto a receipt in memory: a verdict, or when to look again, or that we give up."""
    now = timezone.now()
    receipt.polls += 1
    receipt.posted_at = receipt.posted_at or now
    paid_earlier = receipt.sent_at is not None and receipt.sent_at < receipt.asked_at
    if not (paid_earlier and answer.path == "get"):
        receipt.credits_used = max(receipt.credits_used, answer.credits_used)
    receipt.remote_verdict = answer.status[:32]
    receipt.catch_all = catch_all_of(answer.catch_all)
    receipt.path = answer.path
    receipt.error = ""
    verdict = verdict_of(answer.status, answer.catch_all)
    if verdict is None and now - receipt.posted_at >= timedelta(seconds=settings.VERIFY_GIVE_UP_S):
        verdict = Verdict.PENDING
    if verdict is None:
        receipt.next_poll_at = now + timedelta(seconds=settings.VERIFY_POLL_S)
        return
    receipt.verdict = verdict
    receipt.answered_at = now
    receipt.next_poll_at = None


def keep_refusal(receipt: Receipt, error: str) -> None:
    """Instantly will not check this address: that is an answer, and it loads nobody."""
    receipt.verdict = Verdict.REFUSED
    receipt.error = error[:300]
    receipt.answered_at = timezone.now()
    receipt.next_poll_at = None


def keep_failure(receipt: Receipt, error: str, *, retry_in_s: float) -> None:
    """The call failed without an answer; ask again later."""
    receipt.error = error[:300]
    receipt.next_poll_at = timezone.now() + timedelta(seconds=retry_in_s)


def save_answers(receipts: list[Receipt]) -> int:
    """Write receipts back and settle every row (of any import) that waits for one. Returns rows settled.

    A receipt that another worker has meanwhile written a verdict on stays as it is.
    """
    fields = [
        "verdict", "remote_verdict", "catch_all", "credits_used", "posted_at", "next_poll_at",
        "polls", "answered_at", "path", "error", "sent_at",
    ]  # fmt: skip
    with transaction.atomic():
        still_open = Receipt.objects.filter(pk__in=[receipt.pk for receipt in receipts], answered_at__isnull=True)
        open_pks = set(still_open.select_for_update().order_by("pk").values_list("pk", flat=True))
        receipts = [receipt for receipt in receipts if receipt.pk in open_pks]
        Receipt.objects.bulk_update(receipts, fields, batch_size=200)
        answered = {receipt.pk: receipt for receipt in receipts if receipt.answered_at}
        waiting = Row.objects.filter(receipt_id__in=list(answered), state=RowState.VERIFYING)
        rows = list(waiting.select_related("imported"))
        for row in rows:
            settle(row, answered[row.receipt_id or 0], row.imported)
        Row.objects.bulk_update(rows, ["state", "reason"], batch_size=200)
    return len(rows)
