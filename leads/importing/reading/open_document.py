"""Reads the sheets of an OpenDocument spreadsheet (.ods), which holds every cell's text as it is shown."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.archive import Attributes, opened, pieces, walk
from leads.importing.reading.excel import Sheet
from leads.importing.reading.numbers import general
from leads.importing.reading.shape import FORMULA_WITHOUT_VALUE, HIDDEN_ROW, Record

_CONTENT = "content.xml"
_ERROR = re.compile(r"Err:\d+|#N/A|#REF!|#NAME\?|#VALUE!|#DIV/0!|#NUM!|#NULL!")
_HIDDEN = {"collapse", "filter"}
# Repeated rows and cells are written once; those that are empty fill the sheet to its end.
_MOST_REPEATS = 10_000


def open_document_sheets(path: Path) -> list[Sheet]:
    """The sheets of a spreadsheet, hidden ones included, in their order.

    Raises: UnreadableFileError - damaged, or protected with a password.
    """
    hidden: set[str] = set()
    sheets: list[Sheet] = []
    style = ""

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal style
        if tag == "style":
            style = attributes.get("style:name", "")
        elif tag == "table-properties" and attributes.get("table:display") == "false":
            hidden.add(style)
        elif tag == "table":
            sheets.append(Sheet(attributes.get("table:name", ""), "", attributes.get("table:style-name", "") in hidden))

    with opened(path) as archive:
        _refuse_encrypted(archive)
        walk(archive, _CONTENT, start, lambda _: None)
    return sheets


def _refuse_encrypted(archive: zipfile.ZipFile) -> None:
    def start(tag: str, _: Attributes) -> None:
        if tag == "encryption-data":
            raise UnreadableFileError(
                "the spreadsheet is protected with a password", "Remove the password and upload it again"
            )

    if "META-INF/manifest.xml" in archive.namelist():
        walk(archive, "META-INF/manifest.xml", start, lambda _: None)


def open_document_records(path: Path, sheets: list[Sheet], most: int = 0) -> Iterator[tuple[Sheet, Record]]:
    """Yield the rows of some sheets that have a visible cell; `most` rows of each, 0: all.

    Raises: UnreadableFileError - damaged, or beyond a limit.
    """
    wanted = {one.name: one for one in sheets}
    counts = dict.fromkeys(wanted, 0)
    rows = _Rows()
    with opened(path) as archive:
        for _ in pieces(archive, _CONTENT, rows.start, rows.end, rows.add):
            for name, record in rows.found:
                if name in wanted and (not most or counts[name] < most):
                    counts[name] += 1
                    yield wanted[name], record
            rows.found.clear()


def open_document_hidden_columns(path: Path, sheet: Sheet) -> set[int]:
    """The places of the columns that a sheet hides.

    Raises: UnreadableFileError - damaged.
    """
    hidden: set[int] = set()
    place = 0
    is_here = is_over = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal place, is_here, is_over
        if tag == "table":
            is_here = attributes.get("table:name", "") == sheet.name
        elif tag == "table-column" and is_here and not is_over:
            number = int(attributes.get("table:number-columns-repeated", "1"))
            if attributes.get("table:visibility", "") in _HIDDEN:
                hidden.update(range(place, min(place + number, limits.COLUMNS)))
            place += number
        elif tag == "table-row" and is_here:
            is_over = True

    with opened(path) as archive:
        for _ in pieces(archive, _CONTENT, start, lambda _: None):
            if is_over:
                break
    return hidden


def _value_of(attributes: Attributes) -> str:
    """The value of a cell as some programs write it, without its text."""
    number = attributes.get("office:value", "")
    kinds = ("string", "date", "time", "boolean")
    return (
        general(number)
        if number
        else next((attributes[f"office:{kind}-value"] for kind in kinds if f"office:{kind}-value" in attributes), "")
    )


class _Rows:
    """Collects the rows of all sheets from the XML."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Record]] = []
        self._sheet = ""
        self._depth = 0
        self._line = 0
        self._row_repeats = 1
        self._is_hidden = False
        self._cells: list[str] = []
        self._place = 0
        self._repeats = 1
        self._text: list[str] = []
        self._paragraphs = 0
        self._is_text = 0
        self._is_note = 0
        self._count = 0
        self._value = ""
        self._is_unsaved = self._lacks_value = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._sheet, self._line = attributes.get("table:name", ""), 0
        elif tag == "table-row" and self._depth == 1:
            self._row_repeats = int(attributes.get("table:number-rows-repeated", "1"))
            self._is_hidden = attributes.get("table:visibility", "") in _HIDDEN
            self._cells, self._place = [], 0
            self._lacks_value = False
        elif tag in {"table-cell", "covered-table-cell"} and self._depth == 1:
            self._repeats = int(attributes.get("table:number-columns-repeated", "1"))
            self._text, self._paragraphs = [], 0
            self._value = _value_of(attributes)
            is_text = attributes.get("office:value-type", "") == "string"
            self._is_unsaved = "table:formula" in attributes and not is_text
        elif tag == "annotation":
            self._is_note += 1
        elif not self._is_note:
            self._start_text(tag, attributes)

    def _start_text(self, tag: str, attributes: Attributes) -> None:
        if tag == "p":
            self._text.extend("\n" if self._paragraphs else "")
            self._paragraphs += 1
            self._is_text += 1
        elif tag == "s" and self._is_text:
            self._text.append(" " * min(int(attributes.get("text:c", "1")), _MOST_REPEATS))
        elif tag in {"tab", "line-break"} and self._is_text:
            self._text.append("\t" if tag == "tab" else "\n")

    def add(self, text: str) -> None:
        if self._is_text and not self._is_note:
            self._text.append(text)

    def end(self, tag: str) -> None:
        if tag == "table":
            self._depth -= 1
        elif tag == "annotation":
            self._is_note -= 1
        elif tag == "p" and not self._is_note:
            self._is_text -= 1
        elif tag in {"table-cell", "covered-table-cell"} and self._depth == 1:
            self._end_cell()
        elif tag == "table-row" and self._depth == 1:
            self._end_row()

    def _end_cell(self) -> None:
        text = "".join(self._text) or self._value
        self._lacks_value = self._lacks_value or (self._is_unsaved and not text)
        # An error of a formula, shown as such.
        text = "" if _ERROR.fullmatch(text) else text
        line = self._line + 1
        if text:
            if self._place + self._repeats > limits.COLUMNS:
                raise limits.too_many_columns(line)
            if len(text) > limits.CELL_CHARACTERS:
                raise limits.cell_too_long(line)
            self._cells.extend([""] * (self._place - len(self._cells)))
            self._cells.extend([text] * self._repeats)
        self._place += self._repeats
        self._count += 1
        if self._count > limits.CELLS:
            raise limits.too_many_cells()

    def _end_row(self) -> None:
        if self._lacks_value or "".join(self._cells).strip():
            if self._row_repeats > _MOST_REPEATS:
                raise limits.too_many_rows()
            problem = HIDDEN_ROW if self._is_hidden else ""
            detail = FORMULA_WITHOUT_VALUE if self._lacks_value and not problem else ""
            self._count += self._row_repeats * len(self._cells)
            for line in range(self._line + 1, self._line + 1 + self._row_repeats):
                self.found.append((self._sheet, Record(line, self._cells, problem, detail)))
        self._line += self._row_repeats
        if self._line > limits.LINES:
            self._line = limits.LINES
