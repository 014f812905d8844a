"""Turns the records of a file into lines ready to be staged, in the child process that reads the file. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from leads.importing import reasons
from leads.importing.address import normal_address
from leads.importing.cells import plain_text
from leads.importing.check import Cleaned, Plan, clean
from leads.importing.notes_below import NotesBelow
from leads.importing.reading.shape import OTHER_TABLE, Record
from leads.importing.sections import MarkedSections

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
    """Clean every record below the header; a note or a total below the table is flagged or left out.

    Whoever stands below a heading such as "Do not contact" is left out for it, in a table of other columns too.
    """
    notes = NotesBelow(is_text=is_text)
    sections = MarkedSections([place for _, place, _ in plan.marks])
    for record in records:
        one = _cleaned(record, plan)
        is_heading = sections.is_heading(record.line, record.cells)
        if notes.is_note(record) or is_heading:
            _as_note(one)
        elif sections.reason and record.problem in {"", OTHER_TABLE}:
            one = _below_heading(one, record, plan, sections)
        values = one.values
        fields = [values.get(name, "") for name in FIELDS]
        yield Line(record.line, record.cells, one.email, one.variables, one.flags, one.reason, one.detail, fields)


def _below_heading(one: Cleaned, record: Record, plan: Plan, sections: MarkedSections) -> Cleaned:
    """The line with the reason of its heading, if an address is in it."""
    cells = [*record.cells[plan.email : plan.email + 1], *record.cells]
    found = (address for cell in cells if "@" in cell and (address := normal_address(plain_text(cell))[0]))
    email = one.email or next(found, "")
    return Cleaned(email=email, reason=sections.reason, detail=sections.detail) if email else one


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
