"""Reads the records of a text file, one at a time, with the line on which each begins.

A problem of one record is reported on that record; one that makes the whole file unreadable raises, with the line.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.address import holds_address
from leads.importing.reading.encoding import decoding, repair_of
from leads.importing.reading.shape import BAD_ENCODING, BAD_SHAPE, Record

# A quoted cell with more lines than this is taken for an unclosed quote.
_MAX_LINES_PER_RECORD = 200
_DAMAGED = re.compile("[\udc80-\udcff]")
# A first line that gives Excel the delimiter; it is not part of the table.
_SEP_LINE = re.compile(r'"?sep=(\\t|.)?"?[\r\n]*', re.IGNORECASE)
# DOS ends a text file with it.
_END_OF_DOS = "\x1a"
csv.field_size_limit(limits.CELL_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are written.

    Shapes: quote - the character around a cell; spaced - spaces stand before an opening quote; wrapped - whole lines
    are quoted once more, so that each is one cell that holds the real line.
    """

    delimiter: str = ","
    quote: str = '"'
    spaced: bool = False
    wrapped: bool = False


def named_delimiter(line: str) -> str | None:
    """The delimiter that a line such as "sep=;" names; None if it is another line."""
    found = _SEP_LINE.fullmatch(line.removeprefix("\ufeff"))
    if found is None:
        return None
    return "\t" if found.group(1) == "\\t" else found.group(1) or ""


class _Lines:
    """Feeds csv.reader line by line and keeps the lines of the current record."""

    def __init__(self, path: Path, encoding: str) -> None:
        codec, errors = decoding(encoding)
        self._file = path.open(encoding=codec, errors=errors, newline="")
        self._repair = repair_of(encoding)
        self._ahead = ""
        self.number = 0
        self.record: list[str] = []
        self.damaged = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._next_line()
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > limits.ROW_CHARACTERS:
            raise limits.row_too_long(self.number)
        if "\0" in line:
            raise limits.nul_byte(self.number)
        if not line.isascii():
            self.damaged = self.damaged or _DAMAGED.search(line) is not None
            line = self._repair(line) if self._repair else line
        self.record.append(line)
        return line

    def _next_line(self) -> str:
        """The next line; a line end written as "\\r\\r\\n" is one, and a mark of DOS at the end of the file is none."""
        line, self._ahead = self._ahead or self._read(), ""
        if line.endswith("\r"):
            self._ahead = self._read()
            if self._ahead == "\r\n":
                line, self._ahead = line[:-1] + self._ahead, ""
        if _END_OF_DOS not in line:
            return line
        is_blank = not line.strip(_END_OF_DOS + "\r\n")
        return line.lstrip(_END_OF_DOS) if is_blank else line.rstrip(_END_OF_DOS)

    def _read(self) -> str:
        try:
            return self._file.readline(limits.ROW_CHARACTERS + 1)
        except UnicodeError:
            raise limits.not_in_this_encoding(self.number + 1) from None

    def begin_record(self) -> None:
        self.record.clear()
        self.damaged = False
        if self.number > limits.LINES:
            raise limits.too_many_lines()

    def close(self) -> None:
        self._file.close()


def text_records(path: Path, encoding: str, dialect: Dialect) -> Iterator[Record]:
    """Yield every record, the header included; lines without a visible cell are skipped.

    Raises: UnreadableFileError - the file cannot be read from that line on.
    """
    lines = _Lines(path, encoding)
    reader = _csv_reader(lines, dialect)
    with closing(lines):
        while True:
            lines.begin_record()
            first = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield _broken_record(lines, first, str(error), dialect)
                continue
            if len(lines.record) > _MAX_LINES_PER_RECORD:
                raise _unclosed_quote(lines.record, first, dialect)
            if first == 1 and named_delimiter("".join(lines.record)) is not None:
                continue
            if dialect.wrapped:
                cells = _unwrapped(cells, dialect)
            if len(cells) > limits.COLUMNS and any(cells[limits.COLUMNS :]):
                raise limits.too_many_columns(first)
            if "".join(cells).strip():
                yield _whole_record(lines, first, cells, dialect)


def _whole_record(lines: _Lines, first: int, cells: list[str], dialect: Dialect) -> Record:
    """The record, with a problem if one of its cells took in other rows."""
    record = _readable(first, cells, lines.damaged)
    swallowed = _swallowed(lines.record, cells, dialect)
    if not swallowed:
        return record
    detail = _swallowed_in_words(first, lines.record, swallowed, dialect)
    return record._replace(problem=BAD_SHAPE, detail=detail)


def _swallowed(record: list[str], cells: list[str], dialect: Dialect) -> list[int]:
    """Which lines of a record look like rows of their own, as those do that a stray quote took into its cell.

    Such a line has as many cells as the record, and addresses nowhere but in the columns in which the record has them.
    Passing: 'ann@example.com,"Ann', 'bob@example.com,Bob"' -> [1].
    Failing: 'ann@example.com,"Wrote to', 'bob@example.com, see there"' -> [], for a table of three columns.
    """
    if not any("@" in line for line in record[1:]):
        return []
    first = record[0].split(dialect.delimiter)
    columns = _address_columns(first) | _address_columns(cells)
    widths = {len(first), len(cells)} - {1}
    found = []
    for offset, line in enumerate(record[1:], start=1):
        split = line.split(dialect.delimiter)
        holding = _address_columns(split)
        # A line of column names that a quote opens in has no address itself.
        if len(split) in widths and holding and (holding <= columns or not columns):
            found.append(offset)
    return found


def _address_columns(cells: list[str]) -> set[int]:
    return {place for place, cell in enumerate(cells) if holds_address(cell.strip())}


def _swallowed_in_words(first: int, record: list[str], swallowed: list[int], dialect: Dialect) -> str:
    opened = first + _line_of_open_quote(record[: swallowed[0]], dialect)
    lines = [str(first + offset) for offset in swallowed]
    named = f"line {lines[0]}" if len(lines) == 1 else f"lines {lines[0]} to {lines[-1]}"
    verb = "looks like a row of its own" if len(lines) == 1 else "look like rows of their own"
    return f"a quote opens on line {opened} and takes in {named}, which {verb}: remove or close that quote"


def _csv_reader(lines: Iterator[str], dialect: Dialect) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        delimiter=dialect.delimiter or ",",
        quotechar=dialect.quote,
        skipinitialspace=dialect.spaced,
        strict=True,
    )


def _unwrapped(cells: list[str], dialect: Dialect) -> list[str]:
    """The cells of a line that stands in one quoted cell; other lines unchanged."""
    if not cells or dialect.delimiter not in cells[0] or any(cells[1:]):
        return cells
    try:
        return next(_csv_reader(iter([cells[0].strip()]), dialect), cells)
    except csv.Error:
        return cells


def _readable(line: int, cells: list[str], damaged: bool) -> Record:
    if damaged:
        # The bytes cannot be stored as text: the database refuses lone surrogates.
        return Record(line, [_DAMAGED.sub("\ufffd", cell) for cell in cells], BAD_ENCODING)
    return Record(line, cells)


def _broken_record(lines: _Lines, first: int, error: str, dialect: Dialect) -> Record:
    """A stray quote inside one line affects that record only; over several lines it has absorbed other records."""
    if "field limit" in error or "field larger" in error:
        if len(lines.record) > 1:
            raise _unclosed_quote(lines.record, first, dialect)
        raise limits.cell_too_long(first)
    if len(lines.record) > 1 or "unexpected end" in error:
        raise _unclosed_quote(lines.record, first, dialect)
    text = lines.record[0].rstrip("\r\n")
    cells = _forgiven(text, dialect)
    if cells is not None:
        return _readable(first, cells, lines.damaged)
    cells = [_DAMAGED.sub("\ufffd", cell) for cell in text.split(dialect.delimiter)[: limits.COLUMNS]]
    return Record(first, cells, BAD_SHAPE, "a quote inside a quoted cell is not doubled")


def _forgiven(text: str, dialect: Dialect) -> list[str] | None:
    """The cells of a line with spaces after a closing quote or with \\" for a quote; None if it is broken otherwise."""
    quote, end = dialect.quote, re.escape(dialect.delimiter)
    tightened = re.sub(rf"{quote} +(?={end}|$)", quote, text)
    for line in (tightened, tightened.replace(f"\\{quote}", quote * 2)):
        try:
            cells = next(_csv_reader(iter([line]), dialect), None)
        except csv.Error:
            continue
        if cells is not None and len(cells) <= limits.COLUMNS:
            return cells
    return None


def _unclosed_quote(record: list[str], first: int, dialect: Dialect) -> UnreadableFileError:
    return UnreadableFileError(
        "a quote opens here and is never closed",
        "Close or remove that quote and upload again",
        line=first + _line_of_open_quote(record, dialect),
    )


def _line_of_open_quote(record: list[str], dialect: Dialect) -> int:
    """Offset of the line on which the unclosed quoted cell begins."""
    opened_on = 0
    inside = False
    for offset, line in enumerate(record):
        at_start_of_cell = not inside
        position = 0
        while position < len(line):
            character = line[position]
            if inside and character == dialect.quote:
                if line[position + 1 : position + 2] == dialect.quote:
                    position += 1
                elif line[position + 1 : position + 2] in {dialect.delimiter, "\r", "\n", ""}:
                    inside = False
                else:
                    # A closing quote followed by text: the reader failed here.
                    return opened_on
            elif not inside and character == dialect.quote and at_start_of_cell:
                inside, opened_on = True, offset
            at_start_of_cell = not inside and character == dialect.delimiter
            position += 1
    return opened_on


def beginning_of(path: Path, encoding: str, characters: int) -> str:
    """The first characters of a file, up to the end of a line; damaged bytes are replaced."""
    codec, _ = decoding(encoding)
    with path.open(encoding=codec, errors="replace", newline="") as file:
        text = file.read(characters)
    repair = repair_of(encoding)
    text = (repair(text) if repair else text).replace("\r\r\n", "\r\n")
    if len(text) < characters:
        return text.rstrip(_END_OF_DOS)
    # The last line is incomplete and would count as a record of another width.
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text


def parsed_rows(text: str, dialect: Dialect, most: int) -> tuple[list[list[str]], int]:
    """The first rows of a piece of text with a visible cell, and how many of its lines are broken."""
    rows: list[list[str]] = []
    broken = 0
    reader = _csv_reader(io.StringIO(text, newline=""), dialect)
    while len(rows) < most and broken < most:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            broken += 1
            continue
        cells = _unwrapped(cells, dialect) if dialect.wrapped else cells
        if "".join(cells).strip():
            rows.append(list(islice(cells, limits.COLUMNS + 1)))
    return rows, broken
