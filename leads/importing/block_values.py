"""Reads addresses and domains to block from what people type, paste or upload: one outcome for each line. Pure."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass

from leads.errors import BlockListError
from leads.importing.address import normal_address, normal_domain

MOST_VALUES = 20_000
MOST_BYTES = 2_000_000
_BETWEEN = re.compile(r"[\n\r,;\t]+")
_HEADERS = ("email", "e-mail", "address", "domain", "value", "blocked", "mail")
_DELIMITERS = ",;\t"
_LONGEST_SHOWN = 120


@dataclass(frozen=True)
class Entry:
    """One value as it was entered, and as it is blocked; `problem` says why it is not valid."""

    line: int
    text: str
    value: str = ""
    problem: str = ""

    @property
    def is_domain(self) -> bool:
        """Whether everyone at a domain is meant."""
        return "@" not in self.value


def normal_value(typed: str) -> tuple[str, str]:
    """Return (address or domain in lower case, "") or ("", why it is neither).

    Passing: "Ada <ada@example.com>", "example.com", "@example.com".  Failing: "https://example.com/", "Ada".
    """
    text = typed.strip()
    if "@" in text.lstrip("*@"):
        return normal_address(text)
    if "/" in text:
        return "", "a web address: enter the domain alone, such as example.com"
    domain = normal_domain(text)
    return (domain, "") if domain else ("", "neither an address nor a domain")


def entries_in_text(text: str) -> list[Entry]:
    """Read what was typed or pasted: values on lines of their own, or between commas, semicolons or tabs.

    Raises: BlockListError - there is none, or there are too many.
    """
    return _entries(enumerate((part for part in _BETWEEN.split(text) if part.strip()), 1))


def entries_in_file(data: bytes) -> list[Entry]:
    """Read a CSV file: the column whose name says address or domain, else the first one; numbered by line.

    Raises: BlockListError - it is no text, too large, or holds no value.
    """
    if len(data) > MOST_BYTES:
        raise BlockListError(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it.")
    lines = [(number, line) for number, line in enumerate(_text_of(data).splitlines(), 1) if line.strip()]
    if not lines:
        raise BlockListError("The file is empty. Nothing was changed.")
    delimiter = max(_DELIMITERS, key=lines[0][1].count)
    cells = [(number, _cells(line, delimiter)) for number, line in lines]
    column, is_named = _column_of(cells[0][1])
    return _entries((number, row[column] if column < len(row) else "") for number, row in cells[is_named:])


def _text_of(data: bytes) -> str:
    if b"\0" in data[:1000]:
        raise BlockListError("This is not a CSV file. Save the list as CSV in UTF-8, then upload it again.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _column_of(header: list[str]) -> tuple[int, bool]:
    """(place of the column with the values, whether the first line names the columns)."""
    if any(normal_value(cell)[0] for cell in header):
        return next(place for place, cell in enumerate(header) if normal_value(cell)[0]), False
    named = (place for place, cell in enumerate(header) if any(word in cell.lower() for word in _HEADERS))
    place = next(named, None)
    return (0, False) if place is None else (place, True)


def _entries(parts: Iterable[tuple[int, str]]) -> list[Entry]:
    found = [_entry(number, text) for number, text in parts]
    if not found:
        raise BlockListError("Enter at least one address or domain. Nothing was changed.")
    if len(found) > MOST_VALUES:
        raise BlockListError(f"These are {len(found):,} values; at most {MOST_VALUES:,} at once. Nothing was changed.")
    return found


def _entry(number: int, text: str) -> Entry:
    value, problem = normal_value(text)
    return Entry(number, text.strip()[:_LONGEST_SHOWN], value, problem)
