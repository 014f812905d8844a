"""Turns the records of a file into lines ready to be staged, in the child process that reads the file. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from leads.importing import reasons
from leads.importing.check import Cleaned, Plan, clean
from leads.importing.notes_below import NotesBelow
from leads.importing.reading.shape import Record

# The fields of a line, in the order in which it has them.
FIELDS = ("first_name", "last_name", "company_name", "job_title", "phone", "website", "personalization")
COMPANY_NAME = FIELDS.index("company_name")


@dataclass(slots=True)
class Line:
    """One line of the file, cleaned.

    Shapes: cells - as in the file; reason, detail - why it is left out, empty if it is not; fields - a text for each of
    FIELDS.
    """

    line: int
    cells: list[str]
    email: str
    variables: dict[str, str]
    flags: list[str]
    reason: str
    detail: str
    fields: list[str]

    def as_json(self) -> list[object]:
        """The line as a plain list, for the pipe: `Line(*facts)` is the same line."""
        return [
            self.line, self.cells, self.email, self.variables, self.flags, self.reason, self.detail, self.fields
        ]  # fmt: skip


def lines_of(records: Iterator[Record], plan: Plan, *, is_text: bool) -> Iterator[Line]:
    """Clean every record below the header; a note or a total below the table is flagged or left out."""
    notes = NotesBelow(is_text=is_text)
    for record in records:
        one = _cleaned(record, plan)
        if notes.is_note(record):
            _as_note(one)
        values = one.values
        fields = [values.get(name, "") for name in FIELDS]
        yield Line(record.line, record.cells, one.email, one.variables, one.flags, one.reason, one.detail, fields)


def _as_note(one: Cleaned) -> None:
    """Flag a note that holds an address; one without is left out as what it is."""
    if not one.reason:
        one.flags.append("note")
    elif one.reason in {reasons.NO_EMAIL, reasons.BAD_EMAIL}:
        one.reason, one.detail = reasons.NOTE, ""


def _cleaned(record: Record, plan: Plan) -> Cleaned:
    if record.problem:
        return Cleaned(reason=record.problem, detail=record.detail)
    cleaned = clean(record.cells, plan)
    if cleaned.reason == reasons.NO_EMAIL and record.detail:
        cleaned.detail = record.detail
    return cleaned
