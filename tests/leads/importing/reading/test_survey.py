"""Files as people have them, each with what a survey of it must find."""

from pathlib import Path

import pytest

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.shape import Record, Shape, Survey
from leads.importing.reading.survey import file_records, survey
from tests.leads.importing.workbooks import Cell, Options, Page, write_pages


def of(tmp_path: Path, content: str | bytes, wanted: Shape | None = None) -> tuple[Survey, list[Record]]:
    path = tmp_path / "leads"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = survey(path, wanted or Shape())
    header, *rows = file_records(path, found.shape)
    assert header.line == found.shape.header_line
    assert len(rows) == found.count
    return found, rows


@pytest.mark.parametrize(
    ("content", "shape", "header", "first"),
    [
        (
            "Name,Mail,Phone\nJo,jo@example.com\n",
            Shape("utf-8", ",", "", 1), ["Name", "Mail", "Phone"], ["Jo", "jo@example.com"],
        ),
        (
            "sep=;\r\nEmail;Firm\r\njo@example.com;A, B\r\n",
            Shape("utf-8", ";", "", 2), ["Email", "Firm"], ["jo@example.com", "A, B"],
        ),
        (
            '\ufeff"sep=\t"\n"Email"\t"Firm"\n"jo@example.com"\t"A"\n',
            Shape("utf-8-sig", "\t", "", 2), ["Email", "Firm"], ["jo@example.com", "A"],
        ),
        (
            "Person (last, first);Mail\nRay, Jo;jo@example.com\n",
            Shape("utf-8", ";", "", 1), ["Person (last, first)", "Mail"], ["Ray, Jo", "jo@example.com"],
        ),
        (
            'Notes:\n"Some addresses, e-mail too, may be missing"\n\nName,Email Address\nJo,jo@example.com\n',
            Shape("utf-8", ",", "", 4), ["Name", "Email Address"], ["Jo", "jo@example.com"],
        ),
        (
            "\n;;;\n;Email;Firm;\n;jo@example.com;A;\n",
            Shape("utf-8", ";", "", 3), ["Email", "Firm"], ["jo@example.com", "A", ""],
        ),
        (
            'Email, Firm\njo@example.com, "A, B"\n',
            Shape("utf-8", ",", "", 1), ["Email", "Firm"], ["jo@example.com", "A, B"],
        ),
        (
            "'Email','Firm'\n'jo@example.com','A, B'\n",
            Shape("utf-8", ",", "", 1), ["Email", "Firm"], ["jo@example.com", "A, B"],
        ),
        (
            '"Email,Firm"\n"jo@example.com,""A, B"""\n',
            Shape("utf-8", ",", "", 1), ["Email", "Firm"], ["jo@example.com", "A, B"],
        ),
        (
            "email,,first name,\njo@example.com,7,Jo,x\n",
            Shape("utf-8", ",", "", 1), ["email", "", "first name", ""], ["jo@example.com", "7", "Jo", "x"],
        ),
        (
            "メール,名\njo@example.com,花子\n".encode("utf-16-le"),
            Shape("utf-16-le", ",", "", 1), ["メール", "名"], ["jo@example.com", "花子"],
        ),
    ],
)  # fmt: skip
def test_a_text_file_is_read_as_it_was_meant(
    tmp_path: Path, content: str | bytes, shape: Shape, header: list[str], first: list[str]
) -> None:
    found, rows = of(tmp_path, content)
    assert (found.shape, found.header, rows[0].cells, found.questions) == (shape, header, first, [])


def test_the_first_lines_are_kept_for_choosing_another_header(tmp_path: Path) -> None:
    found, _ = of(tmp_path, "Title\n\nName,Email\nOur names,\nJo,jo@example.com\n")
    assert found.top == [(1, "Title"), (3, "Name · Email"), (4, "Our names · "), (5, "Jo · jo@example.com")]
    assert of(tmp_path, "Title\n\nName,Email\nOur names,\nJo,jo@example.com\n", Shape(header_line=4))[0].count == 1


def test_hidden_rows_of_a_workbook_are_counted_and_marked(tmp_path: Path) -> None:
    rows = [["Email"], ["jo@example.com"], ["bo@example.com"]]
    path = write_pages(tmp_path / "a.xlsx", [Page("L", rows, hidden_rows=[2])])
    found = survey(path, Shape())
    assert (found.count, [one.line for one in found.sample]) == (2, [3])
    assert [one.problem for one in file_records(path, found.shape)] == ["", "hidden_row", ""]
    with pytest.raises(UnreadableFileError, match="All rows below the header are hidden"):
        survey(write_pages(tmp_path / "b.xlsx", [Page("L", rows, hidden_rows=[2, 3])]), Shape())


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("MOST_ROWS", 3, "more than 3 rows"),
        ("CELLS", 5, "more than 5 cells"),
        ("TEXT_CHARACTERS", 20, "more than 20 characters in its cells"),
        ("ROW_CHARACTERS", 25, "a row has more than 25 characters"),
    ],
)
def test_a_file_beyond_a_limit_is_refused_with_that_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, words: str
) -> None:
    monkeypatch.setattr(limits, limit, value)
    with pytest.raises(UnreadableFileError, match=words):
        of(tmp_path, "Email,Name\n" + 'jo@example.com,"Jo\nJo Jo Jo Jo"\n' * 5)


@pytest.mark.parametrize(
    ("content", "encoding", "words"),
    [
        ("Prénom,Email\nJosé,jo@example.com\n".encode("cp1252"), "utf-8", "Line 1: the characters cannot be read in"),
        ("Name,Email\nJosé,jo@example.com\n".encode("cp1252"), "utf-8", "The characters cannot be read in this"),
        (b"Name,Email\nJo,jo@example.com\n", "utf-16", "The file cannot be read as UTF-16. Choose another"),
        ("Name,Email\nJo,jo@example.com\n".encode("utf-16"), "utf-8", "The file cannot be read as UTF-8"),
        ("Name,Email\nJo,jo@example.com\n".encode("cp037"), "", "This is EBCDIC text"),
        ("Name,Email\nJo,jo@example.com\n".encode("cp037"), "cp1252", "This is EBCDIC text"),
        (bytes(range(32)) * 50, "cp1252", "This is not a text table"),
        ("Just one line of text\n", "", "No e-mail address was found"),
        ("Email\n", "", "There is a header but no lead below it"),
    ],
)
def test_a_wrong_encoding_or_no_address_is_named_as_the_cause(
    tmp_path: Path, content: str | bytes, encoding: str, words: str
) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        of(tmp_path, content, Shape(encoding))


def test_a_workbook_keeps_a_column_without_a_name_and_says_if_it_has_no_address(tmp_path: Path) -> None:
    rows = [["Email"], ["jo@example.com", "7"]]
    assert survey(write_pages(tmp_path / "a.xlsx", [Page("L", rows)]), Shape()).header == ["Email", ""]
    with pytest.raises(UnreadableFileError, match="No e-mail address was found"):
        survey(write_pages(tmp_path / "b.xlsx", [Page("L", [["Read this first"]])]), Shape())


def test_a_date_that_excel_may_show_otherwise_is_said_once(tmp_path: Path) -> None:
    rows = [["Email", "Since"], *(["jo@example.com", Cell("46086", style=1)] for _ in range(2))]
    path = write_pages(tmp_path / "leads.xlsx", [Page("L", rows)], Options(formats=["[$-40C]d mmm yyyy"]))
    assert survey(path, Shape()).remarks == ["Excel may show some dates otherwise than they are read: “5 mars 2026”."]
    path = write_pages(tmp_path / "leads.xlsx", [Page("L", rows)], Options(formats=["[$-40C]d mmmm yyyy"]))
    assert survey(path, Shape()).remarks == []
