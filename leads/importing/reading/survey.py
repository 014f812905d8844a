"""Reads a whole file: first to find out how it is read (`survey`), then to hand over its records (`file_records`)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.detect import detect_encoding, encoding_previews, require_readable
from leads.importing.reading.dialect import dialect_of
from leads.importing.reading.encoding import encoding_named
from leads.importing.reading.header import names_an_email_column, table_records
from leads.importing.reading.kind import TEXT, kind_of
from leads.importing.reading.shape import BAD_ENCODING, HIDDEN_ROW, Question, Record, Shape, Survey, is_workbook
from leads.importing.reading.text import Dialect, beginning_of, text_records
from leads.importing.reading.workbook import book_of, sheet_of

_BEGINNING = 256 * 1024
_TOP_LINES = 12
_LONGEST_TOP = 160
# The columns are guessed from these records.
_SAMPLE = 500
_SAMPLE_CHARACTERS = 4_000_000
_LONGEST_SAMPLE = 500


def survey(path: Path, wanted: Shape) -> Survey:
    """Read the whole file; what `wanted` leaves empty is found out.

    Raises: UnreadableFileError - which line and why; what is asked of it does not exist.
    """
    kind = kind_of(path)
    questions: list[Question] = []
    names: list[str] = []
    if kind == TEXT:
        shape, rows = _opened_text(path, wanted, questions)
    else:
        shape, rows, names = _opened_workbook(path, wanted, kind, questions)
    rows = _counted(rows)
    top = list(islice(rows, _TOP_LINES))
    stream = table_records(chain(top, rows), wanted.header_line, is_workbook=is_workbook(kind), questions=questions)
    header = next(stream)
    count, sample = _read_through(header, stream)
    return Survey(
        shape=replace(shape, header_line=header.line),
        header=header.cells or [""],
        count=count,
        sample=sample,
        top=[(one.line, " · ".join(cell.strip() for cell in one.cells)[:_LONGEST_TOP]) for one in top],
        sheets=names,
        previews=[] if is_workbook(kind) or shape.encoding.startswith("utf-") else encoding_previews(path),
        questions=questions,
    )


def _read_through(header: Record, stream: Iterator[Record]) -> tuple[int, list[Record]]:
    """Count the records below the header, and keep the first readable ones."""
    count = hidden = damaged = 0
    sample: list[Record] = []
    for record in stream:
        count += 1
        hidden += record.problem == HIDDEN_ROW
        damaged += record.problem == BAD_ENCODING
        if len(sample) < _SAMPLE and not record.problem:
            sample.append(record._replace(cells=[cell[:_LONGEST_SAMPLE] for cell in record.cells]))
    if not count and not names_an_email_column(header.cells):
        raise UnreadableFileError(
            "no e-mail address was found", "Upload a table with a header line and a column of e-mail addresses"
        )
    if not count:
        raise UnreadableFileError("there is a header but no lead below it", "Add the leads and upload again")
    if hidden == count:
        raise UnreadableFileError(
            "all rows below the header are hidden, and hidden rows are left out", "Unhide the rows to load"
        )
    if damaged == count:
        raise limits.not_in_this_encoding()
    return count, sample


def file_records(path: Path, shape: Shape) -> Iterator[Record]:
    """Yield the header, then every record below it, of a file whose shape is known.

    Raises: UnreadableFileError - the file cannot be read from that line on.
    """
    kind = kind_of(path)
    if kind == TEXT:
        _, rows = _opened_text(path, shape, [])
    else:
        _, rows, _ = _opened_workbook(path, shape, kind, [])
    return table_records(_counted(rows), shape.header_line, is_workbook=is_workbook(kind))


def _opened_text(path: Path, wanted: Shape, questions: list[Question]) -> tuple[Shape, Iterator[Record]]:
    if wanted.sheet:
        raise UnreadableFileError("a text file has no sheets", "Leave out the name of the sheet")
    if wanted.encoding:
        encoding = encoding_named(wanted.encoding)
        require_readable(path, encoding)
    else:
        encoding, question = detect_encoding(path)
        questions.extend([question] if question else [])
    dialect = _dialect(path, encoding, wanted.delimiter)
    return Shape(encoding, dialect.delimiter), text_records(path, encoding, dialect)


def _dialect(path: Path, encoding: str, delimiter: str) -> Dialect:
    return dialect_of(beginning_of(path, encoding, _BEGINNING), delimiter)


def _opened_workbook(
    path: Path, wanted: Shape, kind: str, questions: list[Question]
) -> tuple[Shape, Iterator[Record], list[str]]:
    if wanted.encoding and not is_workbook(wanted.encoding):
        raise UnreadableFileError("a workbook has no encoding to choose", "Leave out the encoding")
    book = book_of(path, kind)
    sheet, question = sheet_of(book, wanted.sheet)
    questions.extend([question] if question else [])
    names = [one.name for one in book.sheets if not one.is_hidden or one == sheet]
    return Shape(kind, "", sheet.name), (record for _, record in book.records([sheet])), names


def _counted(rows: Iterator[Record]) -> Iterator[Record]:
    """The rows, as long as they stay within the limits of a file."""
    cells = characters = 0
    for count, row in enumerate(rows, start=1):
        cells += len(row.cells)
        length = sum(map(len, row.cells))
        characters += length
        if length > limits.ROW_CHARACTERS:
            raise limits.row_too_long(row.line)
        if count > limits.MOST_ROWS:
            raise limits.too_many_rows()
        if cells > limits.CELLS:
            raise limits.too_many_cells()
        if characters > limits.TEXT_CHARACTERS:
            raise limits.too_much_text()
        yield row
