"""The column mapping: column name -> field, guessed from the header and changed by the operator.

Fields: `email`, `first_name`, …, `custom:<variableName>` for a merge variable, `ignore`.
"""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from leads.importing.errors import MappingError

EMAIL = "email"
IGNORE = "ignore"
CUSTOM = "custom:"
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
_RESERVED = {
    "email", "firstname", "lastname", "companyname", "companydomain", "jobtitle", "phone", "website",
    "personalization", "sendingaccountname", "sendingaccountfirstname", "accountsignature", "unsubscribelink",
    "id", "status", "campaign", "list", "payload",
}  # fmt: skip
_SYNONYMS = {
    EMAIL: "email mail emailaddress mailaddress workemail businessemail primaryemail contactemail emailadresse "
    "correo courriel",
    "first_name": "firstname first givenname forename vorname prenom nombre",
    "last_name": "lastname last surname familyname nachname nom apellido",
    "company_name": "company companyname organization organisation employer account accountname firma unternehmen "
    "societe empresa",
    "job_title": "jobtitle title position role jobrole headline funktion titel",
    "phone": "phone phonenumber telephone tel mobile mobilephone directphone telefon",
    "website": "website companywebsite web url homepage domain companydomain webseite",
    "personalization": "personalization personalisation icebreaker firstline openingline",
}
_FIELD_OF = {word: field for field, words in _SYNONYMS.items() for word in words.split()}
# Columns that the failed-rows file adds; they are ignored when it is uploaded again.
_ADDED_COLUMNS = {"reason", "reasondetail", "importreason", "importreasondetail"}
_VARIABLE = re.compile(r"[a-z][A-Za-z0-9_]{0,49}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def header_key(header: Sequence[str]) -> str:
    """Identify a header, so that the mapping chosen for it can be offered again."""
    return hashlib.sha256(json.dumps(list(header)).encode()).hexdigest()


def variable_name(column: str) -> str:
    """Make a merge variable from a column name: "Recent News (2026)" -> "recentNews2026"; "" if nothing is left."""
    plain = unicodedata.normalize("NFKD", column).encode("ascii", "ignore").decode()
    words = [word for word in re.split(r"[^A-Za-z0-9]+", plain) if word]
    if not words:
        return ""
    first, *others = words
    # Only the case of the first word is changed; "companyHQ" must stay as the copy spells it.
    first = first.lower() if first.isupper() else first[0].lower() + first[1:]
    name = first + "".join(word[0].upper() + word[1:] for word in others)
    return (name if name[0].isalpha() else f"column{name}")[:50]


def guess_mapping(header: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> dict[str, str]:
    """Guess a field for every column; an unknown column becomes a custom variable.

    If no name means e-mail, the first column whose samples are addresses becomes the e-mail column.
    """
    mapping: dict[str, str] = {}
    taken: set[str] = set()
    for column in header:
        field = _FIELD_OF.get(_plain(column), "")
        mapping[column] = field if field and field not in taken else ""
        taken.add(mapping[column])
    if EMAIL not in taken:
        found = _column_of_addresses(header, samples)
        if found:
            mapping[found] = EMAIL
    names: set[str] = set()
    for column in header:
        if not mapping[column]:
            mapping[column] = IGNORE if _plain(column) in _ADDED_COLUMNS else _own_variable(column, names)
    return mapping


def _plain(column: str) -> str:
    text = unicodedata.normalize("NFKD", column).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _column_of_addresses(header: Sequence[str], samples: Sequence[Sequence[str]]) -> str | None:
    for place, column in enumerate(header):
        cells = [cells[place].strip() for cells in samples if place < len(cells) and cells[place].strip()]
        if cells and sum(bool(_ADDRESS.fullmatch(cell)) for cell in cells) * 2 > len(cells):
            return column
    return None


def _own_variable(column: str, names: set[str]) -> str:
    name = variable_name(column)
    if not name:
        return IGNORE
    if name.lower() in _RESERVED:
        name = f"{name[:47]}2"
    candidate, number = name, 2
    while candidate in names:
        candidate, number = f"{name[:47]}{number}", number + 1
    names.add(candidate)
    return CUSTOM + candidate


def check_mapping(mapping: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """Return the mapping of all columns of the header; columns that are not named are ignored.

    Raises: MappingError - an unknown column or field, a field mapped twice, no e-mail column or several.
    """
    unknown = [column for column in mapping if column not in header]
    if unknown:
        raise MappingError(f"The file has no column “{unknown[0]}”. Its columns are: {', '.join(header)}.")
    full = {column: mapping.get(column) or IGNORE for column in header}
    for column, field in full.items():
        _check_field(column, field)
    _check_counts(full)
    return full


def _check_field(column: str, field: str) -> None:
    if field in FIELDS or field == IGNORE:
        return
    if not field.startswith(CUSTOM):
        known = ", ".join([*FIELDS, "custom:yourVariable", IGNORE])
        raise MappingError(f"“{column}” cannot become “{field}”. Use one of: {known}.")
    name = field.removeprefix(CUSTOM)
    if not _VARIABLE.fullmatch(name):
        raise MappingError(
            f"“{name}” cannot be the name of a variable for column “{column}”. "
            "Start with a small letter and use letters, digits and _ only."
        )
    if name.lower() in _RESERVED:
        raise MappingError(f"“{name}” is reserved by Instantly. Choose the field itself or another name.")


def _check_counts(full: Mapping[str, str]) -> None:
    counts = Counter(field for field in full.values() if field != IGNORE)
    if not counts[EMAIL]:
        raise MappingError("No column is the e-mail address. Choose the one that holds it.")
    for field, times in counts.items():
        if times > 1:
            columns = ", ".join(f"“{column}”" for column, other in full.items() if other == field)
            label = FIELDS.get(field, field.removeprefix(CUSTOM))
            raise MappingError(f"{columns} are all mapped to {label}. Keep one and ignore the others.")


def parse_pairs(pairs: Sequence[str], header: Sequence[str], guessed: Mapping[str, str]) -> dict[str, str]:
    """Apply `Column=field` pairs to a guess; the column that was guessed for such a field is then ignored.

    Raises: MappingError - a pair is not of that form, or names an unknown column or field.
    """
    chosen: dict[str, str] = {}
    for pair in pairs:
        column, sign, field = pair.rpartition("=")
        if not sign or not column.strip() or not field.strip():
            raise MappingError(f"“{pair}” is not of the form 'Column=field'.")
        chosen[column.strip()] = field.strip()
    claimed = set(chosen.values()) - {IGNORE}
    kept = {column: IGNORE if field in claimed else field for column, field in guessed.items()}
    return check_mapping({**kept, **chosen}, header)
