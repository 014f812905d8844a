"""The ledger: one row for each action of an automation and an event, recorded before anything is sent.

Only this module writes the states of its rows:

    -> asked
    asked -> sent | skipped
    sent -> asked | done | refused | unknown
    done -> asked | unknown
    refused -> asked | skipped
    unknown -> asked | done | skipped
    skipped -> asked

All rows of an event are recorded in one transaction, and the database has each once: an event that is found twice
changes nothing. What was accepted and cannot be seen is read again, never written again; seen in none of several
readings it is *unknown*. `attempts` tells one attempt from the next: a process whose lease has lapsed records nothing
any more. A contact that is *done* is asked again only where an entry that needs it is replayed and it is gone.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import NotFoundError
from iexdg.crm.actions import CONTACT, NOTE, OPPORTUNITY, OWN, REPEATABLE, TAGS, WORKFLOW, Event, request_of
from iexdg.crm.models import REPLAYABLE, WAS_THERE, Automation, EntryState, LedgerEntry
from iexdg.crm.queries import without_steps
from iexdg.crm.renewed_requests import renew_requests
from iexdg.states import StateTable
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

LEDGER = StateTable(
    "LedgerEntry",
    starts=(EntryState.ASKED,),
    moves={
        EntryState.ASKED: (EntryState.SENT, EntryState.SKIPPED),
        EntryState.SENT: (EntryState.ASKED, EntryState.DONE, EntryState.REFUSED, EntryState.UNKNOWN),
        EntryState.DONE: (EntryState.ASKED, EntryState.UNKNOWN),
        EntryState.REFUSED: (EntryState.ASKED, EntryState.SKIPPED),
        EntryState.UNKNOWN: (EntryState.ASKED, EntryState.DONE, EntryState.SKIPPED),
        EntryState.SKIPPED: (EntryState.ASKED,),
    },
)
# A call with all its tries ends long before this; what is in flight then has no process any more.
LEASE = timedelta(seconds=180)
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5, 600
# Readings of what was accepted before its outcome is unknown; the waits between them add up to ten minutes.
MOST_READS = 8
# What was accepted and is unknown is still looked for so often.
_LOOK_EVERY = timedelta(minutes=10)
_LOOK_SOON = timedelta(minutes=1)
# What an entry keeps that says that its contact is gone: a replay saves the contact first.
_GONE = {"contact_gone": True}
_OF_A_CONTACT = frozenset({TAGS, NOTE, WORKFLOW, OPPORTUNITY})
_SAVED_AGAIN = (EntryState.DONE, *REPLAYABLE)
# What else GoHighLevel may not find.
_OTHERS = ("workflow", "pipeline")


def record_event(automation: Automation, event: Event) -> int:
    """Record every action of an event; returns how many rows are new. What is there already stays as it is."""
    there = LedgerEntry.objects.filter(automation=automation, event=event.key)
    before = there.count()
    record_events(automation, [event])
    return there.count() - before


@transaction.atomic
def record_events(automation: Automation, events: Iterable[Event]) -> None:
    """Record every action of some events, in a few statements however many they are."""
    now = timezone.now()
    rows = [
        LedgerEntry(
            workspace_id=automation.workspace_id,
            automation=automation,
            event=event.key,
            number=number,
            kind=action["kind"],
            campaign=event.campaign,
            thread=event.thread,
            lead=event.lead,
            request=request_of(
                action, automation.field_map, automation.tag_template, event, of=f"{automation.pk}-{number}"
            ),
            asked_at=now,
            due_at=now,
            changed_at=now,
        )
        for event in events
        for number, action in enumerate(automation.actions, start=1)
    ]
    LedgerEntry.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def record_cleanup(automation: Automation, contact_id: str, lead: str) -> LedgerEntry:
    """Record that a contact which a test step made is to be deleted; a second time it is the same row, asked again."""
    now = timezone.now()
    facts = {"kind": "delete", "lead": lead, "request": {"contact_id": contact_id}, "contact_id": contact_id}
    entry, is_new = LedgerEntry.objects.get_or_create(
        workspace_id=automation.workspace_id,
        automation=automation,
        event=f"cleanup:{contact_id}",
        number=1,
        defaults=facts | {"asked_at": now, "due_at": now, "changed_at": now},
    )
    if not is_new:
        LEDGER.move(_row(entry), to=EntryState.ASKED, expected=EntryState.REFUSED, changed_at=now)
        entry.refresh_from_db()
    return entry


def claim(entry: LedgerEntry) -> bool:
    """Take a row for one attempt by a conditional UPDATE; False where another process has it."""
    now = timezone.now()
    taken = LEDGER.move(
        _row(entry),
        to=EntryState.SENT,
        expected=EntryState.ASKED,
        attempts=F("attempts") + 1,
        lease_until=now + LEASE,
        contact_id=entry.contact_id,
        remote_id="",
        answer={},
        changed_at=now,
        error="",
    )
    if taken:
        entry.refresh_from_db()
    return bool(taken)


def mark_done(entry: LedgerEntry, *, remote_id: str, contact_id: str, answer: dict[str, Any]) -> bool:
    """Record that the attempt was accepted; a read-back confirms it."""
    facts: dict[str, Any] = {"remote_id": remote_id[:64], "contact_id": contact_id[:64], "answer": answer}
    # A process that ends before it has read it leaves it to the next one.
    due_at = timezone.now() + timedelta(seconds=_FIRST_WAIT_S)
    return _moved(entry, EntryState.DONE, EntryState.SENT, reads=0, due_at=due_at, **facts)


def mark_seen(entry: LedgerEntry) -> None:
    """Record that a reading confirms what was accepted."""
    _row(entry).filter(state=EntryState.DONE).update(read_back=True, error="", changed_at=timezone.now())


def not_seen(entry: LedgerEntry, why: Exception | str) -> None:
    """Record that a reading failed or does not show what was accepted; it is read again, longer after each time.

    After the last of MOST_READS its outcome is unknown: nothing is written again by itself.
    """
    now, reads = timezone.now(), entry.reads + 1
    this = _row(entry).filter(attempts=entry.attempts, reads=entry.reads, read_back=False)
    if reads >= MOST_READS:
        words = f"GoHighLevel accepted it, and no reading shows it. {why}"[:400]
        facts = {"reads": reads, "error": words, "due_at": now + _LOOK_EVERY, "changed_at": now}
        facts |= {"answer": entry.answer | _gone(entry, why)}
        LEDGER.move(this, to=EntryState.UNKNOWN, expected=EntryState.DONE, **facts)
        return
    due_at = now + timedelta(seconds=_FIRST_WAIT_S * 2 ** (reads - 1))
    this.filter(state=EntryState.DONE).update(reads=reads, due_at=due_at, changed_at=now)


def mark_found(entry: LedgerEntry, *, remote_id: str) -> bool:
    """Record that an unknown outcome was found to be done when it was read."""
    return _moved(entry, EntryState.DONE, EntryState.UNKNOWN, remote_id=remote_id[:64], read_back=True, error="")


def mark_refused(entry: LedgerEntry, error: Exception) -> bool:
    """Record that the attempt was certainly not carried out, and would not be next time."""
    facts: dict[str, Any] = {"error": _words(error)}
    if gone := _gone(entry, error):
        what_happened = getattr(error, "what_happened", "")
        words = f"{what_happened} The contact is gone. To save it again first, {entry.again}."
        facts |= {"answer": gone, "error": words[:400]}
    return _moved(entry, EntryState.REFUSED, EntryState.SENT, **facts)


def refuse(entry: LedgerEntry, error: Exception) -> bool:
    """Refuse a row that makes no sense to send, whether or not its attempt has begun; False where it is not ours."""
    claim(entry)
    return mark_refused(entry, error)


def mark_unknown(entry: LedgerEntry, error: Exception | str) -> bool:
    """Record that the attempt may have been carried out."""
    return _moved(entry, EntryState.UNKNOWN, EntryState.SENT, error=_words(error))


def try_again(entry: LedgerEntry, error: Exception | str, *, wait_s: float | None = None) -> bool:
    """Let the row wait for another attempt; without `wait_s` longer after each one."""
    backoff_s = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(entry.attempts - 1, 10))
    due_at = timezone.now() + timedelta(seconds=backoff_s if wait_s is None else wait_s)
    return _moved(entry, EntryState.ASKED, EntryState.SENT, due_at=due_at, error=_words(error))


def postpone(entry: LedgerEntry, error: Exception, *, reads: int | None = None) -> None:
    """Let a row wait that could not be begun. Shapes: reads - how often what is read first was not understood."""
    due_at = timezone.now() + timedelta(seconds=_LONGEST_WAIT_S / 10)
    reads = entry.reads if reads is None else reads
    rows = _row(entry).filter(state=EntryState.ASKED)
    rows.update(due_at=due_at, error=_words(error), changed_at=timezone.now(), reads=reads)


def ask_again_after_reading(entry: LedgerEntry) -> bool:
    """Send an unknown one again: it was read for, and is not there."""
    return _moved(entry, EntryState.ASKED, EntryState.UNKNOWN, due_at=timezone.now())


def look_later(entry: LedgerEntry, why: Exception | str = "", *, is_soon: bool = False) -> None:
    """Look for what is unknown once more later; it waits for a person meanwhile."""
    due_at = timezone.now() + (_LOOK_SOON if is_soon else _LOOK_EVERY)
    answer = entry.answer | _gone(entry, why)
    _row(entry).filter(state=EntryState.UNKNOWN).update(due_at=due_at, answer=answer)


def skip(entry: LedgerEntry, why: str) -> bool:
    """Leave a row out that makes no sense any more."""
    now = timezone.now()
    return bool(
        LEDGER.move(_row(entry), to=EntryState.SKIPPED, expected=EntryState.ASKED, error=why[:400], changed_at=now)
    )


def leave_out_open(automation: Automation, why: str) -> None:
    """Leave out what an automation still has to do."""
    rows = LedgerEntry.objects.filter(automation=automation)
    LEDGER.move(rows, to=EntryState.SKIPPED, expected=EntryState.ASKED, error=why[:400], changed_at=timezone.now())


def recover(workspace: Workspace) -> None:
    """Continue what a process left in flight: what may be repeated is asked again, the rest is unknown."""
    now = timezone.now()
    left = LedgerEntry.objects.filter(workspace=workspace, state=EntryState.SENT, lease_until__lte=now)
    again, words = left.filter(kind__in=REPEATABLE), "The process that sent it ended before the answer came."
    LEDGER.move(again, to=EntryState.ASKED, expected=EntryState.SENT, due_at=now, changed_at=now, lease_until=None)
    LEDGER.move(
        left.exclude(kind__in=REPEATABLE),
        to=EntryState.UNKNOWN,
        expected=EntryState.SENT,
        due_at=now,
        changed_at=now,
        lease_until=None,
        error=words,
    )


def hold_until_tomorrow(workspace: Workspace) -> datetime:
    """Let everything wait for the next day: the requests of this one are used up."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=1, second=0, microsecond=0)
    rows = LedgerEntry.objects.filter(workspace=workspace, state=EntryState.ASKED, due_at__lt=tomorrow)
    rows.update(due_at=tomorrow, changed_at=timezone.now())
    return tomorrow


def release(workspace: Workspace) -> int:
    """Make everything due that waits: the connection was made again."""
    rows = LedgerEntry.objects.filter(workspace=workspace, state=EntryState.ASKED, due_at__gt=timezone.now())
    return rows.update(due_at=timezone.now())


@transaction.atomic
def replay(entries: Iterable[LedgerEntry], *, by: Member, via: str | None = None) -> list[int]:
    """Ask refused, unknown and skipped rows again; returns the ids of those that are.

    What follows a contact that was not saved is asked with it, and the contact of the same event with an entry whose
    contact is gone: saving it may be repeated, and whatever else of the event was done stays done. Each sends what its
    automation says now, so that a field or a workflow that was corrected is the one that is sent. Nothing carries out
    the entries of a test step later: they stay as they are, and so does what was there before an automation was active.
    Raises: NotAllowedError - nothing was changed.
    """
    asked: list[int] = []
    for entry in entries:
        require(by, Action.CONNECT, entry.workspace)
        followers = Q(event=entry.event, automation=entry.automation_id, state=EntryState.SKIPPED)
        followers &= ~Q(kind__in=OWN)
        wanted = Q(pk=entry.pk) | followers if entry.kind == CONTACT else Q(pk=entry.pk)
        rows = without_steps(LedgerEntry.objects.filter(wanted, state__in=REPLAYABLE, automation__deleted_at=None))
        rows = rows.exclude(error=WAS_THERE)
        pks = list(rows.order_by("pk").values_list("pk", flat=True))
        these = LedgerEntry.objects.filter(pk__in=pks)
        if pks and _asked_again(these, REPLAYABLE):
            pks += _contact_to_save_first(these)
            renew_requests(LedgerEntry.objects.filter(pk__in=pks))
            asked += pks
            words = f"{len(pks)} of the CRM ledger asked again, from entry {entry.pk}"
            record("crm:ledger:replayed", words, subject=f"crm:{entry.workspace_id}", by=by, via=via)
    return list(dict.fromkeys(asked))


def _contact_to_save_first(these: QuerySet[LedgerEntry]) -> list[int]:
    """Ask the contacts again that are gone and that these need, which take the new ids then; returns their entries."""
    gone = list(these.filter(state=EntryState.ASKED, answer__contact_gone=True).order_by("pk"))
    found: list[int] = []
    for entry in gone:
        saved = LedgerEntry.objects.filter(
            automation=entry.automation_id, event=entry.event, kind=CONTACT, state__in=_SAVED_AGAIN
        )
        pks = list(saved.values_list("pk", flat=True))
        found += pks if _asked_again(LedgerEntry.objects.filter(pk__in=pks), _SAVED_AGAIN) else []
        _row(entry).update(contact_id="")
    return found


def _asked_again(rows: QuerySet[LedgerEntry], expected: tuple[EntryState, ...]) -> int:
    now = timezone.now()
    facts: dict[str, Any] = {"due_at": now, "changed_at": now, "reads": 0, "read_back": False}
    return LEDGER.move(rows, to=EntryState.ASKED, expected=expected, **facts)


def leave_out(entry: LedgerEntry, *, by: Member) -> bool:
    """Have a row wait for nobody any more that is refused or unknown, or was asked for long and does not get through.

    Raises: NotAllowedError - nothing was changed.
    """
    require(by, Action.CONNECT, entry.workspace)
    with transaction.atomic():
        words = f"Left out by {by.name}."
        facts: dict[str, Any] = {"expected": entry.state, "changed_at": timezone.now(), "error": words}
        if not entry.may_be_left_out or not LEDGER.move(_row(entry), to=EntryState.SKIPPED, **facts):
            return False
        text = f"Entry {entry.pk} of the CRM ledger was left out"
        record("crm:ledger:left_out", text, subject=f"crm:{entry.workspace_id}", by=by)
    return True


def _moved(entry: LedgerEntry, to: EntryState, expected: EntryState, **columns: Any) -> bool:
    """Move a row unless another attempt has begun since."""
    now = timezone.now()
    rows = _row(entry).filter(attempts=entry.attempts)
    return bool(LEDGER.move(rows, to=to, expected=expected, changed_at=now, lease_until=None, **columns))


def _gone(entry: LedgerEntry, error: Exception | str) -> dict[str, bool]:
    """What an entry keeps of an error that says that its contact is gone; nothing of any other."""
    if not isinstance(error, NotFoundError) or entry.kind not in _OF_A_CONTACT:
        return {}
    return {} if any(word in error.detail.lower() for word in _OTHERS) else _GONE


def _row(entry: LedgerEntry) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(pk=entry.pk)


def _words(error: Exception | str) -> str:
    return str(error)[:400]
