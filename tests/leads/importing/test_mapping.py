"""Column mapping: checks, and pairs of the command line."""

import pytest

from leads.importing.errors import MappingError
from leads.importing.mapping import IGNORE, check_mapping, header_key, label_of_target, parse_pairs


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"A": "first_name"}, "No column is the e-mail address"),
        ({"A": "email", "B": "email"}, "“A”, “B” are all mapped to E-mail address"),
        ({"A": "email", "Z": "phone"}, "no column “Z”"),
        ({"A": "email", "B": "nickname"}, "cannot become “nickname”"),
        ({"A": "email", "B": "custom:First Name"}, "cannot be the name of a variable"),
        ({"A": "email", "B": "custom:firstName"}, "reserved by Instantly"),
        ({"A": "email", "B": "custom:x", "C": "custom:x"}, "all mapped to x"),
    ],
)
def test_an_invalid_mapping_is_refused(mapping: dict[str, str], words: str) -> None:
    with pytest.raises(MappingError, match=words):
        check_mapping(mapping, ["A", "B", "C"])


def test_a_pair_overrides_the_guess_for_its_field() -> None:
    chosen = parse_pairs(["B=email"], ["A", "B"], {"A": "email", "B": "custom:b"})
    assert chosen == {"A": IGNORE, "B": "email"}


def test_a_pair_may_name_a_column_with_an_equals_sign() -> None:
    assert parse_pairs(["a=b=phone"], ["E", "a=b"], {"E": "email", "a=b": IGNORE})["a=b"] == "phone"


@pytest.mark.parametrize("pair", ["email", "=email", "A="])
def test_a_pair_without_both_sides_is_refused(pair: str) -> None:
    with pytest.raises(MappingError, match="Column=field"):
        parse_pairs([pair], ["A"], {"A": "email"})


def test_a_header_is_identified_by_its_names_in_order() -> None:
    assert header_key(["a", "b"]) == header_key(["a", "b"]) != header_key(["b", "a"])


def test_several_columns_may_mark_people() -> None:
    mapping = {"A": "email", "B": "unsubscribed", "C": "unsubscribed"}
    assert check_mapping(mapping, ["A", "B", "C"]) == mapping


def test_a_pair_for_a_mark_leaves_another_column_with_the_same_mark_alone() -> None:
    chosen = parse_pairs(["C=status"], ["A", "B", "C"], {"A": "email", "B": "status", "C": ""})
    assert chosen == {"A": "email", "B": "status", "C": "status"}


def test_what_no_pair_decides_stays_undecided() -> None:
    assert parse_pairs(["A=email"], ["A", "B"], {"A": "custom:a", "B": ""}) == {"A": "email", "B": ""}


@pytest.mark.parametrize(
    ("target", "label"),
    [
        ("custom:hook", "variable {{hook}}"),
        ("email", "E-mail address"),
        ("consent", "leave out lines that say no"),
        ("ignore", "not used"),
    ],
)
def test_a_target_has_a_label(target: str, label: str) -> None:
    assert label_of_target(target) == label
