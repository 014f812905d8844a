"""Every column has a name of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.header import distinct_names


@pytest.mark.parametrize(
    ("cells", "names", "repeated"),
    [
        (["Email", "Notes", "Notes"], ["Email", "Notes", "Notes 2"], {"Notes 2": "Notes"}),
        (["a", "a", "a"], ["a", "a 2", "a 3"], {"a 2": "a", "a 3": "a"}),
        (["a", "a", "a 2"], ["a", "a 3", "a 2"], {"a 3": "a"}),
        (["Email", "", ""], ["Email", "Column 2", "Column 3"], {}),
        (["Column 2", "", "Column 2"], ["Column 2", "Column 2 2", "Column 2 3"], {"Column 2 3": "Column 2"}),
        (["Notes", "notes"], ["Notes", "notes"], {}),
    ],
)
def test_a_repeated_or_empty_name_is_numbered(cells: list[str], names: list[str], repeated: dict[str, str]) -> None:
    assert distinct_names(cells) == (names, repeated)


@given(st.lists(st.sampled_from(["", "a", "a 2", "a 3", "Column 2", "Column 3", "b"]), max_size=12))
def test_no_two_columns_have_the_same_name_and_a_name_stays_with_its_first_column(cells: list[str]) -> None:
    names, repeated = distinct_names(cells)
    assert len(set(names)) == len(names) == len(cells)
    for place, (cell, name) in enumerate(zip(cells, names, strict=True)):
        if cell and cell not in cells[:place]:
            assert name == cell
        elif cell:
            assert repeated[name] == cell
