"""The filters in a URL are read safely, written back, and shown as chips."""

import pytest

from iexdg.ui.filters import Chip, Choice, chips_for, menu_of, number_in, query_of

VALUES = {"q": "a & b", "state": "", "campaign": 0, "member": None}


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("0", 0), ("", None), ("-1", None), ("٣", None), ("²", None), ("9" * 15, 10**15 - 1), ("9" * 16, None)],
)
def test_only_a_number_that_a_key_can_have_is_read(text: str, number: int | None) -> None:
    assert number_in(text) == number


def test_what_is_off_does_not_stand_in_the_address() -> None:
    assert query_of(VALUES) == "?q=a+%26+b&campaign=0"
    assert query_of(VALUES, without="q") == "?campaign=0"
    assert query_of({"state": "", "member": None}) == ""


def test_each_filter_that_is_on_has_a_chip_that_takes_it_off() -> None:
    labels = {"q": "“a & b”", "state": "never", "campaign": "campaign no. 0", "member": "never"}
    assert chips_for(VALUES, labels) == [Chip("“a & b”", "?campaign=0"), Chip("campaign no. 0", "?q=a+%26+b")]
    assert chips_for({"q": "x"}, labels) == [Chip("“a & b”", "")]


def test_a_menu_marks_what_is_chosen() -> None:
    assert menu_of([(1, "Ada"), (2, "Bo")], 2) == [Choice("1", "Ada", False), Choice("2", "Bo", True)]
    assert [choice.is_chosen for choice in menu_of([(1, "Ada")], None)] == [False]
