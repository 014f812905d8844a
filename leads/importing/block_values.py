"""Reads addresses and domains to block from what people type, paste or upload: one outcome for each line. Pure."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from leads.errors import BlockListError
from leads.importing.address import normal_address, normal_domain
from leads.importing.names import is_exactly_email, keys_of, plain_key, words_of
from leads.importing.reading.detect import wide_encoding

MOST_VALUES = 20_000
MOST_BYTES = 2_000_000
_LINE, _BETWEEN = re.compile(r"\r\n|\r|\n"), re.compile(r"[,;\t]")
_DOMAIN_WORDS = keys_of("domain domains domane domanen domaine domaines dominio domini dominios domein domena домен")
# A column of this name holds the values where no other one names an address or a domain; else it may be a street.
_VALUE_WORDS = keys_of(
    "address addresses adresse adressen adresses adress adres direccion indirizzo endereco адрес value values wert "
    "werte valeur valor blocked block blocklist gesperrt sperrliste eintrag entry entries"
)
_HEAD_BYTES = 64_000
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


@dataclass(frozen=True)
class BlockFile:
    """What a file holds. Shapes: unread - sentences about columns that were not read although they hold something."""

    entries: list[Entry]
    unread: list[str]


def entries_in_text(text: str) -> list[Entry]:
    """Read what was typed or pasted: values on lines of their own, or between commas, semicolons or tabs.

    The names of columns in the first line are no values. Shapes: line - of the box, counted from 1.
    Raises: BlockListError - there is none, or there are too many.
    """
    lines = [(number, _BETWEEN.split(line)) for number, line in enumerate(_LINE.split(text), 1) if line.strip()]
    parts = [(number, [one for one in found if one.strip()]) for number, found in lines]
    if parts and all(_names_values(one) or _names_other(one) for one in parts[0][1]):
        parts = parts[1:]
    return _entries((number, one) for number, found in parts for one in found)


def values_in_file(data: bytes) -> BlockFile:
    """Read a CSV file: every column whose name says address or domain, else the first one that holds a value.

    Shapes: line - of the file, counted from 1.
    Raises: BlockListError - it is no text, too large, or holds no value.
    """
    if len(data) > MOST_BYTES:
        raise BlockListError(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it.")
    rows = _rows(_text_of(data))
    if not rows:
        raise BlockListError("The file is empty. Nothing was changed.")
    header = rows[0][1] if _is_header(rows[0][1]) else []
    rows = rows[1:] if header else rows
    columns = _columns(header, rows)
    entries = _entries(part for number, cells in rows for part in _parts(number, cells, columns))
    return BlockFile(entries, _unread(header, rows, columns))


def _parts(number: int, cells: list[str], columns: list[int]) -> list[tuple[int, str]]:
    """The values of one line; one empty value where it has none."""
    filled = [cells[place] for place in columns if place < len(cells) and cells[place].strip()]
    return [(number, text) for text in filled or [""]]


def _text_of(data: bytes) -> str:
    wide = None if data.startswith(b"PK") else wide_encoding(data[:_HEAD_BYTES])
    if wide is None and b"\0" in data[:1000]:
        raise BlockListError("This is not a CSV file. Save the list as CSV in UTF-8, then upload it again.")
    try:
        return data.decode(wide or "utf-8-sig").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return data.decode(wide or "cp1252", errors="replace")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The number of the first line of each record, and its cells; empty lines are left out."""
    lines = _LINE.split(text)
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    rows, begins = [], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        # A quote that is never closed would swallow what follows: each line is read by itself.
        rows = [(number, _cells(line, delimiter)) for number, line in enumerate(lines, 1)]
    return [(number, cells) for number, cells in rows if len(cells) > 1 or "".join(cells).strip()]


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def _names_values(name: str) -> bool:
    """Whether the name of a column says e-mail address or domain: "alternative email", "E-Mail-Adresse 2", "Domain"."""
    words = [word.rstrip("0123456789") for word in [plain_key(name), *words_of(name)]]
    return any(is_exactly_email(word.removesuffix("s")) or word in _DOMAIN_WORDS for word in words)


def _names_other(name: str) -> bool:
    return plain_key(name) in _VALUE_WORDS or bool(_VALUE_WORDS & set(words_of(name)))


def _is_header(cells: list[str]) -> bool:
    """Whether a line names columns: it holds no value, and nothing that could be a mistyped one."""
    if any(normal_value(cell)[0] for cell in cells):
        return False
    is_named = any(_names_values(cell) or _names_other(cell) for cell in cells)
    return is_named or not any(sign in cell for cell in cells for sign in "@./")


def _columns(header: list[str], rows: list[tuple[int, list[str]]]) -> list[int]:
    """The places of the columns that are read, at least one."""
    named = [place for place, name in enumerate(header) if _names_values(name)]
    named = named or [place for place, name in enumerate(header) if _names_other(name)]
    if named:
        return [place for place in named if _holds_value(rows, place)] or named[:1]
    width = max((len(cells) for _, cells in rows), default=1)
    return [next((place for place in range(width) if _holds_value(rows, place)), 0)]


def _holds_value(rows: list[tuple[int, list[str]]], place: int) -> bool:
    return any(normal_value(cells[place])[0] for _, cells in rows if place < len(cells))


def _unread(header: list[str], rows: list[tuple[int, list[str]]], columns: list[int]) -> list[str]:
    """Say which columns that hold values, or whose name promises some, were not read."""
    said = []
    for place in range(max((len(cells) for _, cells in rows), default=0)):
        if place in columns:
            continue
        name = header[place].strip()[:_LONGEST_SHOWN] if place < len(header) else ""
        shown = f"“{name}”" if name else f"Column {place + 1}"
        if _holds_value(rows, place):
            said.append(f"{shown} was not read: it holds addresses or domains, and its name does not say so.")
        elif _names_values(name) and any(cells[place].strip() for _, cells in rows if place < len(cells)):
            said.append(f"{shown} was not read: nothing in it is an address or a domain.")
    return said


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
