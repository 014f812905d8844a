"""Turns one record into the fields of a lead, or into the reason why it is skipped. Pure: no database, no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from iexdg.ui.formatting import plural
from leads.importing import reasons
from leads.importing.address import normal_address, remnant_in
from leads.importing.cells import plain_text
from leads.importing.farewells import is_status_farewell
from leads.importing.flags import (
    address_flags,
    code_of,
    is_changed_phone,
    is_too_narrow,
    is_usable_phone,
    value_flags,
)
from leads.importing.mapping import CUSTOM, EMAIL, IGNORE
from leads.importing.marks import MARKS, OBJECTION, STATUS, Says, answer_of, mark_of, verdict_of
from leads.importing.names import is_name_of_phone

# Part of the detail of a line without an address that has fewer cells than the header.
SPLIT = "a line break in a cell may have split it"

# The lengths of the columns of Row. A longer cell is refused: a truncated name is worse than none.
LIMITS = {
    "first_name": 200,
    "last_name": 200,
    "company_name": 300,
    "job_title": 300,
    "phone": 100,
    "website": 300,
}
_LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping as cell positions: of the address, of the fields, of the variables, of the marks with their column."""

    width: int
    email: int
    fields: tuple[tuple[str, int], ...]
    variables: tuple[tuple[str, int], ...]
    marks: tuple[tuple[str, int, str], ...] = ()

    def as_json(self) -> list[object]:
        """The plan as plain lists, for the child process."""
        return [self.width, self.email, self.fields, self.variables, self.marks]

    @classmethod
    def from_json(cls, facts: list[Any]) -> "Plan":
        """The plan that `as_json` wrote."""
        width, email, *places = facts
        fields, variables, marks = ([tuple(one) for one in part] for part in places)
        return cls(width, email, tuple(fields), tuple(variables), tuple(marks))


@dataclass(slots=True)
class Cleaned:
    """The fields of a lead; or, with a reason, why the record is skipped."""

    email: str = ""
    values: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    reason: str = ""
    detail: str = ""


def plan_for(header: Sequence[str], mapping: Mapping[str, str]) -> Plan:
    """Turn a checked mapping into cell positions."""
    fields: list[tuple[str, int]] = []
    variables: list[tuple[str, int]] = []
    marks: list[tuple[str, int, str]] = []
    email = 0
    for place, column in enumerate(header):
        target = mapping.get(column, IGNORE)
        if target == EMAIL:
            email = place
        elif target in MARKS:
            marks.append((target, place, column))
        elif target.startswith(CUSTOM):
            variables.append((target.removeprefix(CUSTOM), place))
        elif target != IGNORE:
            fields.append((target, place))
    return Plan(len(header), email, tuple(fields), tuple(variables), tuple(marks))


def clean(cells: Sequence[str], plan: Plan) -> Cleaned:
    """Clean the cells of one record.

    Passing: ["Ada@Example.COM ", "Ada"] -> email "ada@example.com".  Failing: ["ada", "Ada"] -> bad_email.
    """
    given = len(cells)
    if given < plan.width:
        # Outlook and others leave out the empty cells at the end of a line.
        cells = [*cells, *[""] * (plan.width - len(cells))]
    beside = any(cell.strip() for cell in cells[plan.width :])
    if beside and not _is_in_place(cells, plan):
        return Cleaned(reason=reasons.BAD_SHAPE, detail=f"{plural(len(cells), 'cell')}, the header has {plan.width}")
    typed = plain_text(cells[plan.email])
    email, why = normal_address(typed) if typed else ("", "")
    why = why or remnant_in(email)
    if why or not email:
        return _without_address(typed, why, given, plan)
    cleaned = Cleaned(email=email, flags=["beside"] if beside else [])
    _leave_out_if_marked(cleaned, cells, plan)
    if cleaned.reason:
        return cleaned
    _fill(cleaned, cells, plan)
    _flag(cleaned)
    return cleaned


def _flag(cleaned: Cleaned) -> None:
    flags = [*address_flags(cleaned.email), *value_flags(cleaned.values, cleaned.variables)]
    if cleaned.flags and flags:
        # A person is counted once, however many columns say it.
        seen = set(map(code_of, cleaned.flags))
        flags = [flag for flag in flags if code_of(flag) not in seen]
    cleaned.flags += flags


def _without_address(typed: str, why: str, given: int, plan: Plan) -> Cleaned:
    short = f"the line has {given} of {plural(plan.width, 'cell')}: {SPLIT}" if given < plan.width else ""
    detail = f"{why.rstrip('.')}; {short}" if why and short else why or short
    return Cleaned(reason=reasons.BAD_EMAIL if typed else reasons.NO_EMAIL, detail=detail)


def _is_in_place(cells: Sequence[str], plan: Plan) -> bool:
    """Whether a line with more cells than the header is not shifted: what is too much stands beside the table.

    A comma too many shifts all cells behind it, so that the address is not the last one, and no blank cell follows.
    """
    holds_address = bool(normal_address(cells[plan.email])[0])
    return holds_address and (plan.email == plan.width - 1 or not cells[plan.width].strip())


def _leave_out_if_marked(cleaned: Cleaned, cells: Sequence[str], plan: Plan) -> None:
    """Leave a line out by what a column of marks says; a person decides where other words stand beside it."""
    for target, place, column in plan.marks:
        cell = cells[place]
        reason = mark_of(target, cell)
        if reason:
            cleaned.reason, cleaned.detail = reason, f"column “{column}” says “{plain_text(cell)[:80]}”"
            return
        if target == STATUS and verdict_of(cell) == "risky":
            cleaned.flags.append(f"risky:{plain_text(cell)[:40]}")
        is_text = target == STATUS or (target != OBJECTION and answer_of(cell) == Says.UNCLEAR)
        if is_text and is_status_farewell(cell) and not _is_flagged_as_marked(cleaned):
            cleaned.flags.append(f"marked:{plain_text(cell)[:60]}")


def _is_flagged_as_marked(cleaned: Cleaned) -> bool:
    return any(flag.startswith("marked:") for flag in cleaned.flags)


def _phone(cleaned: Cleaned, text: str, cell: str) -> str:
    """The phone number to load; one that a spreadsheet changed is "", since another person's number would be loaded."""
    # A number that is wider than its column is no text any more, and yet there was one.
    shown = " ".join((text or cell).split())
    is_changed = is_changed_phone(shown)
    if is_changed or (text and not is_usable_phone(shown)):
        cleaned.flags.append(f"phone:{shown[:40]}")
    return "" if is_changed else text


def _fill(cleaned: Cleaned, cells: Sequence[str], plan: Plan) -> None:
    """Take over the fields and variables; what a spreadsheet showed as "#####" is empty and flagged."""
    for name, place in plan.fields:
        text = plain_text(cells[place])
        if name == "phone":
            text = _phone(cleaned, text, cells[place])
        elif not text:
            _flag_if_too_narrow(cleaned, "name", name, cells[place])
        if not text:
            continue
        limit = LIMITS.get(name) or _LONGEST_TEXT
        if len(text) > limit:
            cleaned.reason = reasons.CELL_TOO_LONG
            cleaned.detail = f"{name.replace('_', ' ')} has {len(text):,} characters, at most {limit:,} are possible"
        # A line break in a name would break the line of the copy that uses it.
        text = text if name == "personalization" else " ".join(text.split())[:limit]
        cleaned.values[name] = text
    for name, place in plan.variables:
        _fill_variable(cleaned, name, cells[place])


def _fill_variable(cleaned: Cleaned, name: str, cell: str) -> None:
    text = plain_text(cell)
    if is_name_of_phone(name):
        text = _phone(cleaned, text, cell)
    elif not text:
        _flag_if_too_narrow(cleaned, "value", name, cell)
    if len(text) > _LONGEST_TEXT:
        cleaned.reason = reasons.CELL_TOO_LONG
        cleaned.detail = f"{name} has {len(text):,} characters, at most {_LONGEST_TEXT:,} are possible"
    elif text:
        cleaned.variables[name] = text


def _flag_if_too_narrow(cleaned: Cleaned, code: str, name: str, cell: str) -> None:
    if is_too_narrow(cell.strip()) and not any(flag.startswith(f"{code}:") for flag in cleaned.flags):
        cleaned.flags.append(f"{code}:{name}")
