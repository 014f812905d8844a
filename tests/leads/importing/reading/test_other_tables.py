"""A second table in a file: its rows are left out and said, and no line of column names becomes a lead."""

import pytest

from leads.importing.reading.header import table_records
from leads.importing.reading.shape import OTHER_TABLE, Record

PEOPLE = [["Email", "First", "Last"], ["a@example.com", "Ann", "North"]]


def read(*rows: list[str]) -> tuple[list[int], list[str]]:
    """The lines of other tables, and the remarks."""
    remarks: list[str] = []
    records = [Record(line, cells) for line, cells in enumerate(rows, start=1)]
    found = list(table_records(iter(records), 0, is_workbook=False, remarks=remarks))
    return [one.line for one in found if one.problem == OTHER_TABLE], remarks


def test_a_second_table_is_left_out_and_named_with_its_line() -> None:
    lines, remarks = read(*PEOPLE, ["Last", "Email", "First"], ["South", "b@example.com", "Bo"])
    assert lines == [3, 4]
    assert remarks == [
        "A second table begins on line 3 (Last, Email, First). Its lines are left out; to load them, upload the file "
        "again with line 3 as the line of the column names (--header-line 3)."
    ]


def test_the_same_columns_in_another_order_are_another_table() -> None:
    assert read(*PEOPLE, ["Email", "Last", "First"], ["b@example.com", "South", "Bo"])[0] == [3, 4]


def test_the_column_names_once_more_are_left_out_and_the_people_below_them_are_read() -> None:
    assert read(*PEOPLE, PEOPLE[0], ["b@example.com", "Bo", "South"]) == ([3], [])


def test_the_first_table_goes_on_below_its_own_column_names() -> None:
    rows = [["Name", "Work e-mail", "Phone"], ["Bo", "b@example.com", "555 010"], PEOPLE[0], ["c@example.com"]]
    assert read(*PEOPLE, *rows)[0] == [3, 4, 5]


@pytest.mark.parametrize("names", [["Email", "Unsubscribed on"], ["E-mail", "Bounce reason", ""]])
def test_a_table_of_people_who_left_is_another_one(names: list[str]) -> None:
    assert read(*PEOPLE, names, ["b@example.com", "2024-01-01"])[0] == [3, 4]


@pytest.mark.parametrize(
    "row",
    [
        ["", "Email", "Unsubscribed"],
        ["email", "Bo", "South"],
        ["no email", "Cy", "West"],
        ["", "Di", "E-Mail Company"],
        ["b@example.com", "First"],
    ],
)
def test_a_person_without_an_address_is_no_column_name(row: list[str]) -> None:
    assert read(*PEOPLE, row, ["c@example.com", "Cy", "West"]) == ([], [])


def test_a_first_table_with_fewer_columns_than_the_second_is_the_one_that_is_read() -> None:
    rows = [
        ["Name", "E-Mail"],
        ["Ann", "a@example.com"],
        ["Name", "Work e-mail", "Phone"],
        ["Bo", "b@example.com", "5"],
    ]
    assert read(*rows)[0] == [3, 4]
