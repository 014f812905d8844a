"""Reading the records of a text file: the line each begins on, and errors that make a file unreadable."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.shape import Record
from leads.importing.reading.text import Dialect, named_delimiter, text_records

COMMA = Dialect(",")


def read(tmp_path: Path, content: bytes | str, dialect: Dialect = COMMA, encoding: str = "utf-8") -> list[Record]:
    path = tmp_path / "leads.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(text_records(path, encoding, dialect))


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    found = read(tmp_path, 'a,b\r\n"x\r\ny",1\r\n\r\nz,2\r\n')
    assert [(record.line, record.cells) for record in found] == [
        (1, ["a", "b"]),
        (2, ["x\r\ny", "1"]),
        (5, ["z", "2"]),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_line_ending_is_read(tmp_path: Path, ending: str) -> None:
    assert [record.line for record in read(tmp_path, f"a,b{ending}1,2{ending}3,4")] == [1, 2, 3]


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\r\n\x1a\r\n", "\r\n" + "\x1a" * 100])
def test_a_mark_of_dos_at_the_end_of_a_file_is_no_line(tmp_path: Path, end: str) -> None:
    assert [record.cells for record in read(tmp_path, "a,b\r\n1,2" + end)] == [["a", "b"], ["1", "2"]]


def test_blank_lines_between_doubled_line_ends_still_count(tmp_path: Path) -> None:
    found = read(tmp_path, 'a,b\r\r\n"x\r\r\ny",1\r\r\n\r\r\nz,2\r\r\n')
    assert [(record.line, record.cells) for record in found] == [
        (1, ["a", "b"]),
        (2, ["x\r\ny", "1"]),
        (5, ["z", "2"]),
    ]


def test_lines_of_spaces_and_delimiters_only_are_blank(tmp_path: Path) -> None:
    found = read(tmp_path, 'a,b\n\n  \n,\n , \u00a0\n""," "\n1,2\n')
    assert [(record.line, record.cells) for record in found] == [(1, ["a", "b"]), (7, ["1", "2"])]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('a,b\n1,2\n3,"four\n5,6\n', 3),
        ('a,b\n1,"two\n"3",4\n5,6\n', 2),
        ('a,b\n"1"x,2\n3,"four', 3),
        ('a,b\n1,"' + "x\n" * 300 + '",2\n', 2),
        ('a,b\n1,"' + ("y" * 1000 + "\n") * 100, 2),
    ],
)
def test_an_unclosed_quote_is_reported_with_the_line_it_opens_on(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(UnreadableFileError, match="never closed") as caught:
        read(tmp_path, content)
    assert caught.value.line == line


def test_a_stray_quote_within_one_line_affects_only_that_record(tmp_path: Path) -> None:
    found = read(tmp_path, 'a,b\n"Ada "Countess" L",2\n3,4\n')
    assert [(record.line, record.problem) for record in found] == [(1, ""), (2, "bad_shape"), (3, "")]
    assert found[2].cells == ["3", "4"]


@pytest.mark.parametrize(
    ("swallowing", "cells", "lines"),
    [
        (
            'ann@example.com,"Ann\nbob@example.com,Bob\ncat@example.com,Cat"\n',
            ["ann@example.com", "Ann\nbob@example.com,Bob\ncat@example.com,Cat"],
            "lines 3 to 4, which look like rows of their own",
        ),
        (
            '"Ann,ann@example.com\nBob",bob@example.com\n',
            ["Ann,ann@example.com\nBob", "bob@example.com"],
            "line 3, which looks like a row of its own",
        ),
        (
            'ann@example.com,"Ann,Rome\nbob@example.com,Bob,Oslo"\n',
            ["ann@example.com", "Ann,Rome\nbob@example.com,Bob,Oslo"],
            "line 3, which looks like a row of its own",
        ),
        (
            '"North, Ltd",ann@example.com,"Ann\nEast,bob@example.com,Bob"\n',
            ["North, Ltd", "ann@example.com", "Ann\nEast,bob@example.com,Bob"],
            "line 3, which looks like a row of its own",
        ),
    ],
)
def test_a_cell_that_took_in_whole_rows_is_refused_with_their_lines(
    tmp_path: Path, swallowing: str, cells: list[str], lines: str
) -> None:
    found = read(tmp_path, f"a,b\n{swallowing}dan@example.com,Dan\n")
    detail = f"a quote opens on line 2 and takes in {lines}: remove or close that quote"
    assert found[1] == Record(2, cells, "bad_shape", detail)
    assert found[2][1:] == (["dan@example.com", "Dan"], "", "")


def test_column_names_that_took_in_rows_are_refused(tmp_path: Path) -> None:
    found = read(tmp_path, 'Email,"Name\nann@example.com,Ann\nbob@example.com,Bob"\n')
    assert [(one.line, one.problem, one.detail[:53]) for one in found] == [
        (1, "bad_shape", "a quote opens on line 1 and takes in lines 2 to 3, wh")
    ]


@pytest.mark.parametrize(
    "note",
    [
        "Wrote to\nbob@example.com, see there",
        "Ask Bob,\nbob@example.com",
        "Cc:\nbob@example.com, cat@example.com, dan@example.com",
        "Team, with addresses:\nBob, bob@example.com, Oslo",
    ],
)
def test_a_note_of_several_lines_with_an_address_is_a_cell(tmp_path: Path, note: str) -> None:
    found = read(tmp_path, f'a,b,c\nann@example.com,Ann,"{note}"\n')
    assert found[1] == Record(2, ["ann@example.com", "Ann", note])


def test_a_quote_inside_an_unquoted_cell_is_a_normal_character(tmp_path: Path) -> None:
    assert read(tmp_path, 'a,b\n5" pipe,2\n')[1].cells == ['5" pipe', "2"]


def test_a_nul_byte_is_reported_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Line 3: it contains a NUL byte"):
        read(tmp_path, "a,b\n1,2\n3,\0\n")


def test_a_cell_of_a_megabyte_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Line 2: a cell has more than 64,000 characters"):
        read(tmp_path, "a,b\n" + "x" * 1_000_000 + ",2\n")


def test_damaged_bytes_are_reported_on_their_own_record_only(tmp_path: Path) -> None:
    found = read(tmp_path, b"a,b\nM\xfcller,1\nM\xc3\xbcller,2\n")
    assert [(record.cells[0], record.problem) for record in found[1:]] == [
        ("M\ufffdller", "bad_encoding"),
        ("Müller", ""),
    ]


def test_a_wrong_wide_encoding_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be read in this encoding"):
        read(tmp_path, "a,b\n".encode("utf-16-le") + b"\x00\xd8x\x00", encoding="utf-16-le")


def test_a_byte_that_the_encoding_lacks_is_reported_on_its_record(tmp_path: Path) -> None:
    found = read(tmp_path, b"a,b\n1,\x81\n2,\xe4\n", encoding="cp1252")
    assert [(one.cells, one.problem) for one in found[1:]] == [(["1", "\ufffd"], "bad_encoding"), (["2", "ä"], "")]


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=20
)


# A row without a visible cell is blank.
ROWS = st.lists(CELLS, min_size=2, max_size=4).filter(lambda cells: "".join(cells).strip())


@given(st.lists(ROWS, min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_correctly_quoted_cells_are_read_unchanged(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("records") / "leads.csv"
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path.write_bytes("\n".join(quoted).encode())
    assert [one.cells for one in text_records(path, "utf-8", Dialect(delimiter))] == rows


@pytest.mark.parametrize(
    ("line", "dialect", "cells"),
    [
        ('1, "North, Ltd"', Dialect(spaced=True), ["1", "North, Ltd"]),
        ('"1" ,"North, Ltd"  ', Dialect(), ["1", "North, Ltd"]),
        ("'1','O''Neil, Ann'", Dialect(quote="'"), ["1", "O'Neil, Ann"]),
        ('"1","Ada \\"Countess\\" L"', Dialect(), ["1", 'Ada "Countess" L']),
        ('"1,""North, Ltd"""', Dialect(wrapped=True), ["1", "North, Ltd"]),
        ('"1,x",,', Dialect(wrapped=True), ["1", "x"]),
        ("1,x", Dialect(wrapped=True), ["1", "x"]),
    ],
)
def test_every_way_of_quoting_yields_the_cells(tmp_path: Path, line: str, dialect: Dialect, cells: list[str]) -> None:
    assert [(one.cells, one.problem) for one in read(tmp_path, f"{line}\n", dialect)] == [(cells, "")]


@pytest.mark.parametrize(
    ("line", "named"),
    [("sep=;\r\n", ";"), ('"SEP=|"', "|"), ("\ufeffsep=\t", "\t"), ("sep=\\t", "\t"), ("sep=", ""), ("sepia", None)],
)
def test_a_sep_line_names_its_delimiter(line: str, named: str | None) -> None:
    assert named_delimiter(line) == named


def test_a_line_without_an_end_is_refused_before_it_is_held(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Line 2: a row has more than 2,000,000 characters"):
        read(tmp_path, "a\n" + "," * 3_000_000)


def test_too_many_columns_and_lines_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFileError, match="Line 2: a row has more than 500 columns"):
        read(tmp_path, "a\n" + ",".join("x" * 501))
    monkeypatch.setattr(limits, "LINES", 50)
    with pytest.raises(UnreadableFileError, match="more than 50 lines"):
        read(tmp_path, "a,b\n" + "\n" * 60)


def test_a_file_that_was_encoded_twice_is_read_once_more(tmp_path: Path) -> None:
    content = "N,F\nKÃ¤the,Itâ€™s Zoë\n"
    assert read(tmp_path, content, encoding="utf-8-twice")[1].cells == ["Käthe", "It’s Zoë"]
