"""What is found out about a file before its columns are chosen."""

from pathlib import Path

import pytest

from leads.importing.errors import Ask, UnreadableFileError
from leads.importing.reading.shape import Shape
from leads.importing.sniffing import delimiter_label, read_table, shape_in_words
from tests.leads.importing.workbooks import Page, write_pages


def file_of(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "leads"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_table_is_counted_sampled_and_its_columns_get_names_of_their_own(tmp_path: Path) -> None:
    path = file_of(tmp_path, "Our list\n\nEmail,,Email,\n" + "".join(f"p{n}@example.com,x,Ada,\n" for n in range(7)))
    table = read_table(path)
    assert (table.shape, table.header_line, table.count) == (Shape("utf-8", ",", "", 3), 3, 7)
    assert (table.header, table.repeated) == (["Email", "Column 2", "Email 2"], {"Email 2": "Email"})
    assert [record.line for record in table.sample] == [4, 5, 6, 7, 8, 9, 10]
    assert table.reading["top"][:2] == [(1, "Our list"), (3, "Email ·  · Email · ")]


def test_what_was_chosen_is_not_asked(tmp_path: Path) -> None:
    leads = [["Email"], ["ada@example.com"]]
    others = [["Name", "Email"], ["Bo", "b@a.example"]]
    path = write_pages(tmp_path / "leads", [Page("North", leads), Page("South", others)])
    table = read_table(path)
    assert table.asks == [
        Ask(
            "sheet",
            ["North", "South"],
            "Several sheets have leads: “North”, “South”. Choose one (--sheet).",
            ["Email / ada@example.com", "Name · Email / Bo · b@a.example"],
        )
    ]
    assert (table.shape.sheet, table.reading["sheets"]) == ("North", ["North", "South"])
    chosen = read_table(path, Shape(sheet="South"))
    assert (chosen.asks, chosen.header, chosen.shape) == ([], ["Name", "Email"], Shape("xlsx", "", "South", 1))


@pytest.mark.parametrize(
    ("content", "wanted", "words"),
    [
        ("\n\n \n", Shape(), "only blank lines"),
        ("Email,Name\n", Shape(), "a header but no lead"),
        ("Email,Name\na@example.com,Ada\n", Shape(header_line=3), "The last line that is not blank is line 2"),
        ("\nEmail,Name\na@example.com,Ada\n", Shape(header_line=1), "Line 1: this line is blank"),
        ("Email,Name\na@example.com,Ada\n", Shape(sheet="x"), "A text file has no sheets"),
        ("Email,Name\na@example.com,Ada\n", Shape("klingon"), "“klingon” is not an encoding that is read"),
    ],
)
def test_an_unusable_table_is_refused_with_the_reason(tmp_path: Path, content: str, wanted: Shape, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        read_table(file_of(tmp_path, content), wanted)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (Shape("cp1250", ";", "", 4), "Windows-1250 (Central European), semicolons, header on line 4"),
        (Shape("xlsx", "", "Leads", 1), "Excel workbook, sheet “Leads”, header on line 1"),
        (Shape("utf-8", "^"), "UTF-8, “^”"),
    ],
)
def test_how_a_file_is_read_is_said_in_words(shape: Shape, words: str) -> None:
    assert shape_in_words(shape) == words


def test_delimiters_have_display_names() -> None:
    assert delimiter_label(";") == "semicolons"
