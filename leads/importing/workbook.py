"""Reads the first filled sheet of an Excel workbook as text cells."""

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from leads.importing.errors import UnreadableFileError

# A workbook is a compressed archive: the largest size it may have when unpacked.
_MAX_UNPACKED_BYTES = 600 * 1024 * 1024
ZIP_MARK = b"PK\x03\x04"
OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0"

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def sheet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number as Excel shows it, cells as text) of the first sheet that is not empty.

    Raises: UnreadableFileError - not a workbook, too large when unpacked, or empty.
    """
    sheet = _first_filled_sheet(path)
    start = sheet.start
    first = 1 + (start[0] if start else 0)
    for number, values in enumerate(sheet.iter_rows(), start=first):
        yield number, [as_text(value) for value in values]


def as_text(value: Value) -> str:
    """Write a cell's value as Excel shows it: 12.0 -> "12", a date as 2026-11-22."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _first_filled_sheet(path: Path) -> CalamineSheet:
    _refuse_archives(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.height:
                return sheet
    except CalamineError:
        raise _not_a_workbook() from None
    raise UnreadableFileError("the workbook is empty", "Upload one with a header line and at least one lead")


def _refuse_archives(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            unpacked = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile:
        raise _not_a_workbook() from None
    if "xl/workbook.xml" not in names:
        raise _not_a_workbook()
    if unpacked > _MAX_UNPACKED_BYTES:
        raise UnreadableFileError("the workbook is too large when unpacked", "Save the sheet as CSV and upload that")


def _not_a_workbook() -> UnreadableFileError:
    return UnreadableFileError(
        "this is an archive and not an Excel workbook that can be read", "Unpack it, or save the sheet as CSV"
    )
