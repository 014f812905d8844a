"""Reads the sheets of an Excel workbook (.xlsx, .xlsm, strict and transitional) as the text that Excel shows.

Rows are streamed: two cells that lie far apart cost no more than two cells side by side.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from leads.importing.reading import limits
from leads.importing.reading.archive import Attributes, SharedText, damaged, opened, part_of, pieces, walk
from leads.importing.reading.numbers import Shown, general, shown_by
from leads.importing.reading.shape import FORMULA_WITHOUT_VALUE, HIDDEN_ROW, Record

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_ROW = 1_048_576
_YES = {"1", "true", "on"}


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, the name of its part in the archive, and whether people see it."""

    name: str
    part: str
    is_hidden: bool


@dataclass
class Workbook:
    """What is common to the sheets of a workbook.

    Shapes: otherwise - a date that was read and that Excel may write in another way, if there is one.
    """

    sheets: list[Sheet] = field(default_factory=list)
    shared: str = ""
    styles: str = ""
    since_1904: bool = False
    otherwise: list[str] = field(default_factory=list)


def excel_workbook(path: Path) -> Workbook:
    """The sheets of a workbook, hidden ones included, in their order.

    Raises: UnreadableFileError - damaged.
    """
    with opened(path) as archive:
        main = _targets(archive, "_rels/.rels", "").get("officeDocument", {})
        part = next(iter(main.values()), "xl/workbook.xml")
        base, _, name = part.rpartition("/")
        return _workbook_of(archive, part, _targets(archive, f"{base}/_rels/{name}.rels".lstrip("/"), base))


def _targets(archive: zipfile.ZipFile, name: str, base: str) -> dict[str, dict[str, str]]:
    """Parts that relationships name: last word of the type -> id -> part."""
    found: dict[str, dict[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes["Type"].rpartition("/")[2]
            found.setdefault(kind, {})[attributes["Id"]] = part_of(base, attributes["Target"])

    walk(archive, name, start, lambda _: None)
    return found


def _workbook_of(archive: zipfile.ZipFile, part: str, targets: dict[str, dict[str, str]]) -> Workbook:
    sheets = targets.get("worksheet", {})
    book = Workbook(
        shared=next(iter(targets.get("sharedStrings", {}).values()), ""),
        styles=next(iter(targets.get("styles", {}).values()), ""),
    )

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            book.since_1904 = attributes.get("date1904", "").lower() in _YES
        elif tag == "sheet":
            link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            if link in sheets:
                hidden = attributes.get("state", "visible") != "visible"
                book.sheets.append(Sheet(attributes.get("name", ""), sheets[link], hidden))

    walk(archive, part, start, lambda _: None)
    return book


def excel_records(path: Path, book: Workbook, sheets: list[Sheet], most: int = 0) -> Iterator[tuple[Sheet, Record]]:
    """Yield the rows with a visible cell of some sheets, with Excel's own numbers; `most` rows of each, 0: all.

    Raises: UnreadableFileError - damaged, or beyond a limit.
    """
    with opened(path) as archive:
        shown = _shown_by_style(archive, book)
        shared = _shared_texts(archive, book.shared)
        for sheet in sheets:
            for record in islice(_rows(archive, sheet.part, _Rows(shared, shown)), most or None):
                yield sheet, record


def hidden_columns(path: Path, sheet: Sheet) -> set[int]:
    """The places of the columns that a sheet hides.

    Raises: UnreadableFileError - damaged.
    """
    hidden: set[int] = set()
    is_over = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal is_over
        if tag == "col" and (attributes.get("hidden", "") in _YES or attributes.get("width", "") in {"0", "0.0"}):
            last = min(int(attributes["max"]), limits.COLUMNS)
            hidden.update(range(int(attributes["min"]) - 1, last))
        is_over = is_over or tag == "sheetData"

    with opened(path) as archive:
        for _ in pieces(archive, sheet.part, start, lambda _: None):
            if is_over:
                break
    return hidden


def _shown_by_style(archive: zipfile.ZipFile, book: Workbook) -> list[Shown]:
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside: list[str] = []

    def end(_: str) -> None:
        inside.pop()

    def start(tag: str, attributes: Attributes) -> None:
        inside.append(tag)
        if tag == "numFmt" and "dxfs" not in inside:
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "xf" and "cellXfs" in inside:
            formats.append(int(attributes.get("numFmtId", "0")))

    if book.styles in archive.namelist():
        walk(archive, book.styles, start, end)
    return [
        shown_by(number, codes.get(number, ""), since_1904=book.since_1904, otherwise=book.otherwise)
        for number in formats
    ]


def _shared_texts(archive: zipfile.ZipFile, part: str) -> SharedText:
    texts = SharedText()
    if part not in archive.namelist():
        return texts
    collected = _Text()

    def end(tag: str) -> None:
        collected.end(tag)
        if tag == "si":
            texts.add(collected.taken())

    walk(archive, part, collected.start, end, collected.add)
    return texts


class _Text:
    """Collects the text of `t` elements, rich text included, and not how it is pronounced (`rPh`)."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._is_text = False
        self._is_reading = False

    def start(self, tag: str, _: Attributes) -> None:
        if tag == "t":
            self._is_text = not self._is_reading
        elif tag == "rPh":
            self._is_reading = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self._is_text = False
        elif tag == "rPh":
            self._is_reading = False

    def add(self, text: str) -> None:
        # A longer cell is refused where it is used; here it must only not take the memory.
        if self._is_text and self._length <= limits.CELL_CHARACTERS:
            self._parts.append(text)
            self._length += len(text)

    def taken(self) -> str:
        text = "".join(self._parts)
        self._parts.clear()
        self._length = 0
        return text


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    """The place of a column by its letters: "A" -> 0, "AB" -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= 16_384:
        raise damaged()
    return number - 1


class _Rows:
    """Collects the rows of a sheet from its XML."""

    def __init__(self, shared: SharedText, shown: list[Shown]) -> None:
        self._shared = shared
        self._shown = shown
        self._text = _Text()
        self._line = 0
        self._is_hidden = False
        self._cells: list[str] = []
        self._place = -1
        self._kind = ""
        self._style = 0
        self._value: list[str] | None = None
        self._raw = ""
        self._is_formula = self._lacks_value = False
        self._count = 0
        self.found: list[Record] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v":
            self._value = []
        elif tag == "f":
            self._is_formula = True
        elif tag == "row":
            self._start_row(attributes)
        else:
            self._text.start(tag, attributes)

    def add(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)
        else:
            self._text.add(text)

    def end(self, tag: str) -> None:
        if tag == "v" and self._value is not None:
            self._raw, self._value = "".join(self._value), None
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            self._end_row()
        else:
            self._text.end(tag)

    def _start_row(self, attributes: Attributes) -> None:
        line = int(attributes.get("r", self._line + 1))
        if not self._line < line <= _LAST_ROW:
            raise damaged()
        self._line = line
        self._is_hidden = attributes.get("hidden", "") in _YES or attributes.get("ht", "") in {"0", "0.0"}
        self._cells = []
        self._lacks_value = False
        self._place = -1

    def _start_cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        self._place = self._place + 1 if place is None else _column(place.rstrip("0123456789"))
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", "0"))
        self._raw = ""
        self._is_formula = False
        self._count += 1
        if self._count > limits.CELLS:
            raise limits.too_many_cells()

    def _end_cell(self) -> None:
        text = self._written()
        if not text:
            self._lacks_value = self._lacks_value or (self._is_formula and not self._raw and self._kind != "str")
            return
        place = self._place
        if place >= limits.COLUMNS:
            raise limits.too_many_columns(self._line)
        if len(text) > limits.CELL_CHARACTERS:
            raise limits.cell_too_long(self._line)
        if "\0" in text:
            raise limits.nul_in_cell(self._line)
        cells = self._cells
        if place == len(cells):
            cells.append(text)
        else:
            cells.extend([""] * (place + 1 - len(cells)))
            cells[place] = text

    def _written(self) -> str:
        """The text of the cell; an error such as #N/A is no text."""
        kind, raw = self._kind, self._raw
        if kind == "s":
            return _unescaped(self._shared[int(raw)]) if raw else ""
        if kind == "n":
            if not raw:
                return ""
            style = self._style
            return self._shown[style](raw.strip()) if style < len(self._shown) else general(raw.strip())
        if kind == "inlineStr":
            return _unescaped(self._text.taken())
        if kind == "str":
            return _unescaped(raw)
        if kind == "b":
            return "TRUE" if raw.strip() in _YES else "FALSE" if raw else ""
        return "" if kind == "e" else raw.removesuffix("Z").removesuffix(".000").removesuffix("T00:00:00")

    def _end_row(self) -> None:
        if self._lacks_value or "".join(self._cells).strip():
            problem = HIDDEN_ROW if self._is_hidden else ""
            detail = FORMULA_WITHOUT_VALUE if self._lacks_value and not problem else ""
            self.found.append(Record(self._line, self._cells, problem, detail))


def _unescaped(text: str) -> str:
    """ "_x000D_" is a line end, written so because XML has no room for it."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    # Characters beyond 0xffff are written as two halves; a lone half cannot be stored.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _rows(archive: zipfile.ZipFile, part: str, rows: _Rows) -> Iterator[Record]:
    for _ in pieces(archive, part, rows.start, rows.end, rows.add):
        yield from rows.found
        rows.found.clear()
