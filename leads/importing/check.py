"""Turns one record into the fields of a lead, or into the reason why it is skipped. Pure: no database, no network."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leads.importing.address import normal_address
from leads.importing.cells import plain_text
from leads.importing.mapping import CUSTOM, EMAIL, IGNORE
from leads.models import Reason

_SPACES = re.compile(r"\s+")
_ROLE_WORDS = (
    "abuse accounting accounts admin administrator ap ar billing career careers compliance contact customerservice "
    "desk enquiries enquiry feedback finance hello help helpdesk hr info inquiries investors it jobs legal mail "
    "marketing media noreply no-reply office operations orders postmaster pr press privacy purchasing reception "
    "recruiting sales security service spam subscribe support team tech webmaster"
)
ROLES = frozenset(_ROLE_WORDS.split())


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
    """A mapping as cell positions: of the address, of the fields, of the variables."""

    width: int
    email: int
    fields: tuple[tuple[str, int], ...]
    variables: tuple[tuple[str, int], ...]


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
    email = 0
    for place, column in enumerate(header):
        target = mapping.get(column, IGNORE)
        if target == EMAIL:
            email = place
        elif target.startswith(CUSTOM):
            variables.append((target.removeprefix(CUSTOM), place))
        elif target != IGNORE:
            fields.append((target, place))
    return Plan(len(header), email, tuple(fields), tuple(variables))


def clean(cells: Sequence[str], plan: Plan) -> Cleaned:
    """Clean the cells of one record.

    Passing: ["Ada@Example.COM ", "Ada"] -> email "ada@example.com".  Failing: ["ada", "Ada"] -> bad_email.
    """
    if len(cells) < plan.width:
        # Outlook and others leave out the empty cells at the end of a line.
        cells = [*cells, *[""] * (plan.width - len(cells))]
    elif len(cells) > plan.width and any(cell.strip() for cell in cells[plan.width :]):
        return Cleaned(reason=Reason.BAD_SHAPE, detail=f"{len(cells)} cells, the header has {plan.width}")
    typed = plain_text(cells[plan.email])
    if not typed:
        return Cleaned(reason=Reason.NO_EMAIL)
    email, why = normal_address(typed)
    if not email:
        return Cleaned(reason=Reason.BAD_EMAIL, detail=why)
    cleaned = Cleaned(email=email)
    _fill(cleaned, cells, plan)
    if email.partition("@")[0] in ROLES:
        cleaned.flags.append("role")
    return cleaned


def _fill(cleaned: Cleaned, cells: Sequence[str], plan: Plan) -> None:
    for name, place in plan.fields:
        text = plain_text(cells[place])
        if not text:
            continue
        limit = LIMITS.get(name) or _LONGEST_TEXT
        if len(text) > limit:
            cleaned.reason = Reason.CELL_TOO_LONG
            cleaned.detail = f"{name.replace('_', ' ')} has {len(text):,} characters, at most {limit:,} are possible"
        # A line break in a name would break the line of the copy that uses it.
        cleaned.values[name] = text if name == "personalization" else _SPACES.sub(" ", text)[:limit]
    for name, place in plan.variables:
        text = plain_text(cells[place])
        if len(text) > _LONGEST_TEXT:
            cleaned.reason = Reason.CELL_TOO_LONG
            cleaned.detail = f"{name} has {len(text):,} characters, at most {_LONGEST_TEXT:,} are possible"
        elif text:
            cleaned.variables[name] = text
