"""Verifies the addresses of one import: asks once, polls while pending, keeps a receipt for every answer.

Threads only talk to Instantly; the one driver thread alone reads and writes the database.
"""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from iexdg.clients.http.errors import (
    AuthError,
    ClientError,
    EdgeBlockedError,
    NotFoundError,
    PlanError,
    ScopeError,
    ValidationError,
)
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.verification import Verification
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Mode, Workspace
from iexdg.workspaces.writes import record_result
from leads.events import log
from leads.lease import Lease
from leads.models import Import, ImportState, Receipt, Row, RowState
from leads.verification import receipts as book
from leads.verification.verdicts import Answer

# Errors that no other address would survive either: the import stops and says why.
STOPPERS = (PlanError, AuthError, ScopeError, EdgeBlockedError)
_CLAIM_ROWS = 400
_CLAIM_LEASE_S = 60.0
_WRITE_EVERY_S = 0.5
# Enough questions in hand, per thread, that a slow write to the database lets no thread run dry.
_IN_HAND = 4
# A poll that is due within this time is waited for here instead of by way of the sweep.
_NEAR_S = 1.0
_RETRY_IN_S = 5.0


@dataclass
class _Round:
    """What one slice of work has in hand."""

    imported: Import
    client: InstantlyClient
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    asking: dict["Future[Answer]", Receipt] = field(default_factory=dict)
    never_sent: set[int] = field(default_factory=set)
    came_back: list[tuple[Receipt, "Future[Answer]"]] = field(default_factory=list)
    credits_left: Decimal | None = None
    stopper: ClientError | None = None
    trouble: str = ""


def verify_slice(imported: Import, lease: Lease, *, until: float, clock: Callable[[], float] = time.monotonic) -> None:
    """Work on the import's verification until `until` (on `clock`), it is stopped, or nothing is due soon.

    Raises: LeaseLostError - another worker has the import; what was answered so far is kept all the same.
    """
    work = _Round(imported, client_for(imported.workspace))
    book.settle_stragglers(imported)
    pool = ThreadPoolExecutor(settings.VERIFY_THREADS, thread_name_prefix="verify")
    wrote = renewed = clock()
    try:
        while clock() < until and work.stopper is None:
            _top_up(work, pool)
            if not work.asking and not _wait_for_next(work):
                break
            _collect(work, timeout_s=0.1)
            if clock() - wrote >= _WRITE_EVERY_S:
                _write(work)
                wrote = clock()
            if clock() - renewed >= lease.renew_every_s:
                lease.renew()
                renewed = clock()
                if not _may_go_on(imported):
                    break
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        _drain(work, lease)
    if work.stopper is not None:
        _halt(imported, lease, work.stopper)


def next_look(imported: Import) -> datetime | None:
    """When an address of this import is due again; None where nothing waits for an answer."""
    waiting = Receipt.objects.filter(rows__imported=imported, rows__state=RowState.VERIFYING, answered_at__isnull=True)
    due: datetime | None = waiting.aggregate(due=Min("next_poll_at"))["due"]
    return due


def is_verified(imported: Import) -> bool:
    """Whether every row has its verdict."""
    open_states = [RowState.NEW, RowState.VERIFYING]
    return not Row.objects.filter(imported=imported, state__in=open_states).exists()


def _may_go_on(imported: Import) -> bool:
    """Whether nobody has stopped the import or put the workspace into observe mode."""
    state, mode = Import.objects.values_list("state", "workspace__mode").get(pk=imported.pk)
    return state == ImportState.VERIFYING and mode == Mode.WRITE


def _top_up(work: _Round, pool: ThreadPoolExecutor) -> None:
    """Keep the threads busy: claim what is due, and new rows where too few questions are left."""
    room = _IN_HAND * settings.VERIFY_THREADS - len(work.asking)
    if room < settings.VERIFY_THREADS:
        return
    if book.unasked(work.imported) < room:
        _claim_new_rows(work)
    claimed = book.claim_receipts(work.imported, limit=room, token=work.token, lease_s=_CLAIM_LEASE_S)
    unsent = [receipt for receipt in claimed if receipt.sent_at is None]
    work.never_sent.update(receipt.pk for receipt in unsent)
    book.mark_sent(unsent)
    for receipt in claimed:
        maybe_sent = receipt.pk not in work.never_sent
        work.asking[pool.submit(_ask, work.client, receipt.email, maybe_sent=maybe_sent)] = receipt


def _wait_for_next(work: _Round) -> bool:
    """Wait a moment for the next poll; False where none is due soon."""
    _write(work)
    due = next_look(work.imported)
    if due is None or due - timezone.now() > timedelta(seconds=_NEAR_S):
        return False
    time.sleep(0.1)
    return True


def _claim_new_rows(work: _Round) -> bool:
    if not Row.objects.filter(imported=work.imported, state=RowState.NEW).exists():
        return False
    may_pay = _affordable(work.imported)
    settled, waiting = book.claim_rows(work.imported, limit=_CLAIM_ROWS, may_pay=may_pay)
    if settled == waiting == 0 and may_pay == 0:
        work.stopper = PlanError(f"the ceiling of {work.imported.credit_ceiling} credits for this import is reached")
    return bool(settled or waiting)


def _affordable(imported: Import) -> int:
    """How many more addresses may be asked about before the import's credit ceiling is reached."""
    if imported.credit_ceiling is None:
        return _CLAIM_ROWS
    outstanding = Receipt.objects.filter(paid_by=imported, posted_at__isnull=True, answered_at__isnull=True).count()
    left = imported.credit_ceiling - book.credits_used_by(imported) - outstanding * book.price()
    return max(0, min(_CLAIM_ROWS, int(left / book.price())))


def _ask(client: InstantlyClient, email: str, *, maybe_sent: bool) -> Answer:
    """Ask about one address, in a thread. What may have been paid for is read first, and asked only if unknown."""
    if maybe_sent:
        try:
            return _answer(client.verification.check(email), "get", is_read=True)
        except NotFoundError:
            pass
    posted = client.verification.create(email)
    if posted.credits_used:
        return _answer(posted, "post")
    # Nothing charged: either it was known, or an earlier try was charged and its answer lost. Reading tells.
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


def _collect(work: _Round, *, timeout_s: float) -> None:
    if not work.asking:
        return
    done, _ = wait(work.asking, timeout=timeout_s, return_when=FIRST_COMPLETED)
    for future in done:
        receipt = work.asking.pop(future)
        work.never_sent.discard(receipt.pk)
        work.came_back.append((receipt, future))
        if isinstance(error := future.exception(), STOPPERS):
            work.stopper = error


class _VerificationIntent:
    """A receipt as the intent of a paid question; `mark_sent` has written the attempt down before a thread got it."""

    def __init__(self, work: _Round, receipt: Receipt, now: datetime) -> None:
        self.work, self.receipt, self.now = work, receipt, now

    def begin(self) -> bool:
        """It has left."""
        return self.receipt.sent_at is not None

    def done(self, answer: Answer) -> None:
        """Keep the verdict, or when to read again."""
        book.record_answer(self.receipt, answer, self.now)
        if answer.credits_left is not None:
            self.work.credits_left = answer.credits_left

    def refused(self, error: ClientError) -> None:
        """A refused request cost nothing; where the cause lies elsewhere it may be sent again once that is mended."""
        if isinstance(error, ValidationError):
            book.record_refusal(self.receipt, str(error), self.now)
            return
        self.unknown(error)
        if isinstance(error, STOPPERS) and self.receipt.posted_at is None:
            self.receipt.sent_at = None

    def unknown(self, error: ClientError) -> None:
        """It may have been paid for: Instantly is read before it is asked again."""
        if isinstance(error, STOPPERS):
            book.record_failure(self.receipt, str(error), self.now, retry_in_s=0)
            return
        self.work.trouble = str(error)
        book.record_failure(self.receipt, str(error), self.now, retry_in_s=_RETRY_IN_S)


def _write(work: _Round) -> None:
    if not work.came_back:
        return
    came_back, work.came_back = work.came_back, []
    now = timezone.now()
    for receipt, future in came_back:
        record_result(_VerificationIntent(work, receipt, now), future.result)
    settled = book.save_answers([receipt for receipt, _ in came_back])
    if work.credits_left is not None:
        Workspace.objects.filter(pk=work.imported.workspace_id).update(
            credits_left=work.credits_left, credits_read_at=timezone.now(), credits_error=""
        )
    log(work.imported, f"{len(came_back)} answers, {settled} rows settled")
    if work.trouble:
        log(work.imported, f"Instantly did not answer: {work.trouble}", "warn")
        work.trouble = ""


def _drain(work: _Round, lease: Lease) -> None:
    """Wait for what is on the wire: its answers were paid for. What has not left yet is given back."""
    queued = [future for future in work.asking if future.cancelled()]
    book.give_back([work.asking.pop(future) for future in queued], token=work.token, never_sent=work.never_sent)
    while work.asking:
        _collect(work, timeout_s=min(1.0, lease.renew_every_s))
        lease.keep()
    _write(work)


def _halt(imported: Import, lease: Lease, error: ClientError) -> None:
    lease.stop(expected=ImportState.VERIFYING, reason=str(error))
    log(imported, f"Stopped: {error}", "bad")
