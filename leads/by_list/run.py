"""Takes a temporary list from step to step: create, fill (the paid request), read the verdicts, delete.

Everything can happen twice and at any time: one conditional UPDATE lets one worker go on with a list, the paid request
is recorded before it is sent, and where its answer was lost the list is read before anything is sent again.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import ClientError, NetworkError, NotFoundError, RateLimitError, ServerError
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.lead_selection import LeadSelection
from iexdg.clients.instantly.leads import Lead as RemoteLead
from iexdg.clients.instantly.leads import LoadAccounting
from iexdg.states import has_come
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import perform_write
from leads.by_list.plan import close, give_back, open_lists, plan_list, request_list
from leads.changing.carry_out import carry_out_one
from leads.errors import ListRefusedError
from leads.events import log, log_progress
from leads.lease import Lease
from leads.models import (
    Import,
    ImportState,
    ListVerification,
    ListVerificationState,
    PeopleChange,
    PeopleChangeState,
    Receipt,
    VerifyBy,
)
from leads.models.list_verification import OPEN_LIST_VERIFICATION
from leads.states import move_list_verification
from leads.verification import receipts as store
from leads.verification.prices import price_of
from leads.verification.run import STOPPING_ERRORS, halt, may_continue, verified_words

Keep = Callable[[Callable[[], Any]], Any]

# So many lists of an import are open at once: what is stopped has not been paid for yet.
_AT_ONCE = 5
# A worker that goes on with a list has it for so long.
_CLAIM = timedelta(minutes=5)
_SOON = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=5)
# A paid request is certainly over after this, whatever became of the worker that sent it.
_IN_FLIGHT_FOR = timedelta(minutes=2)
# A list lags some seconds (Law 10): what is missing counts as missing only after so many reads.
READS_NEEDED = 3
_MOST_REFUSALS = 3
_PASSING = (NetworkError, RateLimitError, ServerError)


def list_slice(imported: Import, lease: Lease, *, until: float, clock: Callable[[], float] = time.monotonic) -> None:
    """Plan, fill and read lists until `until` (on `clock`), the import is stopped, or nothing is due.

    Raises: LeaseLostError - another worker has the import.
    """
    while clock() < until:
        lease.renew()
        if not may_continue(imported):
            return
        try:
            if open_lists(imported).count() < _AT_ONCE and plan_list(imported):
                continue
            found = _claimed(open_lists(imported))
            if found is None:
                return
            _go_on(found, lease.keep_during)
        except (*STOPPING_ERRORS, ListRefusedError) as error:
            halt(imported, lease, error)
            return


def finish_lists(workspace: Workspace) -> None:
    """Go on with lists whose import no longer verifies: what was paid for is read, what was not is given back."""
    states = (ListVerificationState.CREATED, ListVerificationState.ADDING, ListVerificationState.WAITING)
    has_list = Q(state=ListVerificationState.PLANNED, creation__state=PeopleChangeState.CONFIRMED)
    left = ListVerification.objects.filter(Q(state__in=states) | has_list, workspace=workspace)
    left = left.exclude(imported__state=ImportState.VERIFYING)
    for _ in range(left.count()):
        found = _claimed(left)
        if found is None:
            return
        if found.state == ListVerificationState.CREATED:
            _delete(found, give_back(found))
            continue
        try:
            _go_on(found, lambda call: call())
        except (*STOPPING_ERRORS, ListRefusedError):
            return


def release_lists(imported: Import) -> int:
    """Make lists due at once that a crashed worker had claimed. Returns how many."""
    return open_lists(imported).update(next_at=timezone.now())


def _claimed(lists: QuerySet[ListVerification]) -> ListVerification | None:
    """The list that has been due for longest, which no other worker goes on with meanwhile; None if none is due."""
    now = timezone.now()
    due = lists.filter(has_come("next_at", now, longest=_LONGEST_WAIT))
    for pk, next_at in due.order_by("next_at", "pk").values_list("pk", "next_at"):
        if lists.filter(pk=pk, next_at=next_at).update(next_at=now + _CLAIM):
            return ListVerification.objects.select_related(
                "imported", "workspace", "lead_list", "creation__workspace"
            ).get(pk=pk)
    return None


def _go_on(found: ListVerification, keep: Keep) -> None:
    """Take one step.

    Raises: STOPPING_ERRORS - every other address would meet it too; ListRefusedError. It is due again soon.
    """
    steps = {
        ListVerificationState.PLANNED: _create,
        ListVerificationState.CREATED: _fill,
        ListVerificationState.ADDING: _read_whether_added,
        ListVerificationState.WAITING: _read,
    }
    try:
        steps[ListVerificationState(found.state)](found, keep)
    except STOPPING_ERRORS as error:
        _later(found, _SOON, error=str(error))
        raise
    except ClientError as error:
        _later(found, _SOON, error=str(error))
        log(found.imported, f"Asked again: {error}", "warn")


def _later(found: ListVerification, wait: timedelta, *, reads: int | None = None, error: str = "") -> None:
    still = ListVerification.objects.filter(pk=found.pk, state__in=OPEN_LIST_VERIFICATION)
    number = found.reads if reads is None else reads
    still.update(next_at=timezone.now() + min(wait, _LONGEST_WAIT), reads=number, error=error[:300])


def _create(found: ListVerification, keep: Keep) -> None:
    creation = request_list(found)
    carry_out_one(creation)
    creation.refresh_from_db()
    if creation.state == PeopleChangeState.CONFIRMED and creation.lead_list is not None:
        facts = {"lead_list": creation.lead_list, "next_at": timezone.now(), "reads": 0, "error": ""}
        move_list_verification(found, to=ListVerificationState.CREATED, expected=ListVerificationState.PLANNED, **facts)
        return
    is_refused = creation.state == PeopleChangeState.REFUSED
    _later(found, _SOON, error=creation.error, reads=found.reads + 1 if is_refused else found.reads)
    if is_refused and found.reads + 1 >= _MOST_REFUSALS:
        _later(found, _SOON, error=creation.error, reads=0)
        raise ListRefusedError(f"A list for verification could not be created: {creation.error}")


class _Adding:
    """The paid request for the addresses of one list as the intent of a write."""

    def __init__(self, found: ListVerification) -> None:
        self.found = found
        self.emails = list(_open_receipts(found).order_by("pk").values_list("email", flat=True))

    def begin(self) -> bool:
        """Record that it may be sent from here on; False if another worker was first."""
        now = timezone.now()
        with transaction.atomic():
            facts = {"sent_at": now, "reads": 0, "error": ""}
            is_first = self._move(ListVerificationState.ADDING, expected=ListVerificationState.CREATED, **facts)
            if is_first:
                _open_receipts(self.found).update(sent_at=now)
        return is_first

    def done(self, answer: LoadAccounting) -> None:
        """The addresses are in the list; those that Instantly names as left out are verified one by one."""
        taken = {(lead.email or "").strip().lower() for lead in answer.created_leads}
        left_out = [email for email in self.emails if email not in taken] if answer.is_itemised else []
        with transaction.atomic():
            _verify_one_by_one(_open_receipts(self.found).filter(email__in=left_out))
            _note_added(self.found)
        if left_out:
            words = plural(len(left_out), "address was", "addresses were")
            log(self.found.imported, f"{words} not taken into the list: verified one by one", "warn")

    def refused(self, error: ClientError) -> None:
        """Nothing was paid for: the same request later, a new list where this one is gone, or one by one."""
        receipts = _open_receipts(self.found)
        if isinstance(error, STOPPING_ERRORS + _PASSING + (NotFoundError,)):
            receipts.update(sent_at=None)
            facts: dict[str, Any] = {"next_at": timezone.now() + _SOON, "error": str(error)[:300]}
            self._move(ListVerificationState.CREATED, **facts)
            if isinstance(error, NotFoundError):
                facts |= {"lead_list": None, "creation": None}
                self._move(ListVerificationState.PLANNED, expected=ListVerificationState.CREATED, **facts)
            return
        _verify_one_by_one(receipts)
        log(self.found.imported, f"The list was refused, its addresses are verified one by one: {error}", "warn")
        _delete(self.found, close(self.found, expected=ListVerificationState.ADDING, error=str(error)))

    def unknown(self, error: ClientError) -> None:
        """It may have been paid for: the list is read before anything is sent again."""
        _later(self.found, _SOON, error=str(error))
        log(self.found.imported, f"Whether the list was filled is not known, it is read: {error}", "warn")

    def _move(self, to: str, *, expected: str = ListVerificationState.ADDING, **facts: Any) -> bool:
        return move_list_verification(self.found, to=to, expected=expected, **facts)


def _fill(found: ListVerification, keep: Keep) -> None:
    intent, lead_list = _Adding(found), found.lead_list
    if lead_list is None or not intent.emails:
        # Another import took its addresses over while this one was stopped.
        _delete(found, close(found, expected=ListVerificationState.CREATED))
        return
    people = [{"email": email} for email in intent.emails]
    leads = client_for(found.workspace).leads
    result = perform_write(
        intent, lambda: keep(lambda: leads.add_to_list(lead_list.remote_id, people, pay_for_verification=True))
    )
    if isinstance(result.error, STOPPING_ERRORS):
        raise result.error


def _note_added(found: ListVerification) -> None:
    """The addresses are in the list, and paid for: Instantly does not report the cost, so the known price is booked."""
    now = timezone.now()
    facts = {"added_at": now, "next_at": now + _poll_after(0), "reads": 0, "error": ""}
    moved = move_list_verification(
        found, to=ListVerificationState.WAITING, expected=ListVerificationState.ADDING, **facts
    )
    if moved:
        _open_receipts(found).update(posted_at=now, credits_used=price_of(VerifyBy.LIST))


def _read_whether_added(found: ListVerification, keep: Keep) -> None:
    """The answer was lost, or its worker stopped: who is in the list was paid for. No one after some reads: again."""
    remote_id = found.lead_list.remote_id if found.lead_list else ""
    try:
        stats = client_for(found.workspace).lead_lists.verification_stats(remote_id)
    except NotFoundError:
        _end_without_verdicts(found, "The list was deleted at Instantly.")
        return
    if stats.total:
        _note_added(found)
        return
    is_over = found.sent_at is None or found.sent_at < timezone.now() - _IN_FLIGHT_FOR
    if found.reads + 1 < READS_NEEDED or not is_over:
        _later(found, _SOON * 2, reads=found.reads + 1)
        return
    with transaction.atomic():
        facts = {"next_at": timezone.now(), "reads": 0}
        to, expected = ListVerificationState.CREATED, ListVerificationState.ADDING
        if move_list_verification(found, to=to, expected=expected, **facts):
            _open_receipts(found).update(sent_at=None)


def _read(found: ListVerification, keep: Keep) -> None:
    """Read the counts of the list, and once nothing is pending, or the time is over, the verdict of everyone in it."""
    remote_id, client = found.lead_list.remote_id if found.lead_list else "", client_for(found.workspace)
    is_over = _is_over(found)
    try:
        stats = client.lead_lists.verification_stats(remote_id)
        if (stats.pending or stats.pending_in_search) and not is_over:
            _later(found, _poll_after(found.reads), reads=found.reads + 1)
            return
        receipts = {receipt.email: receipt for receipt in _open_receipts(found)}
        everyone = client.leads.select(LeadSelection(list_remote_id=remote_id))
        leads, problem = keep(lambda: collected(_until_found(everyone, set(receipts))))
    except NotFoundError:
        _end_without_verdicts(found, "The list was deleted at Instantly.")
        return
    now = timezone.now()
    answered = [
        receipts[email]
        for email, code in _codes(leads).items()
        if email in receipts and store.record_list_verdict(receipts[email], code, now)
    ]
    store.save_answers(answered)
    log_progress(found.imported, "verified", verified_words(found.imported))
    if problem is not None:
        raise problem
    if len(answered) == len(receipts):
        _delete(found, close(found, expected=ListVerificationState.WAITING))
    elif is_over:
        _end_without_verdicts(found, "No verdict in time.")
    else:
        _later(found, _poll_after(found.reads), reads=found.reads + 1)


def _end_without_verdicts(found: ListVerification, error: str) -> None:
    """Whoever has no verdict has none: they are not loaded, and can be verified again by a person."""
    now = timezone.now()
    receipts = list(_open_receipts(found))
    for receipt in receipts:
        store.record_no_verdict(receipt, error, now)
    store.save_answers(receipts)
    log_progress(found.imported, "verified", verified_words(found.imported))
    _delete(found, close(found, expected=found.state, error=error))


def _delete(found: ListVerification, deletion: PeopleChange | None) -> None:
    """Delete the list now; what does not work now is done by the sweep of requested changes."""
    if deletion is not None and Workspace.objects.get(pk=found.workspace_id).may_write:
        carry_out_one(deletion)


def _open_receipts(found: ListVerification) -> QuerySet[Receipt]:
    return Receipt.objects.filter(by_list=found, answered_at__isnull=True)


def _verify_one_by_one(receipts: QuerySet[Receipt]) -> None:
    receipts.update(by_list=None, sent_at=None, next_poll_at=timezone.now())


def _poll_after(reads: int) -> timedelta:
    """How long until the next read: every read that was too early doubles it."""
    return timedelta(seconds=min(60.0, settings.VERIFY_POLL_S * 2**reads))


def _is_over(found: ListVerification) -> bool:
    """Whether the list has had its time; a clock that jumped is no time, so it was also read several times."""
    waited = timezone.now() - (found.added_at or timezone.now())
    return waited >= timedelta(seconds=settings.VERIFY_GIVE_UP_S) and found.reads >= READS_NEEDED


def _until_found(leads: Iterable[RemoteLead], wanted: set[str]) -> Iterator[RemoteLead]:
    """Yield leads until everyone who is wanted was there: no page is read for nothing."""
    left = set(wanted)
    for lead in leads:
        yield lead
        left.discard((lead.email or "").strip().lower())
        if not left:
            return


def _codes(leads: Iterable[RemoteLead]) -> dict[str, int | None]:
    return {(lead.email or "").strip().lower(): lead.verification_status for lead in leads}
