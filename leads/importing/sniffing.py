"""Detects how a file is read: its type, encoding, delimiter and header."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from leads.importing.encoding import detect_encoding
from leads.importing.errors import UnreadableFileError
from leads.importing.header import distinct_names
from leads.importing.records import WORKBOOK, Record, Shape, named_delimiter, records
from leads.importing.workbook import OLD_EXCEL_MARK, ZIP_MARK

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
_SAMPLE_CHARACTERS = 256 * 1024
_SAMPLE_RECORDS = 200


def delimiter_label(delimiter: str) -> str:
    """The display name of a delimiter; ";" -> "semicolons"."""
    return DELIMITERS.get(delimiter, delimiter or "a workbook")


@dataclass(frozen=True)
class Table:
    """A file that was read completely: its shape, column names, number of records, and the first records.

    Shapes: repeated - a numbered column name -> the name in the file that it repeats.
    """

    shape: Shape
    header: list[str]
    header_line: int
    count: int
    sample: list[Record]
    repeated: dict[str, str] = field(default_factory=dict)


def sniff(path: Path) -> Shape:
    """Decide how to read a file.

    Raises: UnreadableFileError - empty, or neither text nor a workbook.
    """
    with path.open("rb") as file:
        mark = file.read(4)
    if not mark:
        raise UnreadableFileError("the file is empty", "Upload one with a header line and at least one lead")
    if mark == OLD_EXCEL_MARK:
        raise UnreadableFileError("this is an old Excel file (.xls)", "Save it as .xlsx or CSV and upload that")
    if mark == ZIP_MARK:
        return Shape(WORKBOOK, "")
    encoding = detect_encoding(path)
    beginning = _beginning(path, encoding)
    first_line = beginning.replace("\r", "\n").partition("\n")[0]
    return Shape(encoding, named_delimiter(first_line) or guess_delimiter(beginning))


def _beginning(path: Path, encoding: str) -> str:
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        text = file.read(_SAMPLE_CHARACTERS)
    if len(text) < _SAMPLE_CHARACTERS:
        return text
    # The last line is incomplete and would count as a record of another width.
    return text[: text.rfind("\n") + 1] or text


def guess_delimiter(text: str) -> str:
    """Pick the delimiter for which most records have the width of the first; one column -> ",".

    Passing: "a;b\\n1,5;2" -> ";".  Failing: "a\\nb" has no delimiter and is read as one column.
    """
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = _widths(text, delimiter)
        if not widths or widths[0] < 2:
            continue
        score = (round(Counter(widths)[widths[0]] / len(widths), 2), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(text: str, delimiter: str) -> list[int]:
    widths: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
            if len(widths) >= _SAMPLE_RECORDS:
                break
    except csv.Error:
        # The full read reports the error with its line; here the widths so far are enough.
        return widths
    return widths


def read_table(path: Path, shape: Shape, *, sample: int = 5) -> Table:
    """Read the whole file once and keep only the header and the first records.

    Raises: UnreadableFileError - which line and why.
    """
    stream = records(path, shape)
    first = next(stream, None)
    if first is None:
        raise UnreadableFileError("the file has only blank lines", "Upload one with a header and leads")
    header, repeated = _header(first)
    kept: list[Record] = []
    count = 0
    for record in stream:
        count += 1
        if len(kept) < sample and not record.problem:
            kept.append(record)
    if not count:
        raise UnreadableFileError("there is a header but no lead below it", "Add the leads and upload again")
    return Table(shape, header, first.line, count, kept, repeated)


def _header(record: Record) -> tuple[list[str], dict[str, str]]:
    """The column names, each once, and the numbered ones with the name that they have in the file."""
    if record.problem:
        raise UnreadableFileError(
            "the header cannot be read", "Check its quotes and characters, then upload again", line=record.line
        )
    names = [cell.strip() for cell in record.cells]
    while names and not names[-1]:
        names.pop()
    named, repeated = distinct_names(names)
    if any("@" in name and "." in name.rpartition("@")[2] for name in named):
        raise UnreadableFileError(
            "the first line has an e-mail address where the column names should be",
            "Add a header line such as Email, First name",
            line=record.line,
        )
    return named, repeated
