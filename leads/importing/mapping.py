"""The column mapping: column name -> target, guessed from the header and changed by the operator.

Targets: the fields `email`, `first_name`, …; `custom:<variableName>` for a merge variable; `unsubscribed`, `status` and
the other MARKS for a column that says who must not be written to; `ignore`.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from leads.importing.errors import MappingError
from leads.importing.marks import MARKS

EMAIL = "email"
IGNORE = "ignore"
CUSTOM = "custom:"
# A column that a question is about and that no one has decided on yet.
UNDECIDED = ""
FIELDS = {
    EMAIL: "E-mail address",
    "first_name": "First name",
    "last_name": "Last name",
    "company_name": "Company",
    "job_title": "Job title",
    "phone": "Phone",
    "website": "Website",
    "personalization": "Personalization",
}
# Variables that Instantly fills itself: a custom variable of the same name would shadow the lead's own field.
# Source: instantly-facts.md §2.1 core variables, §2.2 person fields (read 2026-11-22).
RESERVED = {
    "email", "firstname", "lastname", "companyname", "companydomain", "jobtitle", "phone", "website",
    "personalization", "sendingaccountname", "sendingaccountfirstname", "accountsignature", "unsubscribelink",
    "id", "status", "campaign", "list", "payload",
}  # fmt: skip
_VARIABLE = re.compile(r"[a-z][A-Za-z0-9_]{0,49}")


def header_key(header: Sequence[str]) -> str:
    """Identify a header, so that the mapping chosen for it can be offered again."""
    return hashlib.sha256(json.dumps(list(header)).encode()).hexdigest()


def label_of_target(target: str) -> str:
    """What a column becomes, in words: "custom:hook" -> "variable {{hook}}"."""
    if variable := variable_in_copy(target):
        return f"variable {variable}"
    return FIELDS.get(target) or MARKS.get(target, "not used")


def variable_in_copy(target: str) -> str:
    """How the copy writes what a column becomes: "custom:hook" -> "{{hook}}"; "" where it is no variable of its own."""
    return f"{{{{{target.removeprefix(CUSTOM)}}}}}" if target.startswith(CUSTOM) else ""


def check_mapping(mapping: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """Return the mapping of all columns of the header; columns that are not named, or undecided, are ignored.

    Raises: MappingError - an unknown column or field, a field mapped twice, no e-mail column or several.
    """
    _check_names(mapping, header)
    full = {column: mapping.get(column) or IGNORE for column in header}
    _check_counts(full)
    return full


def _check_names(mapping: Mapping[str, str], header: Sequence[str]) -> None:
    """Check that every column is in the file and every target exists."""
    unknown = [column for column in mapping if column not in header]
    if unknown:
        raise MappingError(f"The file has no column “{unknown[0]}”. Its columns are: {', '.join(header)}.")
    for column, field in mapping.items():
        _check_field(column, field)


def _check_field(column: str, field: str) -> None:
    if field in FIELDS or field in MARKS or field in {IGNORE, UNDECIDED}:
        return
    if not field.startswith(CUSTOM):
        known = ", ".join([*FIELDS, "custom:yourVariable", *MARKS, IGNORE])
        raise MappingError(f"“{column}” cannot become “{field}”. Use one of: {known}.")
    name = field.removeprefix(CUSTOM)
    if not _VARIABLE.fullmatch(name):
        raise MappingError(
            f"“{name}” cannot be the name of a variable for column “{column}”. "
            "Start with a small letter and use letters, digits and _ only."
        )
    if name.lower() in RESERVED:
        raise MappingError(f"“{name}” is reserved by Instantly. Choose the field itself or another name.")


def _check_counts(full: Mapping[str, str]) -> None:
    counts = Counter(field for field in full.values() if field != IGNORE and field not in MARKS)
    if not counts[EMAIL]:
        raise MappingError("No column is the e-mail address. Choose the one that holds it.")
    for field, times in counts.items():
        if times > 1:
            columns = ", ".join(f"“{column}”" for column, other in full.items() if other == field)
            label = FIELDS.get(field, field.removeprefix(CUSTOM))
            raise MappingError(f"{columns} are all mapped to {label}. Keep one and ignore the others.")


def parse_pairs(pairs: Sequence[str], header: Sequence[str], guessed: Mapping[str, str]) -> dict[str, str]:
    """Apply `Column=field` pairs to a guess; the column that was guessed for such a field is then ignored.

    What the guess leaves undecided stays so unless a pair decides it.

    Raises: MappingError - a pair is not of that form, or names an unknown column or field.
    """
    chosen: dict[str, str] = {}
    for pair in pairs:
        column, sign, field = pair.rpartition("=")
        if not sign or not column.strip() or not field.strip():
            raise MappingError(f"“{pair}” is not of the form 'Column=field'.")
        chosen[column.strip()] = field.strip()
    _check_names(chosen, header)
    claimed = {field for field in chosen.values() if field != IGNORE and field not in MARKS}
    kept = {column: IGNORE if field in claimed else field for column, field in guessed.items()}
    return {**kept, **chosen}
