"""Workbooks yield the same records as text files."""

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from leads.importing.errors import UnreadableFileError
from leads.importing.records import Shape, records
from leads.importing.workbook import as_text, sheet_rows
from tests.leads.importing.workbooks import write_workbook


def test_the_first_filled_sheet_is_read_with_excels_own_row_numbers(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "leads.xlsx", [[], [["Email", "Name"], ["ada@example.com", "Käthe"]]])
    found = list(records(path, Shape("xlsx", "")))
    assert [(record.line, record.cells) for record in found] == [
        (1, ["Email", "Name"]),
        (2, ["ada@example.com", "Käthe"]),
    ]


def test_values_are_written_as_excel_shows_them() -> None:
    values = [12.0, 12.5, True, dt.date(2026, 11, 22), dt.datetime(2026, 11, 22), "x", 7]  # noqa: DTZ001
    assert [as_text(value) for value in values] == ["12", "12.5", "TRUE", "2026-11-22", "2026-11-22", "x", "7"]


def test_an_archive_that_is_not_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("leads.csv", "a,b")
    with pytest.raises(UnreadableFileError, match="not an Excel workbook"):
        next(sheet_rows(path))


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    path.write_bytes(b"PK\x03\x04 and nothing else")
    with pytest.raises(UnreadableFileError, match="not an Excel workbook"):
        next(sheet_rows(path))


def test_a_workbook_that_is_too_large_when_unpacked_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leads.importing.workbook._MAX_UNPACKED_BYTES", 100)
    path = write_workbook(tmp_path / "leads.xlsx", [[["Email"], ["ada@example.com"]]])
    with pytest.raises(UnreadableFileError, match="too large when unpacked"):
        next(sheet_rows(path))


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="workbook is empty"):
        next(sheet_rows(write_workbook(tmp_path / "leads.xlsx", [[]])))
