"""Detecting the type, delimiter and header of a file."""

from pathlib import Path

import pytest

from leads.importing.errors import UnreadableFileError
from leads.importing.records import Shape
from leads.importing.sniffing import delimiter_label, guess_delimiter, read_table, sniff
from tests.leads.importing.workbooks import write_workbook


def file_of(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "leads"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(delimiter: str) -> None:
    lines = [["Email", "Name", "News"], ["a@example.com", "Ada", "won, then lost; later | again"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines * 3)
    assert guess_delimiter(text) == delimiter


def test_commas_inside_the_cells_of_a_semicolon_file_do_not_mislead() -> None:
    assert guess_delimiter("Name;Price\nA, B and C;1,50\nD;2,75\n") == ";"


def test_a_file_with_one_column_is_read_with_commas() -> None:
    assert guess_delimiter("Email\na@example.com\nb@example.com\n") == ","


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"old Excel file \(.xls\)"),
    ],
)
def test_a_file_that_is_not_a_table_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        sniff(file_of(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("\n\n \n", "only blank lines"),
        ("Email,Name\n", "a header but no lead"),
        ("ada@example.com,Ada\nbo@example.com,Bo\n", "first line has an e-mail address"),
        ('"Email,Name\na@example.com,Ada\n', "never closed"),
    ],
)
def test_an_unusable_table_is_refused_with_the_reason(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        read_table(file_of(tmp_path, content), Shape("utf-8", ","))


def test_a_table_is_counted_and_sampled(tmp_path: Path) -> None:
    path = file_of(tmp_path, "\nEmail,,Name,\n" + "".join(f"p{n}@example.com,x,Ada,\n" for n in range(7)))
    table = read_table(path, Shape("utf-8", ","), sample=2)
    assert (table.header, table.header_line, table.count) == (["Email", "Column 2", "Name"], 2, 7)
    assert [record.line for record in table.sample] == [3, 4]


def test_a_workbook_is_detected_by_its_content_and_has_no_delimiter(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "leads", [[["Email"], ["ada@example.com"]]])
    assert sniff(path) == Shape("xlsx", "")
    assert delimiter_label("") == "a workbook"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [";", "|", "\t"])
def test_a_sep_line_names_the_delimiter_and_is_no_header(tmp_path: Path, delimiter: str, ending: str) -> None:
    path = file_of(
        tmp_path, ending.join([f"SEP={delimiter}", f"Email{delimiter}News", f"a@example.com{delimiter}x, y"])
    )
    table = read_table(path, sniff(path))
    assert (table.header, table.header_line, table.shape.delimiter) == (["Email", "News"], 2, delimiter)
