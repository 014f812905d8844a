"""Reads the records of a stored file, one at a time, with the line on which each begins.

A file is text (any encoding, any delimiter) or a workbook; both yield the same records. A problem of one
record is reported on that record; a problem that makes the whole file unreadable raises, with the line.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leads.importing.errors import UnreadableFileError
from leads.importing.workbook import sheet_rows
from leads.models import Reason

WORKBOOK = "xlsx"
LONGEST_CELL = 64_000
# A quoted cell with more lines than this is taken for an unclosed quote.
_MAX_LINES_PER_RECORD = 200
_DAMAGED = re.compile("[\udc80-\udcff]")
# A first line that gives Excel the delimiter; it is not part of the table.
_SEP_LINE = re.compile(r'"?sep=(.?)"?[\r\n]*', re.IGNORECASE)
csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True, slots=True)
class Shape:
    """How to read a file: codec ("xlsx" for a workbook), delimiter (empty for a workbook), sheet, header line.

    Shapes: sheet - the name of the sheet, empty for a text file or for the first one with leads; header_line - the
    line of the column names, counted from 1, 0 to find it.
    """

    encoding: str
    delimiter: str
    sheet: str = ""
    header_line: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on, its cells unchanged, and its problem, if any (a Reason)."""

    line: int
    cells: list[str]
    problem: str = ""
    detail: str = ""


class _Lines:
    """Feeds csv.reader line by line and keeps the lines of the current record."""

    def __init__(self, path: Path, encoding: str) -> None:
        errors = "surrogateescape" if encoding in {"utf-8", "utf-8-sig"} else "strict"
        self._file = path.open(encoding=encoding, errors=errors, newline="")
        self.number = 0
        self.record: list[str] = []
        self.damaged = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            line = next(self._file)
        except UnicodeError:
            self._file.close()
            raise UnreadableFileError(
                "the characters cannot be read in this encoding",
                "Choose another encoding, or save the file as UTF-8",
                line=self.number + 1,
            ) from None
        except StopIteration:
            self._file.close()
            raise
        self.number += 1
        self._check_line(line)
        return line

    def _check_line(self, line: str) -> None:
        if "\0" in line:
            raise UnreadableFileError(
                "it contains a NUL byte, so the file is damaged or not a text file",
                "Export it again as CSV, or save it as .xlsx",
                line=self.number,
            )
        if not line.isascii() and _DAMAGED.search(line):
            self.damaged = True
        self.record.append(line)

    def begin_record(self) -> None:
        self.record.clear()
        self.damaged = False

    def close(self) -> None:
        self._file.close()


def named_delimiter(line: str) -> str | None:
    """The delimiter that a line such as "sep=;" names; None if it is another line."""
    found = _SEP_LINE.fullmatch(line.removeprefix("\ufeff"))
    return found.group(1) if found else None


def records(path: Path, shape: Shape) -> Iterator[Record]:
    """Yield every record, including the header; blank lines are skipped.

    Raises: UnreadableFileError - the file cannot be read from that line on.
    """
    if shape.encoding == WORKBOOK:
        return _workbook_records(path)
    return _text_records(path, shape)


def _workbook_records(path: Path) -> Iterator[Record]:
    for line, cells in sheet_rows(path):
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise _cell_too_long(line)
        if any(cells):
            yield Record(line, cells)


def _text_records(path: Path, shape: Shape) -> Iterator[Record]:
    lines = _Lines(path, shape.encoding)
    reader = csv.reader(lines, delimiter=shape.delimiter or ",", strict=True)
    try:
        while True:
            lines.begin_record()
            first = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield _broken_record(lines, first, str(error), shape.delimiter)
                continue
            if len(lines.record) > _MAX_LINES_PER_RECORD:
                raise _unclosed_quote(lines.record, first, shape.delimiter)
            if first == 1 and named_delimiter("".join(lines.record)) is not None:
                continue
            if cells and (len(cells) > 1 or cells[0].strip()):
                yield _readable(first, cells, lines.damaged)
    finally:
        lines.close()


def _readable(line: int, cells: list[str], damaged: bool) -> Record:
    if damaged:
        # The bytes cannot be stored as text: the database refuses lone surrogates.
        cells = [_DAMAGED.sub("\ufffd", cell) for cell in cells]
        return Record(line, cells, Reason.BAD_ENCODING)
    return Record(line, cells)


def _broken_record(lines: _Lines, first: int, error: str, delimiter: str) -> Record:
    """A stray quote inside one line affects that record only; over several lines it has absorbed other records."""
    if "field limit" in error:
        if len(lines.record) > 1:
            raise _unclosed_quote(lines.record, first, delimiter)
        raise _cell_too_long(first)
    if len(lines.record) > 1 or "unexpected end" in error:
        raise _unclosed_quote(lines.record, first, delimiter)
    text = lines.record[0].rstrip("\r\n")
    cells = [_DAMAGED.sub("\ufffd", cell) for cell in text.split(delimiter)]
    return Record(first, cells, Reason.BAD_SHAPE, "a quote inside a quoted cell is not doubled")


def _cell_too_long(line: int) -> UnreadableFileError:
    return UnreadableFileError(
        f"a cell has more than {LONGEST_CELL:,} characters", "Shorten that cell and upload again", line=line
    )


def _unclosed_quote(record: list[str], first: int, delimiter: str) -> UnreadableFileError:
    return UnreadableFileError(
        "a quote opens here and is never closed",
        "Close or remove that quote and upload again",
        line=first + _line_of_open_quote(record, delimiter),
    )


def _line_of_open_quote(record: list[str], delimiter: str) -> int:
    """Offset of the line on which the unclosed quoted cell begins."""
    opened_on = 0
    inside = False
    for offset, line in enumerate(record):
        at_start_of_cell = not inside
        position = 0
        while position < len(line):
            character = line[position]
            if inside and character == '"':
                if line[position + 1 : position + 2] == '"':
                    position += 1
                elif line[position + 1 : position + 2] in {delimiter, "\r", "\n", ""}:
                    inside = False
                else:
                    # A closing quote followed by text: the reader failed here.
                    return opened_on
            elif not inside and character == '"' and at_start_of_cell:
                inside, opened_on = True, offset
            at_start_of_cell = not inside and character == delimiter
            position += 1
    return opened_on
