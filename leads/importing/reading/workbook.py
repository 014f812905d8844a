"""Chooses the sheet of a workbook and reads its rows; the same for Excel and OpenDocument."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leads.importing.errors import UnreadableFileError
from leads.importing.reading.address import holds_address
from leads.importing.reading.excel import Sheet, Workbook, excel_records, excel_workbook, hidden_columns
from leads.importing.reading.header import SEEN, header_place
from leads.importing.reading.open_document import (
    open_document_hidden_columns,
    open_document_records,
    open_document_sheets,
)
from leads.importing.reading.shape import HIDDEN_ROW, OPEN_DOCUMENT, Question, Record

_LONGEST_PREVIEW = 200


@dataclass(frozen=True)
class Book:
    """A workbook on disk: its kind ("xlsx" or "ods"), its sheets, and what Excel keeps for all of them."""

    path: Path
    kind: str
    sheets: list[Sheet]
    excel: Workbook

    def records(self, sheets: Sequence[Sheet], most: int = 0) -> Iterator[tuple[Sheet, Record]]:
        """The rows with a visible cell of these sheets, each with its sheet; `most` rows of each, 0: all."""
        if self.kind == OPEN_DOCUMENT:
            return open_document_records(self.path, list(sheets), most)
        return excel_records(self.path, self.excel, list(sheets), most)

    def hidden_columns(self, sheet: Sheet) -> set[int]:
        """The places of the columns that a sheet hides."""
        if self.kind == OPEN_DOCUMENT:
            return open_document_hidden_columns(self.path, sheet)
        return hidden_columns(self.path, sheet)

    def named(self, name: str) -> Sheet:
        """The sheet of this name, also if it is hidden.

        Raises: UnreadableFileError - there is none.
        """
        for one in self.sheets:
            if one.name.strip().casefold() == name.strip().casefold():
                return one
        names = ", ".join(f"“{one.name}”" for one in self.sheets if not one.is_hidden)
        raise UnreadableFileError(f"the workbook has no sheet “{name}”", f"Choose one of {names or 'its sheets'}")


def book_of(path: Path, kind: str) -> Book:
    """Open a workbook.

    Raises: UnreadableFileError - damaged, protected, or without a sheet.
    """
    excel = Workbook()
    if kind == OPEN_DOCUMENT:
        sheets = open_document_sheets(path)
    else:
        excel = excel_workbook(path)
        sheets = excel.sheets
    if not sheets:
        raise UnreadableFileError("the workbook has no sheet with cells", "Upload one with a header line and leads")
    return Book(path, kind, sheets, excel)


def sheet_of(book: Book, wanted: str) -> tuple[Sheet, Question | None]:
    """The sheet to read, and a question if several visible ones have leads. Hidden sheets are only read if named.

    Raises: UnreadableFileError - no such sheet, all are hidden, or all visible ones are empty.
    """
    if wanted:
        return book.named(wanted), None
    shown = [one for one in book.sheets if not one.is_hidden]
    if not shown:
        raise UnreadableFileError(
            "all sheets of the workbook are hidden, and hidden sheets are not read unasked",
            "Unhide the sheet with the leads and upload again, or name it with --sheet",
        )
    beginnings: dict[str, list[Record]] = {}
    for sheet, record in book.records(shown, SEEN):
        beginnings.setdefault(sheet.name, []).append(record)
    if not beginnings:
        raise UnreadableFileError("the workbook is empty", "Upload one with a header line and at least one lead")
    names = [name for name, records in beginnings.items() if _has_leads(records)]
    if not names and len(shown) < len(book.sheets):
        raise UnreadableFileError(
            "no visible sheet has e-mail addresses, and hidden sheets are not read unasked",
            "Unhide the sheet with the leads and upload again, or name it with --sheet",
        )
    sheet = book.named((names or list(beginnings))[0])
    return sheet, _question(names, beginnings) if len(names) > 1 else None


def _question(names: list[str], beginnings: dict[str, list[Record]]) -> Question:
    quoted = ", ".join(f"“{name}”" for name in names)
    say = f"Several sheets have leads: {quoted}. Choose one (--sheet)."
    return Question("sheet", names, [_preview(beginnings[name]) for name in names], say)


def _has_leads(records: list[Record]) -> bool:
    shown = [one for one in records if one.problem != HIDDEN_ROW]
    if not any(holds_address(cell) for one in shown for cell in one.cells):
        return False
    # A sheet of leads without a header counts too: otherwise a cover sheet would be taken in its place.
    return header_place(shown) is not None or sum(any(map(holds_address, one.cells)) for one in shown) > 1


def _preview(records: list[Record]) -> str:
    return " / ".join(" · ".join(cell for cell in one.cells if cell) for one in records[:2])[:_LONGEST_PREVIEW]
