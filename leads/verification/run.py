"""Verifies the addresses of one import: one paid request each, polls while pending, one receipt per answer.

The pool's threads only call Instantly; only the main thread reads and writes the database.
"""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Min, QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import (
    AuthError,
    ClientError,
    EdgeBlockedError,
    NotFoundError,
    PlanError,
    ScopeError,
    UnexpectedAnswerError,
    ValidationError,
)
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.verification import Verification
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Mode, Workspace
from iexdg.workspaces.writes import record_result
from leads.errors import LeaseLostError
from leads.events import log, log_progress
from leads.lease import Lease
from leads.models import Import, ImportState, Reason, Receipt, RowState, VerifyBy
from leads.models.row import EVER_VERIFIED
from leads.queries import rows_by_outcome, rows_in
from leads.verification import receipts as store
from leads.verification.prices import price_of
from leads.verification.push import push_address
from leads.verification.verdicts import Answer

# Errors that every other address would meet too: the import stops with the reason.
STOPPING_ERRORS = (PlanError, AuthError, ScopeError, EdgeBlockedError)
_CLAIM_ROWS = 400
_CLAIM_LEASE_S = 60.0
_WRITE_EVERY_S = 0.5
# Queued requests per thread, enough that a slow database write leaves no thread idle.
_QUEUED_PER_THREAD = 4
# A poll that is due within this time is waited for here instead of being left to the sweep.
_NEAR_S = 1.0
_RETRY_IN_S = 5.0


@dataclass
class _Slice:
    """The state of one slice of work."""

    imported: Import
    client: InstantlyClient
    push_to: str | None = None
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    asking: dict["Future[Answer]", Receipt] = field(default_factory=dict)
    never_sent: set[int] = field(default_factory=set)
    completed: list[tuple[Receipt, "Future[Answer]"]] = field(default_factory=list)
    credits_left: Decimal | None = None
    stopping_error: ClientError | None = None
    problem: str = ""
    is_handed_over: bool = False


def verify_slice(
    imported: Import,
    lease: Lease,
    *,
    until: float,
    clock: Callable[[], float] = time.monotonic,
    hand_over: Callable[[], None] | None = None,
) -> None:
    """Verify addresses of the import until `until` (on `clock`), it is stopped, or nothing is due soon.

    Shapes: hand_over - lets the next worker have the import. It is called when the time is over, before the requests
        that are already queued are sent, so that the rate limit does not go unused between two slices.
    Raises: LeaseLostError - another worker has the import; the answers so far are saved nevertheless.
    """
    work = _Slice(imported, client_for(imported.workspace), push_address(imported.workspace))
    store.settle_late_rows(imported)
    pool = ThreadPoolExecutor(settings.VERIFY_THREADS, thread_name_prefix="verify")
    try:
        is_time_over = _ask_until(work, pool, lease, until=until, clock=clock)
        if hand_over is not None and is_time_over and work.asking:
            hand_over()
            work.is_handed_over = True
            _empty_queue(work, until=clock() + lease.renew_every_s, clock=clock)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        _drain(work, lease)
    if work.is_handed_over:
        raise LeaseLostError("The next worker goes on with this import.")
    if work.stopping_error is not None:
        halt(imported, lease, work.stopping_error)


def _ask_until(
    work: _Slice, pool: ThreadPoolExecutor, lease: Lease, *, until: float, clock: Callable[[], float]
) -> bool:
    """Keep the threads busy; False if it was stopped, or nothing is due soon, before the time was over."""
    wrote = renewed = clock()
    while clock() < until and work.stopping_error is None:
        _fill_queue(work, pool)
        if not work.asking and not _wait_for_next(work):
            return False
        _collect(work, timeout_s=0.1)
        if clock() - wrote >= _WRITE_EVERY_S:
            _write(work)
            wrote = clock()
        if clock() - renewed >= lease.renew_every_s:
            lease.renew()
            renewed = clock()
            if not may_continue(work.imported):
                return False
    return work.stopping_error is None


def next_poll_at(imported: Import) -> datetime | None:
    """When an address of this import, or a list with some of them, is due next; None if none waits for an answer."""
    lists: datetime | None = _waiting(imported).aggregate(due=Min("by_list__next_at"))["due"]
    return min((due for due in (_next_address_at(imported), lists) if due is not None), default=None)


def _next_address_at(imported: Import) -> datetime | None:
    due: datetime | None = _waiting(imported).filter(by_list__isnull=True).aggregate(due=Min("next_poll_at"))["due"]
    return due


def _waiting(imported: Import) -> QuerySet[Receipt]:
    return Receipt.objects.filter(rows__imported=imported, rows__state=RowState.VERIFYING, answered_at__isnull=True)


def is_verified(imported: Import) -> bool:
    """Whether every row has its verdict."""
    return not rows_in(imported, RowState.NEW, RowState.VERIFYING)


def may_continue(imported: Import) -> bool:
    """False if the import was stopped or the workspace put into observe mode."""
    state, mode = Import.objects.values_list("state", "workspace__mode").get(pk=imported.pk)
    return state == ImportState.VERIFYING and mode == Mode.WRITE


def _fill_queue(work: _Slice, pool: ThreadPoolExecutor) -> None:
    """Fill the queue of the threads: claim due receipts, and new rows if too few receipts are left."""
    free_slots = _QUEUED_PER_THREAD * settings.VERIFY_THREADS - len(work.asking)
    if free_slots < settings.VERIFY_THREADS:
        return
    if store.unsent_count(work.imported) < free_slots:
        _claim_new_rows(work)
    claimed = store.claim_receipts(work.imported, limit=free_slots, token=work.token, lease_s=_CLAIM_LEASE_S)
    unsent = [receipt for receipt in claimed if receipt.sent_at is None]
    work.never_sent.update(receipt.pk for receipt in unsent)
    store.mark_sent(unsent)
    for receipt in claimed:
        maybe_sent = receipt.pk not in work.never_sent
        asking = pool.submit(_ask, work.client, receipt.email, maybe_sent=maybe_sent, push_to=work.push_to)
        work.asking[asking] = receipt


def _empty_queue(work: _Slice, *, until: float, clock: Callable[[], float]) -> None:
    """Send what is queued. A stop is obeyed as soon as while the lease is held: at most `renew_every_s` later."""
    while work.asking and work.stopping_error is None and clock() < until:
        _collect(work, timeout_s=_WRITE_EVERY_S)
    _write(work)


def _wait_for_next(work: _Slice) -> bool:
    """Wait a moment for the next poll; False if none is due soon."""
    _write(work)
    due = _next_address_at(work.imported)
    if due is None or due - timezone.now() > timedelta(seconds=_NEAR_S):
        return False
    time.sleep(0.1)
    return True


def _claim_new_rows(work: _Slice) -> bool:
    if work.imported.verify_by == VerifyBy.LIST or not rows_in(work.imported, RowState.NEW):
        return False
    may_pay = affordable(work.imported, most=_CLAIM_ROWS)
    settled, waiting = store.claim_rows(work.imported, limit=_CLAIM_ROWS, may_pay=may_pay)
    if settled == waiting == 0 and may_pay == 0:
        work.stopping_error = ceiling_reached(work.imported)
    return bool(settled or waiting)


def ceiling_reached(imported: Import) -> PlanError:
    """The error that stops an import whose price rose above what was accepted."""
    return PlanError(f"the ceiling of {imported.credit_ceiling} credits for this import is reached")


def affordable(imported: Import, *, most: int) -> int:
    """How many more addresses, up to `most`, may be verified before the import's credit ceiling is reached."""
    if imported.credit_ceiling is None:
        return most
    unpaid = Receipt.objects.filter(paid_by=imported, posted_at__isnull=True, answered_at__isnull=True)
    in_lists = unpaid.filter(by_list__isnull=False).count()
    outstanding = in_lists * price_of(VerifyBy.LIST) + (unpaid.count() - in_lists) * price_of(VerifyBy.ADDRESS)
    left = imported.credit_ceiling - store.credits_used_by(imported) - outstanding
    return max(0, min(most, int(left / price_of(imported.verify_by))))


def _ask(client: InstantlyClient, email: str, *, maybe_sent: bool, push_to: str | None) -> Answer:
    """Verify one address, in a thread. If it may have been paid for it is read first, and requested only if unknown."""
    if maybe_sent:
        try:
            return _answer(client.verification.check(email), "get", is_read=True)
        except NotFoundError:
            pass
    posted = client.verification.create(email, webhook_url=push_to)
    if posted.credits_used:
        return _answer(posted, "post")
    # Not charged: either it was known, or an earlier attempt was charged and its answer lost. A read shows the cost.
    return _answer(client.verification.check(email), "post", is_read=True)


def _answer(verification: Verification, path: str, *, is_read: bool = False) -> Answer:
    return Answer(
        status=str(verification.status or ""),
        catch_all=verification.catch_all,
        credits_used=verification.credits_used or Decimal(0),
        credits_left=verification.credits,
        path=path,
        is_read=is_read,
    )


def _collect(work: _Slice, *, timeout_s: float) -> None:
    if not work.asking:
        return
    done, _ = wait(work.asking, timeout=timeout_s, return_when=FIRST_COMPLETED)
    for future in done:
        receipt = work.asking.pop(future)
        work.never_sent.discard(receipt.pk)
        work.completed.append((receipt, future))
        if isinstance(error := future.exception(), STOPPING_ERRORS):
            work.stopping_error = error


class _VerificationIntent:
    """The write intent of a paid verification; `mark_sent` has stored the attempt before a thread got it."""

    def __init__(self, work: _Slice, receipt: Receipt, now: datetime) -> None:
        self.work, self.receipt, self.now = work, receipt, now

    def begin(self) -> bool:
        """True if the request was sent."""
        return self.receipt.sent_at is not None

    def done(self, answer: Answer) -> None:
        """Record the verdict, or the time of the next poll."""
        store.record_answer(self.receipt, answer, self.now)
        if answer.credits_left is not None:
            self.work.credits_left = answer.credits_left

    def refused(self, error: ClientError) -> None:
        """A refused request cost nothing; if the address is not the cause it is sent again once the cause is fixed."""
        if isinstance(error, ValidationError):
            store.record_refusal(self.receipt, str(error), self.now)
            return
        self.unknown(error)
        if isinstance(error, STOPPING_ERRORS) and self.receipt.posted_at is None:
            self.receipt.sent_at = None

    def unknown(self, error: ClientError) -> None:
        """It may have been paid for: Instantly is read before it is requested again."""
        if isinstance(error, STOPPING_ERRORS):
            store.record_failure(self.receipt, str(error), self.now, retry_in_s=0)
            return
        self.work.problem = str(error)
        if isinstance(error, UnexpectedAnswerError):
            store.record_not_understood(self.receipt, str(error), self.now, retry_in_s=_RETRY_IN_S)
            return
        store.record_failure(self.receipt, str(error), self.now, retry_in_s=_RETRY_IN_S)


def _write(work: _Slice) -> None:
    if not work.completed:
        return
    completed, work.completed = work.completed, []
    now = timezone.now()
    for receipt, future in completed:
        record_result(_VerificationIntent(work, receipt, now), future.result)
    store.save_answers([receipt for receipt, _ in completed])
    if work.credits_left is not None:
        Workspace.objects.filter(pk=work.imported.workspace_id).update(
            credits_left=work.credits_left, credits_read_at=timezone.now(), credits_error=""
        )
    if not work.is_handed_over:
        # Two workers that replace one line at the same time would leave two.
        log_progress(work.imported, "verified", verified_words(work.imported))
    if work.problem:
        log(work.imported, f"Asked again: {work.problem}", "warn")
        work.problem = ""


def verified_words(imported: Import) -> str:
    """How far an import is: "27 verified, 5 refused, 2 without a verdict"."""
    counted = rows_by_outcome(imported)
    verified = sum(number for (state, _), number in counted.items() if state in EVER_VERIFIED)
    pending = counted.get((RowState.REJECTED, Reason.PENDING), 0)
    refused = sum(number for (state, _), number in counted.items() if state == RowState.REJECTED) - pending
    words = f"{verified:,} verified, {refused:,} refused"
    return f"{words}, {pending:,} without a verdict" if pending else words


def _drain(work: _Slice, lease: Lease) -> None:
    """Wait for the requests in flight, whose answers are paid for. Receipts not sent yet are returned."""
    queued = [future for future in work.asking if future.cancelled()]
    store.return_receipts([work.asking.pop(future) for future in queued], token=work.token, never_sent=work.never_sent)
    while work.asking:
        _collect(work, timeout_s=min(1.0, lease.renew_every_s))
        lease.keep()
    _write(work)


def halt(imported: Import, lease: Lease, error: Exception) -> None:
    """Stop an import for an error that every address would meet."""
    lease.stop(expected=ImportState.VERIFYING, reason=str(error))
    log(imported, f"Stopped: {error}", "bad")
