"""What starting an import would do and cost, and what to look at before."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from campaigns.sending.loading import LoadEffect
from iexdg.workspaces.models import Workspace
from leads.derived.kept import kept, row_changes
from leads.importing.check import SPLIT
from leads.importing.flags import FLAGS, Flag, code_of
from leads.importing.marks import MARKS
from leads.imports.counts import ImportCounts
from leads.imports.start_rules import marked_words, no_room_words, reasons_not_to_start
from leads.lists.target import effect_of
from leads.models import Import, Reason, Row, RowState
from leads.models.row import MARKED
from leads.queries import same_file_before
from leads.verification.prices import Way, ways_to_verify

_PREVIEW_ROWS = 8
_EXAMPLES = 4


@dataclass(frozen=True)
class PreviewRow:
    """One of the first rows that would be verified."""

    line: int
    email: str
    name: str
    company: str
    variables: str
    flags: list[str]


@dataclass(frozen=True)
class Example:
    """One line, and what about it is meant."""

    line: int
    text: str


@dataclass(frozen=True)
class FlagLine:
    """A kind of remark, how many rows have it, and the first of them."""

    code: str
    flag: Flag
    rows: int
    examples: list[Example]


@dataclass(frozen=True)
class MarkLines:
    """The lines that columns of the file leave out.

    Shapes: columns - name and what the column does.
    """

    rows: int
    columns: list[tuple[str, str]]
    examples: list[Example]


@dataclass(frozen=True)
class Preview:
    """What starting the import would do and cost.

    Shapes: refusals - each reason why it cannot be started now, none where it can; no_room - what is to be accepted
        because the plan has no room for everyone, "" where it has; marked - what is to be accepted because a column
        calls people unsubscribed or the like, "" where none does.
    """

    rows: list[PreviewRow]
    to_ask: int
    known: int
    price: Decimal
    ways: list[Way]
    left: Decimal | None
    left_read_at: datetime | None
    flags: list[FlagLine]
    marks: MarkLines
    put_back: int
    split: int
    same_file: Import | None
    effect: LoadEffect
    refusals: tuple[str, ...]
    room: int | None
    room_read_at: datetime | None
    no_room: str
    marked: str


def preview_of(imported: Import, counts: ImportCounts, workspace: Workspace) -> Preview:
    """What would be verified, what it costs, and what to review before."""
    waiting = Row.objects.filter(imported=imported, state=RowState.NEW).order_by("pk")[:_PREVIEW_ROWS]
    return Preview(
        rows=[_preview_row(row) for row in waiting],
        to_ask=counts.to_ask,
        known=counts.ok - counts.to_ask,
        price=counts.credits_needed,
        ways=ways_to_verify(counts.to_ask) if counts.to_ask else [],
        left=workspace.credits_left,
        left_read_at=workspace.credits_read_at,
        flags=_flag_lines(imported),
        marks=_mark_lines(imported, counts),
        put_back=counts.skipped.get(Reason.FLAGGED, 0),
        split=_split_lines(imported, counts),
        same_file=same_file_before(imported),
        effect=effect_of(imported),
        refusals=reasons_not_to_start(imported, counts),
        room=workspace.plan_room,
        room_read_at=workspace.plan_room_read_at,
        no_room=no_room_words(imported, counts),
        marked=marked_words(imported),
    )


def _preview_row(row: Row) -> PreviewRow:
    variables = ", ".join(f"{name}: {value}" for name, value in row.custom_variables.items())
    return PreviewRow(
        line=row.line,
        email=row.email,
        name=f"{row.first_name} {row.last_name}".strip(),
        company=row.company_name,
        variables=variables[:80],
        flags=[FLAGS[code_of(flag)].label for flag in row.flags if code_of(flag) in FLAGS],
    )


def _flag_lines(imported: Import) -> list[FlagLine]:
    """Every kind of remark that new rows have, in the order of FLAGS."""
    if not any(imported.flags.values()):
        return []
    # Kept: where few rows have a remark, finding them means reading all.
    found = kept("flags", imported.pk, row_changes(imported.pk), lambda: (_examples_of(imported), None))
    return [
        FlagLine(code, flag, imported.flags[code], [Example(line, text) for line, text in found.get(code, [])])
        for code, flag in FLAGS.items()
        if imported.flags.get(code)
    ]


def _examples_of(imported: Import) -> dict[str, list[tuple[int, str]]]:
    """The first rows with each kind of remark, wherever in the file they are: code -> (line, what is meant)."""
    new = Row.objects.filter(imported=imported, state=RowState.NEW).exclude(flags=[])
    flagged = new.annotate(flags_text=Cast("flags", TextField())).order_by("pk")
    chosen = Q(pk__in=())
    # One statement for all kinds: each part of it stops at its own first rows.
    for code in (code for code in FLAGS if imported.flags.get(code)):
        has_code = Q(flags_text__contains=f'"{code}"') | Q(flags_text__contains=f'"{code}:')
        chosen |= Q(pk__in=flagged.filter(has_code).values("pk")[:_EXAMPLES])
    found: dict[str, list[tuple[int, str]]] = {}
    for row in new.filter(chosen).order_by("pk"):
        for flag in row.flags:
            first = found.setdefault(code_of(flag), [])
            if len(first) < _EXAMPLES:
                first.append((row.line, example_of(row, flag)))
    return found


def example_of(row: Row, flag: str) -> str:
    """What a remark is about, in a few words: "ada@gmial.com, did you mean gmail.com?"."""
    code, _, detail = flag.partition(":")
    if code == "typo":
        return f"{row.email}, did you mean {row.email.partition('@')[0]}@{detail}?"
    if code == "same_person":
        return f"{row.email}, probably the same as on line {detail}"
    if code == "name":
        return f"{detail.replace('_', ' ')}: “{getattr(row, detail, '')}”"
    if code == "marked" and detail in {"first_name", "last_name"}:
        return f"{detail.replace('_', ' ')}: “{getattr(row, detail)[:60]}”"
    if code == "value" or (code == "marked" and detail in row.custom_variables):
        return f"{detail}: “{str(row.custom_variables.get(detail, ''))[:60]}”"
    if code in {"phone", "risky", "marked"}:
        return f"{row.email}: “{detail}”"
    return row.email


def _mark_lines(imported: Import, counts: ImportCounts) -> MarkLines:
    rows = sum(number for reason, number in counts.skipped.items() if reason in MARKED)
    columns = [(column, MARKS[target]) for column, target in imported.mapping.items() if target in MARKS]
    if not rows:
        return MarkLines(0, columns, [])
    marked = Row.objects.filter(imported=imported, state=RowState.SKIPPED, reason__in=sorted(MARKED)).order_by("pk")
    return MarkLines(
        rows, columns, [Example(row.line, f"{row.email}: {row.reason_detail}") for row in marked[:_EXAMPLES]]
    )


def _split_lines(imported: Import, counts: ImportCounts) -> int:
    """How many lines without an address are shorter than the header, as an unquoted line break leaves them."""
    reasons = [reason for reason in (Reason.NO_EMAIL, Reason.BAD_EMAIL) if counts.skipped.get(reason)]
    if not reasons:
        return 0
    rows = Row.objects.filter(imported=imported, state=RowState.SKIPPED, reason__in=reasons)
    return rows.filter(reason_detail__contains=SPLIT).count()
