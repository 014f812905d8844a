"""Finding the header among notes, titles and blank lines, and the columns of the table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.errors import UnreadableFileError
from leads.importing.reading.header import header_place, table_records
from leads.importing.reading.shape import BAD_ENCODING, Question, Record


def numbered(*rows: list[str]) -> list[Record]:
    return [Record(line, cells) for line, cells in enumerate(rows, start=1)]


PEOPLE = [["Ann", "a@example.com", "North"], ["Bo", "b@example.com", "South"]]


@pytest.mark.parametrize(
    ("above", "header"),
    [
        ([], ["First", "Email", "Company"]),
        ([["Notes:"], ["When exporting, some of the email addresses may be missing."]], ["First", "Email", "Company"]),
        ([["Our e-mail list"]], ["Vorname", "E-Mail-Adresse", "Firma"]),
        ([["Report", "2026"], ["", "People", ""]], ["Name", "Contact", "Company"]),
        ([["Ask", "Ann before sending"]], ["名", "メールアドレス", "会社名"]),
        ([["Questions? Write to ann@example.com"]], ["Name", "Kontakt", "Firma"]),
        ([["Name:", "Spring list"], ["Owner:", "olive@example.com"]], ["First", "Email", "Company"]),
        ([["Owner", "olive@example.com", "Sales"], ["Date", "2 May", ""]], ["Name", "E-Mail", "Firma"]),
        ([["olive@example.com"]], ["First", "Email", "Company"]),
        (
            [["Exported by", "sales@example.com"], ["Report owner", "olive@example.com"], ["Date", "2 May"]],
            ["First", "Email", "Company"],
        ),
        ([["a@example.com", "b@example.com", "c@example.com"]], ["First", "Email", "Company"]),
        ([["", "Our e-mail list"], ["Owner", "olive@example.com"]], ["First", "Email", "Company"]),
    ],
)
def test_the_header_is_found_below_notes_and_titles(above: list[list[str]], header: list[str]) -> None:
    assert header_place(numbered(*above, header, *PEOPLE)) == len(above)


def test_first_people_without_an_address_are_not_taken_for_the_header() -> None:
    rows = [
        ["Name", "Email", "Firm"],
        ["Ann", "", "North"],
        ["Bo", "unknown", "South"],
        *PEOPLE,
    ]
    assert header_place(numbered(*rows)) == 0


def test_a_table_of_one_column_below_a_title_has_the_name_nearest_to_the_addresses() -> None:
    assert header_place(numbered(["Leads of May"], ["Kontakt"], ["a@example.com"], ["b@example.com"])) == 1


def test_without_a_line_above_the_first_address_there_is_no_header() -> None:
    assert header_place(numbered(*PEOPLE)) is None
    with pytest.raises(UnreadableFileError, match="Line 1: the first line has an e-mail address"):
        next(table_records(iter(numbered(*PEOPLE)), 0, is_workbook=False))


def test_below_an_address_a_header_that_does_not_name_e_mail_is_asked_for() -> None:
    asked: list[Question] = []
    rows = numbered(["Owner", "olive@example.com"], ["Sent", "2 May"], ["Who", "Where to", "Firm"], *PEOPLE)
    header = next(table_records(iter(rows), 0, is_workbook=False, questions=asked))
    assert header == Record(3, ["Who", "Where to", "Firm"])
    assert [(one.what, one.choices, one.previews) for one in asked] == [
        ("header_line", ["3", "2"], ["Who · Where to · Firm", "Sent · 2 May"])
    ]


def test_a_line_without_an_address_among_people_is_not_offered_as_the_header() -> None:
    with pytest.raises(UnreadableFileError, match="Line 1: the first line has an e-mail address"):
        next(table_records(iter(numbered(*PEOPLE, ["Cy", "", "East"], *PEOPLE)), 0, is_workbook=False, questions=[]))


def test_column_names_in_another_encoding_are_refused_as_such() -> None:
    damaged = Record(2, ["Pr\ufffdnom", "Email", "Firm"], BAD_ENCODING)
    rows = [Record(1, ["List", "of May"]), damaged, *[one._replace(line=one.line + 2) for one in numbered(*PEOPLE)]]
    with pytest.raises(UnreadableFileError, match="Line 2: the characters cannot be read in this encoding"):
        next(table_records(iter(rows), 0, is_workbook=False))


def test_without_any_address_the_line_that_names_one_is_the_header() -> None:
    assert header_place(numbered(["Title"], ["Name", "Email"], ["Ann", ""])) == 1
    assert header_place(numbered(["Name", "City"], ["Ann", "Austin"])) == 0


def test_blank_columns_beside_the_table_are_left_out() -> None:
    rows = numbered(["", "", "Email", "Name ", ""], ["", "", "a@example.com", "Ann", ""])
    assert [one.cells for one in table_records(iter(rows), 0, is_workbook=False)] == [
        ["Email", "Name"],
        ["a@example.com", "Ann", ""],
    ]


def test_a_column_without_a_name_but_with_cells_is_kept() -> None:
    rows = numbered(["", "Email"], ["7", "a@example.com", "call first"])
    found = list(table_records(iter(rows), 0, is_workbook=False))
    assert [one.cells for one in found] == [["", "Email"], ["7", "a@example.com", "call first"]]
    assert next(table_records(iter(rows), 0, is_workbook=True)).cells == ["", "Email", ""]


def test_a_cell_left_of_the_table_far_down_is_reported_on_its_row() -> None:
    rows = numbered(["", "Email"], *[["", f"p{place}@example.com"] for place in range(300)], ["x", "late@example.com"])
    *_, last = table_records(iter(rows), 0, is_workbook=False)
    assert (last.line, last.problem, last.detail[:22]) == (302, "bad_shape", "a cell to the left of ")


@pytest.mark.parametrize("line", [2, 290, 450])
def test_the_header_can_be_moved_to_any_line(line: int) -> None:
    rows = numbered(*[[f"n{place}", f"p{place}@example.com"] for place in range(1, 500)])
    found = list(table_records(iter(rows), line, is_workbook=False))
    assert (found[0].line, found[0].cells[0], found[1].line, len(found)) == (line, f"n{line}", line + 1, 500 - line)


def test_a_line_that_is_no_record_cannot_be_the_header() -> None:
    rows = [Record(1, ["Email"]), Record(4, ["a@example.com"])]
    with pytest.raises(UnreadableFileError, match="Line 3: this line is blank or inside a quoted cell"):
        next(table_records(iter(rows), 3, is_workbook=False))


@given(
    st.lists(st.sampled_from([["Title"], ["", "note"], ["a", "b"], ["Exported on 2026-11-27"]]), max_size=8),
    st.integers(0, 3),
    st.integers(1, 30),
)
def test_any_number_of_notes_above_and_blank_columns_beside_leave_the_table_whole(
    notes: list[list[str]], margin: int, people: int
) -> None:
    beside = [""] * margin
    table = [["Email", "First name", "Company"], *[[f"p{place}@example.com", "Ann", "N"] for place in range(people)]]
    rows = numbered(*notes, *[[*beside, *cells, ""] for cells in table])
    found = list(table_records(iter(rows), 0, is_workbook=False))
    assert found[0] == Record(len(notes) + 1, table[0])
    assert [one.cells[:3] for one in found[1:]] == table[1:]


@pytest.mark.parametrize("name", ["Email", "Kontakt"])
def test_a_list_of_one_column_below_a_lone_address_is_read_or_asked_about(name: str) -> None:
    rows = numbered(["olive@example.com"], [name], ["a@example.com"], ["b@example.com"])
    questions: list[Question] = []
    assert next(table_records(iter(rows), 0, is_workbook=False, questions=questions)).line == 2
    assert [one.choices for one in questions] == ([] if name == "Email" else [["2"]])


def test_a_line_of_a_list_without_a_header_is_not_offered_as_one() -> None:
    rows = numbered(["a@example.com"], ["b@example.com"], ["Ann"], ["c@example.com"])
    with pytest.raises(UnreadableFileError, match="Line 1: the first line has an e-mail address"):
        next(table_records(iter(rows), 0, is_workbook=False, questions=[]))


def test_in_a_workbook_a_note_beside_the_table_is_no_column_of_it() -> None:
    rows = [["Email", "Name"], ["a@example.com", "Ann", "x"], ["b@example.com", "Bo", "", "", "call back"]]
    header, *_ = table_records(iter(numbered(*rows)), 0, is_workbook=True)
    assert header.cells == ["Email", "Name", ""]


def test_a_row_of_a_workbook_that_ends_early_is_not_short() -> None:
    rows = numbered(["Email", "Name", "Firm"], ["a@example.com", "Ann", "North"], ["b@example.com"])
    assert [one.cells for one in table_records(iter(rows), 0, is_workbook=True)][2] == ["b@example.com", "", ""]
    assert [one.cells for one in table_records(iter(rows), 0, is_workbook=False)][2] == ["b@example.com"]


def test_a_header_line_behind_the_end_is_refused_with_the_last_line() -> None:
    rows = numbered(["Email", "Name"], ["a@example.com", "Ann"])
    with pytest.raises(UnreadableFileError, match="The last line that is not blank is line 2, so there are no column"):
        next(table_records(iter(rows), 40, is_workbook=False))
