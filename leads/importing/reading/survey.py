"""Reads a whole file: first to find out how it is read (`survey`), then to hand over its records (`file_records`)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.address import holds_address
from leads.importing.reading.detect import detect_encoding, encoding_previews, require_readable
from leads.importing.reading.dialect import dialect_of
from leads.importing.reading.encoding import TWICE, decoded_once_more, encoding_named, is_encoded_twice
from leads.importing.reading.header import names_an_email_column, table_records
from leads.importing.reading.kind import TEXT, kind_of
from leads.importing.reading.shape import (
    AND_TWICE,
    BAD_ENCODING,
    FORMULA_WITHOUT_VALUE,
    HIDDEN_ROW,
    Question,
    Record,
    Shape,
    Survey,
    is_workbook,
)
from leads.importing.reading.telling import TellingRecords
from leads.importing.reading.text import Dialect, beginning_of, text_records
from leads.importing.reading.workbook import book_of, sheet_of

_BEGINNING = 256 * 1024
_TOP_LINES = 12
_PREVIEWED = 3
_LONGEST_NAME = 60
_MOST_NAMES = 8
_LONGEST_TOP = 160
# The columns are guessed from these records, and from at most so many further down that say something new of a column.
_SAMPLE = 500
_MOST_TELLING = 500
_SAVE_AGAIN = "Open the file in Excel or LibreOffice, save it and upload that"
_SAMPLE_CHARACTERS = 4_000_000
_LONGEST_SAMPLE = 500


def survey(path: Path, wanted: Shape) -> Survey:
    """Read the whole file; what `wanted` leaves empty is found out.

    Raises: UnreadableFileError - which line and why; what is asked of it does not exist.
    """
    kind = kind_of(path)
    questions: list[Question] = []
    remarks: list[str] = []
    names: list[str] = []
    hidden: set[int] = set()
    otherwise: list[str] = []
    if kind == TEXT:
        shape, rows = _opened_text(path, wanted, questions)
    else:
        shape, rows, names, hidden, otherwise = _opened_workbook(path, wanted, kind, questions)
    rows = _counted(rows)
    top = list(islice(rows, _TOP_LINES))
    stream = table_records(
        chain(top, rows), wanted.header_line, is_workbook=is_workbook(kind), questions=questions, remarks=remarks
    )
    header = next(stream)
    count, sample = _read_through(header, stream, remarks)
    if is_workbook(kind) and not wanted.encoding:
        questions.extend(_encoded_twice(header.cells, sample))
    remarks.extend(f"Excel may show some dates otherwise than they are read: “{date}”." for date in otherwise)
    remarks.extend(_hidden_names(top, header.line, hidden))
    remarks.extend(_behind_a_blank_column(header.cells, sample) if any(header.cells) else [])
    return Survey(
        shape=replace(shape, header_line=header.line),
        header=header.cells or [""],
        count=count,
        sample=sample,
        top=[(one.line, " · ".join(cell.strip() for cell in one.cells)[:_LONGEST_TOP]) for one in top],
        sheets=names,
        previews=[] if is_workbook(kind) or shape.encoding.startswith("utf-") else encoding_previews(path),
        remarks=remarks,
        questions=questions,
    )


def _encoded_twice(header: list[str], sample: list[Record]) -> list[Question]:
    """A question if some letters of a workbook look encoded twice: they were wrong before they came into it."""
    cells = dict.fromkeys(cell for cells in [header, *(one.cells for one in sample)] for cell in cells)
    twice = [cell for cell in cells if not cell.isascii() and is_encoded_twice(cell)][:_PREVIEWED]
    if not twice:
        return []
    say = f"Some letters look encoded twice: “{twice[0][:_LONGEST_TOP]}”. Choose how to read them (--encoding)."
    previews = [" · ".join(map(decoded_once_more, twice))[:_LONGEST_TOP], " · ".join(twice)[:_LONGEST_TOP]]
    return [Question("encoding", [TWICE, "utf-8"], previews, say)]


def _hidden_names(top: list[Record], header_line: int, hidden: set[int]) -> list[str]:
    """A sentence that names the columns that a sheet hides; they are read all the same."""
    header = next((one.cells for one in top if one.line == header_line), [])
    names = _quoted([cell for place, cell in enumerate(header) if place in hidden])
    return [f"Hidden in the sheet, and read all the same: {names}."] if names else []


def _behind_a_blank_column(header: list[str], sample: list[Record]) -> list[str]:
    """A sentence that names the columns behind an empty one: they may be a table of their own."""
    filled = {place for one in sample for place, cell in enumerate(one.cells) if cell.strip()}
    named = [place for place, cell in enumerate(header) if cell]
    blank = next((place for place in range(named[0], named[-1]) if not header[place] and place not in filled), None)
    if blank is None:
        return []
    names = _quoted(header[blank:])
    return [f"Behind a blank column, as another table would be: {names}. Ignore what does not belong to the person."]


def _quoted(names: list[str]) -> str:
    written = [f"“{name.strip()[:_LONGEST_NAME]}”" for name in names if name.strip()]
    return ", ".join(written[:_MOST_NAMES]) + (" and more" if len(written) > _MOST_NAMES else "")


def _read_through(header: Record, stream: Iterator[Record], remarks: list[str]) -> tuple[int, list[Record]]:
    """Count the records below the header, and keep the first readable ones and those that say something new."""
    counts = Counter[str]()
    telling = TellingRecords(header.cells)
    count, has_addresses = 0, False
    sample: list[Record] = []
    for record in stream:
        count += 1
        if record.problem or record.detail:
            counts[record.problem or record.detail] += 1
        has_addresses = has_addresses or any(map(holds_address, record.cells))
        if not record.problem and _is_for_sample(record, len(sample), telling):
            sample.append(record._replace(cells=[cell[:_LONGEST_SAMPLE] for cell in record.cells]))
    unsaved = counts[FORMULA_WITHOUT_VALUE]
    if unsaved and not has_addresses:
        raise UnreadableFileError("the workbook has formulas whose results were not saved, and no address", _SAVE_AGAIN)
    _require_leads(header, count, counts)
    if unsaved:
        verb = "line has" if unsaved == 1 else "lines have"
        remarks.append(
            f"{unsaved:,} {verb} formulas whose results were not saved: those cells are empty. {_SAVE_AGAIN}."
        )
    return count, sample


def _is_for_sample(record: Record, kept: int, telling: TellingRecords) -> bool:
    """Whether a record is one of the first, or says something new; those of the first count as said."""
    is_telling = kept < _SAMPLE + _MOST_TELLING and telling.is_next(record.cells)
    return is_telling or kept < _SAMPLE


def _require_leads(header: Record, count: int, counts: Counter[str]) -> None:
    """Refuse a table without a row that can be read, and say what is the matter with all of them."""
    if not count and not names_an_email_column(header.cells):
        raise UnreadableFileError(
            "no e-mail address was found", "Upload a table with a header line and a column of e-mail addresses"
        )
    if not count:
        raise UnreadableFileError("there is a header but no lead below it", "Add the leads and upload again")
    if counts[HIDDEN_ROW] == count:
        raise UnreadableFileError(
            "all rows below the header are hidden, and hidden rows are left out", "Unhide the rows to load"
        )
    if counts[BAD_ENCODING] == count:
        raise limits.not_in_this_encoding()


def file_records(path: Path, shape: Shape) -> Iterator[Record]:
    """Yield the header, then every record below it, of a file whose shape is known.

    Raises: UnreadableFileError - the file cannot be read from that line on.
    """
    kind = kind_of(path)
    if kind == TEXT:
        _, rows = _opened_text(path, shape, [])
    else:
        _, rows, *_ = _opened_workbook(path, shape, kind, [])
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
) -> tuple[Shape, Iterator[Record], list[str], set[int], list[str]]:
    """The shape, the rows, the names of the sheets, the places of the hidden columns, and a date written otherwise."""
    encoding = _encoding_of_workbook(wanted.encoding, kind)
    book = book_of(path, kind)
    sheet, question = sheet_of(book, wanted.sheet)
    questions.extend([question] if question else [])
    # Other sheets were looked into.
    book.excel.otherwise.clear()
    names = [one.name for one in book.sheets if not one.is_hidden or one == sheet]
    rows = (record for _, record in book.records([sheet]))
    if encoding != kind:
        rows = (one._replace(cells=list(map(decoded_once_more, one.cells))) for one in rows)
    return Shape(encoding, "", sheet.name), rows, names, book.hidden_columns(sheet), book.excel.otherwise


def _encoding_of_workbook(wanted: str, kind: str) -> str:
    """The kind of a workbook, and that its letters were encoded twice if a person says so.

    Raises: UnreadableFileError - another encoding is asked for.
    """
    if wanted == TWICE:
        return kind + AND_TWICE
    if wanted.startswith("utf-8") or not wanted:
        return kind
    if not is_workbook(wanted):
        raise UnreadableFileError("a workbook has no encoding to choose", "Leave out the encoding")
    return wanted


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
