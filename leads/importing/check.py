"""Turns one record into the fields of a lead, or into the reason why it is skipped. Pure: no database, no network."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from leads.importing.mapping import CUSTOM, EMAIL, IGNORE
from leads.models import Reason

# A subset of what email-validator accepts unchanged; everything else is passed to email-validator itself.
_PLAIN_LOCAL = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*")
_PLAIN_DOMAIN = re.compile(r"(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!..--)[a-z]{2,63}")
_SPECIAL_USE = re.compile(rf"(?:.*\.)?(?:{'|'.join(re.escape(name) for name in SPECIAL_USE_DOMAIN_NAMES)})")
_LONGEST_DOMAIN = 253
# Source: RFC 5321 4.5.3.1.3, a path has 256 characters, two of them brackets.
_LONGEST_ADDRESS = 254
_GUARDED = re.compile(r"'[=+\-@\t\r]")
_LONGEST_LOCAL = 64
_SPACES = re.compile(r"[\s\u00a0\u200b\ufeff]+")
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
    if len(cells) != plan.width and (len(cells) < plan.width or any(cell.strip() for cell in cells[plan.width :])):
        return Cleaned(reason=Reason.BAD_SHAPE, detail=f"{len(cells)} cells, the header has {plan.width}")
    typed = cells[plan.email].strip()
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
        text = _cell(cells[place])
        if not text:
            continue
        limit = LIMITS.get(name) or _LONGEST_TEXT
        if len(text) > limit:
            cleaned.reason = Reason.CELL_TOO_LONG
            cleaned.detail = f"{name.replace('_', ' ')} has {len(text):,} characters, at most {limit:,} are possible"
        # A line break in a name would break the line of the copy that uses it.
        cleaned.values[name] = text if name == "personalization" else _SPACES.sub(" ", text)[:limit]
    for name, place in plan.variables:
        text = _cell(cells[place])
        if len(text) > _LONGEST_TEXT:
            cleaned.reason = Reason.CELL_TOO_LONG
            cleaned.detail = f"{name} has {len(text):,} characters, at most {_LONGEST_TEXT:,} are possible"
        elif text:
            cleaned.variables[name] = text


def _cell(cell: str) -> str:
    """Trim a cell, and remove the apostrophe that stops a spreadsheet from evaluating it as a formula."""
    return (cell[1:] if _GUARDED.match(cell) else cell).strip()


def normal_address(typed: str) -> tuple[str, str]:
    """Return (address in lower case with an ASCII domain, "") or ("", why it is not valid)."""
    email = typed.strip("<>\"' \t\u00a0\u200b\ufeff").removeprefix("mailto:").lower()
    local, _, domain = email.rpartition("@")
    if len(local) <= _LONGEST_LOCAL and _PLAIN_LOCAL.fullmatch(local):
        ascii_domain, why = _domain(domain)
        if not ascii_domain:
            return "", why
        if len(local) + 1 + len(ascii_domain) <= _LONGEST_ADDRESS:
            return f"{local}@{ascii_domain}", ""
    return _by_validator(email)


@lru_cache(maxsize=20_000)
def _domain(domain: str) -> tuple[str, str]:
    """Validate a domain; cached, since domains repeat."""
    is_plain = len(domain) <= _LONGEST_DOMAIN and _PLAIN_DOMAIN.fullmatch(domain)
    if is_plain and not _SPECIAL_USE.fullmatch(domain):
        return domain, ""
    email, why = _by_validator(f"a@{domain}")
    return email.rpartition("@")[2], why


def _by_validator(email: str) -> tuple[str, str]:
    try:
        found = validate_email(email, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        return "", _without_address(str(error))
    return (found.ascii_email or found.normalized).lower(), ""


def _without_address(message: str) -> str:
    """The validator's message, shown and stored as a reason, without the address itself."""
    return message.split("\n")[0][:200]
