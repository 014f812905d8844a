"""Column mapping: guesses, checks and variable names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.errors import MappingError
from leads.importing.mapping import (
    FIELDS,
    IGNORE,
    check_mapping,
    guess_mapping,
    header_key,
    parse_pairs,
    variable_name,
)


def test_headers_in_several_languages_are_recognised() -> None:
    header = ["E-Mail-Adresse", "Vorname", "Nachname", "Firma", "Job Title", "Phone Number", "Web site"]
    assert list(guess_mapping(header).values()) == [
        "email", "first_name", "last_name", "company_name", "job_title", "phone", "website",
    ]  # fmt: skip


def test_an_unknown_column_becomes_a_variable_of_its_name() -> None:
    assert guess_mapping(["Email", "Recent News (2026)", "!!!"]) == {
        "Email": "email",
        "Recent News (2026)": "custom:recentNews2026",
        "!!!": IGNORE,
    }


def test_a_second_column_for_a_field_becomes_a_variable() -> None:
    assert guess_mapping(["Email", "E-mail"]) == {"Email": "email", "E-mail": "custom:eMail2"}


def test_without_an_e_mail_column_name_the_column_of_addresses_is_used() -> None:
    assert guess_mapping(["Who", "Where"], [["Ada", "ada@example.com"]])["Where"] == "email"


def test_the_columns_of_the_failed_rows_file_are_ignored() -> None:
    guessed = guess_mapping(["Email", "reason", "reason_detail"])
    assert [guessed["reason"], guessed["reason_detail"]] == [IGNORE, IGNORE]


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("Recent News", "recentNews"),
        ("CEO", "ceo"),
        ("companyHQ", "companyHQ"),
        ("2nd line", "column2ndLine"),
        ("é", "e"),
    ],
)
def test_variable_names_are_camel_case(column: str, name: str) -> None:
    assert variable_name(column) == name


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


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=12, unique=True))
def test_for_any_header_a_guess_with_an_address_is_a_valid_mapping(names: list[str]) -> None:
    header = ["Email address", *[name for name in names if name != "Email address"]]
    guessed = guess_mapping(header)
    assert check_mapping(guessed, header) == guessed
    assert guessed["Email address"] == "email"
    standard = [field for field in guessed.values() if field in FIELDS]
    assert len(standard) == len(set(standard))
