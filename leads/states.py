"""The only writer of the states of imports, rows, batches, receipts, blocked values and changes of people and lists.

Each move is a conditional UPDATE.

Import:

    -> uploaded
    uploaded -> uploaded | checking
    checking -> mapped | uploaded | failed
    mapped -> uploaded | checking | verifying
    verifying -> verified | loading | settling | stopped
    verified -> loading | verifying
    loading -> loading | verified | verifying | settling | stopped
    settling -> done | verifying
    done -> verifying
    stopped -> verifying | loading
    failed -> uploaded | checking

Row:

    -> new | skipped
    new -> verifying | verified | rejected | skipped
    verifying -> verified | rejected
    verified -> loading | new
    rejected -> new
    skipped -> new
    loading -> loaded | load_failed | unknown | verified
    unknown -> loaded | load_failed | verified

Batch:

    -> planned
    planned -> sending | refused
    sending -> sent | reconciled | unknown | refused
    sent -> reconciled
    unknown -> reconciled | refused

Receipt, verdict:

    -> asked
    asked -> asked | verified | invalid | other | pending | refused

Suppression:

    -> asked
    asked -> sent | confirmed
    sent -> asked | confirmed | refused | unknown
    unknown -> asked | confirmed | refused
    refused -> asked | confirmed
    confirmed -> asked

PeopleChange:

    -> asked
    asked -> sent | refused
    sent -> asked | confirmed | refused | unknown
    unknown -> asked | confirmed | refused

ListVerification:

    -> planned
    planned -> created | closed
    created -> adding | planned | closed
    adding -> waiting | created | closed
    waiting -> closed

The callers decide which move to make; a move that the table does not allow raises ValueError. Verdicts, loads and
reads move many rows at once, so every function takes a query set.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet

from iexdg.states import StateTable
from leads.models import (
    Batch,
    BatchState,
    BlockState,
    Import,
    ImportState,
    ListVerification,
    ListVerificationState,
    PeopleChange,
    PeopleChangeState,
    Receipt,
    Row,
    RowState,
    Suppression,
    Verdict,
)

IMPORTS = StateTable(
    "Import",
    starts=(ImportState.UPLOADED,),
    moves={
        ImportState.UPLOADED: (ImportState.UPLOADED, ImportState.CHECKING),
        ImportState.CHECKING: (ImportState.MAPPED, ImportState.UPLOADED, ImportState.FAILED),
        ImportState.MAPPED: (ImportState.UPLOADED, ImportState.CHECKING, ImportState.VERIFYING),
        ImportState.VERIFYING: (
            ImportState.VERIFIED,
            ImportState.LOADING,
            ImportState.SETTLING,
            ImportState.STOPPED,
        ),
        ImportState.VERIFIED: (ImportState.LOADING, ImportState.VERIFYING),
        ImportState.LOADING: (
            ImportState.LOADING,
            ImportState.VERIFIED,
            ImportState.VERIFYING,
            ImportState.SETTLING,
            ImportState.STOPPED,
        ),
        ImportState.SETTLING: (ImportState.DONE, ImportState.VERIFYING),
        ImportState.DONE: (ImportState.VERIFYING,),
        ImportState.STOPPED: (ImportState.VERIFYING, ImportState.LOADING),
        ImportState.FAILED: (ImportState.UPLOADED, ImportState.CHECKING),
    },
)
ROWS = StateTable(
    "Row",
    starts=(RowState.NEW, RowState.SKIPPED),
    moves={
        RowState.NEW: (RowState.VERIFYING, RowState.VERIFIED, RowState.REJECTED, RowState.SKIPPED),
        RowState.VERIFYING: (RowState.VERIFIED, RowState.REJECTED),
        RowState.VERIFIED: (RowState.LOADING, RowState.NEW),
        RowState.REJECTED: (RowState.NEW,),
        RowState.SKIPPED: (RowState.NEW,),
        RowState.LOADING: (RowState.LOADED, RowState.LOAD_FAILED, RowState.UNKNOWN, RowState.VERIFIED),
        RowState.UNKNOWN: (RowState.LOADED, RowState.LOAD_FAILED, RowState.VERIFIED),
    },
)
BATCHES = StateTable(
    "Batch",
    starts=(BatchState.PLANNED,),
    moves={
        BatchState.PLANNED: (BatchState.SENDING, BatchState.REFUSED),
        BatchState.SENDING: (BatchState.SENT, BatchState.RECONCILED, BatchState.UNKNOWN, BatchState.REFUSED),
        BatchState.SENT: (BatchState.RECONCILED,),
        BatchState.UNKNOWN: (BatchState.RECONCILED, BatchState.REFUSED),
    },
)
RECEIPTS = StateTable(
    "Receipt, verdict",
    starts=(Verdict.ASKED,),
    moves={
        Verdict.ASKED: (
            Verdict.ASKED,
            Verdict.VERIFIED,
            Verdict.INVALID,
            Verdict.OTHER,
            Verdict.PENDING,
            Verdict.REFUSED,
        ),
    },
    field="verdict",
)
BLOCKED = StateTable(
    "Suppression",
    starts=(BlockState.ASKED,),
    moves={
        BlockState.ASKED: (BlockState.SENT, BlockState.CONFIRMED),
        BlockState.SENT: (BlockState.ASKED, BlockState.CONFIRMED, BlockState.REFUSED, BlockState.UNKNOWN),
        BlockState.UNKNOWN: (BlockState.ASKED, BlockState.CONFIRMED, BlockState.REFUSED),
        BlockState.REFUSED: (BlockState.ASKED, BlockState.CONFIRMED),
        BlockState.CONFIRMED: (BlockState.ASKED,),
    },
)
PEOPLE_CHANGES = StateTable(
    "PeopleChange",
    starts=(PeopleChangeState.ASKED,),
    moves={
        PeopleChangeState.ASKED: (PeopleChangeState.SENT, PeopleChangeState.REFUSED),
        PeopleChangeState.SENT: (
            PeopleChangeState.ASKED,
            PeopleChangeState.CONFIRMED,
            PeopleChangeState.REFUSED,
            PeopleChangeState.UNKNOWN,
        ),
        PeopleChangeState.UNKNOWN: (
            PeopleChangeState.ASKED,
            PeopleChangeState.CONFIRMED,
            PeopleChangeState.REFUSED,
        ),
    },
)
LIST_VERIFICATIONS = StateTable(
    "ListVerification",
    starts=(ListVerificationState.PLANNED,),
    moves={
        ListVerificationState.PLANNED: (ListVerificationState.CREATED, ListVerificationState.CLOSED),
        ListVerificationState.CREATED: (
            ListVerificationState.ADDING,
            ListVerificationState.PLANNED,
            ListVerificationState.CLOSED,
        ),
        ListVerificationState.ADDING: (
            ListVerificationState.WAITING,
            ListVerificationState.CREATED,
            ListVerificationState.CLOSED,
        ),
        ListVerificationState.WAITING: (ListVerificationState.CLOSED,),
    },
)


def move_import(imports: QuerySet[Import], *, to: str, expected: str | Collection[str], **changes: Any) -> bool:
    """Move an import; False if it is no longer in an expected state. `changes` are other columns."""
    return bool(IMPORTS.move(imports, to=to, expected=expected, **changes))


def stop_import(imports: QuerySet[Import], *, expected: str | Collection[str], reason: str, **changes: Any) -> bool:
    """Stop an import and store the state to resume in; False if it is no longer in an expected state."""
    return move_import(
        imports, to=ImportState.STOPPED, expected=expected, resume_to=F("state"), stop_reason=reason[:300], **changes
    )


def move_rows(rows: QuerySet[Row], *, to: str, expected: str | Collection[str], **changes: Any) -> int:
    """Move those rows that are in an expected state; returns how many. `changes` are other columns."""
    return ROWS.move(rows, to=to, expected=expected, **changes)


def move_batch(batch: Batch, *, to: str, expected: str | Collection[str], **changes: Any) -> bool:
    """Move a batch; False if it is no longer in an expected state. `changes` are other columns."""
    return bool(BATCHES.move(Batch.objects.filter(pk=batch.pk), to=to, expected=expected, **changes))


def record_verdict(receipts: QuerySet[Receipt], *, verdict: str, **changes: Any) -> int:
    """Record a verdict on those receipts that have none yet (`asked`: still open); returns how many."""
    return RECEIPTS.move(receipts, to=verdict, expected=Verdict.ASKED, **changes)


def move_blocked(blocked: QuerySet[Suppression], *, to: str, expected: str | Collection[str], **changes: Any) -> int:
    """Move those blocked values that are in an expected state; returns how many. `changes` are other columns."""
    return BLOCKED.move(blocked, to=to, expected=expected, **changes)


def move_people_change(
    changes: QuerySet[PeopleChange], *, to: str, expected: str | Collection[str], **facts: Any
) -> int:
    """Move those changes of lists and people that are in an expected state; returns how many."""
    return PEOPLE_CHANGES.move(changes, to=to, expected=expected, **facts)


def move_list_verification(
    found: ListVerification, *, to: str, expected: str | Collection[str], **changes: Any
) -> bool:
    """Move a verification by list; False if it is no longer in an expected state. `changes` are other columns."""
    this = ListVerification.objects.filter(pk=found.pk)
    return bool(LIST_VERIFICATIONS.move(this, to=to, expected=expected, **changes))
