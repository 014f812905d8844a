"""How the cells of a text file are separated and quoted."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.reading.dialect import dialect_of
from leads.importing.reading.text import Dialect


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(delimiter: str) -> None:
    lines = [["Email", "Name", "News"], ["a@example.com", "Ada", "won, then lost; later | again"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines * 3)
    assert dialect_of(text) == Dialect(delimiter)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Email;Full name (last, first)\na@example.com;Lee, Ann\nb@example.com;Ray, Bo\n", ";"),
        ("Full name (last, first);Email\nLee, Ann;a@example.com\nRay, Bo;b@example.com\n", ";"),
        ("Email,Tags\na@example.com,x;y;z\nb@example.com,x;y;z\n", ","),
        ("Name;Price\nA, B and C;1,50\nD;2,75\n", ";"),
        ("Company | Team\tEmail\nNorth | A\ta@example.com\n", "\t"),
        ("Our list, of 2026\n\nEmail;Name\na@example.com;Lee, Ann\n", ";"),
        ("Email\na@example.com\nb@example.com\n", ","),
        ("sep=|\nEmail|News\na@example.com|x, y\n", "|"),
        ("sep=^\nEmail^News\na@example.com^x, y\n", "^"),
        ("sep=,\nEmail;Name\na@example.com;Ann\nb@example.com;Bo\n", ";"),
        ("sep=;\nEmail\na@example.com\nb@example.com\n", ";"),
    ],
)
def test_the_delimiter_that_yields_an_address_column_wins(text: str, delimiter: str) -> None:
    assert dialect_of(text).delimiter == delimiter


@pytest.mark.parametrize("delimiter", ["^", "~", "¦", "¬", "§"])
@pytest.mark.parametrize("columns", [["Email", "First, last name", "City"], ["City", "Email"]])
def test_a_rare_delimiter_is_found_where_no_usual_one_yields_addresses(delimiter: str, columns: list[str]) -> None:
    rows = [["a@example.com", "Lee, Ann", "Rome"], ["b@example.com", "Ray, Bo", "Oslo"]]
    places = [["Email", "First, last name", "City"].index(column) for column in columns]
    text = "\n".join(delimiter.join(line) for line in [columns, *([row[place] for place in places] for row in rows)])
    assert dialect_of(text) == Dialect(delimiter)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Email,Note^Tag\na@example.com,x^y\nb@example.com,x^y\n", ","),
        ("Email\na@example.com\nb@example.com\n", ","),
        ("Name^Price\nA^1\n", ","),
    ],
)
def test_a_rare_delimiter_is_not_taken_elsewhere(text: str, delimiter: str) -> None:
    assert dialect_of(text).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ('email, name\na@example.com, "Ann"\nb@example.com, "North, Ltd"\n', Dialect(spaced=True)),
        ("'Email';'Name'\n'a@example.com';'Lee; Ann'\n'b@example.com';'O''Neil'\n", Dialect(";", quote="'")),
        ("Email,Name\n'a@example.com',\"Ann\"\n'b@example.com',\"Bo\"\n", Dialect()),
        ("Email,Name\n'a@example.com',Ann\nb@example.com,Bo\n", Dialect()),
        ("Email,Name\na@example.com,''\n", Dialect()),
        ("Email,Name\n'a@example.com',''\n", Dialect(quote="'")),
        ('"Email,Name"\n"a@example.com,""Lee, Ann"""\n"b@example.com,Bo"\n', Dialect(wrapped=True)),
        ('Email;Name\n"a@example.com;Ann"\n"b@example.com;Bo"\n', Dialect(";", wrapped=True)),
    ],
)
def test_the_way_of_quoting_is_found(text: str, dialect: Dialect) -> None:
    assert dialect_of(text) == dialect


def is_plain(name: str) -> bool:
    """Tell whether it is a name that no program trims, and that nobody could take for one in single quotes."""
    return name.strip() == name and not (len(name) > 2 and name[0] == name[-1] == "'")


NAMES = st.text("abcdefghij ,;|'\"", min_size=1, max_size=12).filter(is_plain)


@given(
    st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.integers(0, 3),
)
def test_a_file_that_a_program_wrote_is_split_as_it_was_written(
    rows: list[tuple[str, str]], delimiter: str, quoting: int, notes: int
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, quoting=quoting)
    writer.writerows([["Our list"]] * notes)
    writer.writerow(["Email", "First name", "Company"])
    writer.writerows([f"p{place}@example.com", *names] for place, names in enumerate(rows))
    found = dialect_of(written.getvalue())
    assert (found.delimiter, found.quote, found.wrapped) == (delimiter, '"', False)
