"""Cleaning one record: the fields of a lead, or the reason why it is skipped."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from leads.companies import company_key
from leads.importing.address import normal_address
from leads.importing.check import LIMITS, clean, plan_for
from leads.models import Reason, Row

HEADER = ["Email", "First", "News"]
PLAN = plan_for(HEADER, {"Email": "email", "First": "first_name", "News": "custom:recentNews"})


def test_a_good_record_is_trimmed_and_lower_cased() -> None:
    cleaned = clean(["  Ada@Example.COM ", " Ada \n Mary ", " opened a plant "], PLAN)
    assert (cleaned.email, cleaned.values, cleaned.variables, cleaned.reason) == (
        "ada@example.com",
        {"first_name": "Ada Mary"},
        {"recentNews": "opened a plant"},
        "",
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["", "Ada", ""], Reason.NO_EMAIL),
        (["ada", "Ada", ""], Reason.BAD_EMAIL),
        (["a..b@example.com", "", ""], Reason.BAD_EMAIL),
        (["ada@somewhere.test", "", ""], Reason.BAD_EMAIL),
        (["ada@localhost", "", ""], Reason.BAD_EMAIL),
        (["ada@example.com", "Ada", "", "more"], Reason.BAD_SHAPE),
        (["ada@example.com", "A" * 201, ""], Reason.CELL_TOO_LONG),
        (["ada@example.com", "", "x" * 10_001], Reason.CELL_TOO_LONG),
    ],
)
def test_an_unusable_record_has_a_reason(cells: list[str], reason: Reason) -> None:
    assert clean(cells, PLAN).reason == reason


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("%20ada@example.com", "“%20” in it is what a link made of another character: correct the address"),
        ("mailto:ada%3Clee@example.com", "“%3c” in it is what a link made of another character: correct the address"),
        ("=ada@example.com", "“=” begins or ends it, which no mailbox does: take it off"),
        ("#ada@example.com", "“#” begins or ends it, which no mailbox does: take it off"),
        ("Ada <*ada@example.com>", "“*” begins or ends it, which no mailbox does: take it off"),
        ("ada!@example.com", "“!” begins or ends it, which no mailbox does: take it off"),
    ],
)
def test_what_a_link_or_a_spreadsheet_left_of_an_address_is_refused(typed: str, why: str) -> None:
    cleaned = clean([typed, "Ada", ""], PLAN)
    assert (cleaned.email, cleaned.reason, cleaned.detail) == ("", Reason.BAD_EMAIL, why)


@pytest.mark.parametrize(
    "email",
    ["ada+news@example.com", "+15550100@example.com", "_ada@example.com", "o'neil@example.com", "a&b@example.com"],
)
def test_rare_characters_that_mailboxes_have_are_taken(email: str) -> None:
    assert (clean([email, "", ""], PLAN).email, clean([email, "", ""], PLAN).reason) == (email, "")


@pytest.mark.parametrize("local", ["ada", "o'neil"])
def test_a_domain_that_ends_with_one_letter_is_refused(local: str) -> None:
    cleaned = clean([f"{local}@{'example.c'}", "Ada", ""], PLAN)
    why = "The part after the @-sign ends with a single letter, as no domain does."
    assert (cleaned.email, cleaned.reason, cleaned.detail) == ("", Reason.BAD_EMAIL, why)


def test_two_swapped_letters_of_a_country_are_flagged() -> None:
    assert clean([f"ada@{'firm.example.ed'}", "", ""], PLAN).flags == ["typo:firm.example.de"]


PHONES = plan_for(["Email", "Phone"], {"Email": "email", "Phone": "phone"})


@pytest.mark.parametrize(
    ("cell", "loaded", "flags"),
    [
        ("4.91512E+11", "", ["phone:4.91512E+11"]),
        ("4.9 E+11", "", ["phone:4.9 E+11"]),
        ("491512345678.0", "", ["phone:491512345678.0"]),
        ("###########", "", ["phone:###########"]),
        ("=A1&B1", "", ["phone:=A1&B1"]),
        ("=+49-30-5550101", "", ["phone:=+49-30-5550101"]),
        ("=+49305550101", "+49305550101", []),
        ("'=+49 30 5550101", "+49 30 5550101", []),
        ("ask Ada", "ask Ada", ["phone:ask Ada"]),
        ("#N/A", "", []),
        (" ", "", []),
    ],
)
def test_a_phone_number_that_a_spreadsheet_changed_is_flagged_and_not_loaded(
    cell: str, loaded: str, flags: list[str]
) -> None:
    cleaned = clean(["ada@example.com", cell], PHONES)
    assert (cleaned.values.get("phone", ""), cleaned.flags) == (loaded, flags)


TWO_PHONES = plan_for(["Email", "Phone", "Mobile"], {"Email": "email", "Phone": "phone", "Mobile": "custom:mobile"})


@pytest.mark.parametrize("cell", ["491515551234.0", "4,91516E+11", "#####", "=A1&B1"])
def test_a_second_phone_number_is_treated_as_the_first(cell: str) -> None:
    cleaned = clean(["ada@example.com", "+49 30 5550101", cell], TWO_PHONES)
    assert (cleaned.variables, cleaned.flags) == ({}, [f"phone:{cell}"])
    assert clean(["ada@example.com", "", "+49 151 5550101"], TWO_PHONES).variables == {"mobile": "+49 151 5550101"}


def test_what_a_spreadsheet_hid_behind_hashes_is_empty_and_flagged() -> None:
    cleaned = clean(["ada@example.com", "#####", " ######## "], PLAN)
    assert (cleaned.values, cleaned.variables) == ({}, {})
    assert cleaned.flags == ["name:first_name", "value:recentNews"]
    assert clean(["ada@example.com", "#N/A", "#HODNOTA!"], PLAN).flags == []


def test_empty_cells_beyond_the_header_are_ignored() -> None:
    assert clean(["ada@example.com", "Ada", "", "", " "], PLAN).reason == ""


def test_a_role_address_is_flagged_and_not_skipped() -> None:
    cleaned = clean(["info@example.com", "", ""], PLAN)
    assert (cleaned.flags, cleaned.reason) == (["role"], "")


def test_a_domain_with_umlauts_becomes_ascii() -> None:
    assert normal_address("ada@exämple.com") == ("ada@xn--exmple-cua.com", "")


def test_a_row_that_is_shorter_than_the_header_is_filled_with_blanks() -> None:
    cleaned = clean(["ada@example.com", "Ada"], PLAN)
    assert (cleaned.email, cleaned.values, cleaned.variables, cleaned.reason) == (
        "ada@example.com",
        {"first_name": "Ada"},
        {},
        "",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "<ada@example.com>",
        "mailto:ada@example.com",
        "MailTo:ada@example.com?subject=Hi",
        "\u00a0ada@example.com\ufeff",
        "a\u200bda@exam\u00adple.com",
        "Ada Lovelace <Ada@example.com>",
        '"Lovelace, Ada" <ada@example.com>',
        '"ada@example.com" <ada@example.com>',
        "Ada <mailto:ada@example.com>",
        "'ada@example.com'",
        "ada@example.com;",
        "ada@example.com,",
        "ada@example.com; ada@example.com",
        "[ada@example.com](mailto:ada@example.com)",
        "[Ada](mailto:Ada@example.com)",
        "ada@example.com#mailto:ada@example.com#",
        "ada@example.com#http://ada@example.com#",
        "Ada#mailto:ada@example.com#",
        "ada@example.com[mailto:ada@example.com]",
        "[mailto:ada@example.com]",
        '<a href="mailto:ada@example.com">ada@example.com</a>',
        '=HYPERLINK("mailto:ada@example.com";"Ada")',
        '="ada@example.com"',
    ],
)
def test_characters_pasted_around_an_address_are_removed(typed: str) -> None:
    assert normal_address(typed) == ("ada@example.com", "")


def test_the_apostrophe_that_guards_a_formula_is_removed() -> None:
    assert clean(["ada@example.com", "", "'+49 30 1234"], PLAN).variables == {"recentNews": "+49 30 1234"}


@pytest.mark.parametrize(
    "typed",
    ["[ada@example.com](mailto:bo@example.com)", "ada@example.com#mailto:bo@example.com#",
     "ada@example.com; bo@example.com", "ada@example.com/bo@example.com", "Ada <ada@example.com>, b@example.org"],
)  # fmt: skip
def test_two_addresses_in_a_cell_are_refused_with_the_reason(typed: str) -> None:
    email, why = normal_address(typed)
    assert email == ""
    assert why.startswith("several addresses in one cell")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="0151 5550101"', "0151 5550101"),
        ('="say ""hi"" "', 'say "hi"'),
        ("=1+1", "=1+1"),
        ("#N/A", ""),
        ("#bezug!", ""),
        ("######", ""),
        ("#1 in its market", "#1 in its market"),
        ("Jo\u200bhn", "John"),
        ("\ufeffMary", "Mary"),
        ("Zo\u00ade", "Zoe"),
        ("\u202aAlan\u202c", "Alan"),
        ("A\u200dda", "Ada"),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
    ],
)
def test_what_a_spreadsheet_or_a_web_page_adds_to_a_cell_is_removed(cell: str, text: str) -> None:
    cleaned = clean(["ada@example.com", cell, cell], PLAN)
    assert cleaned.values.get("first_name", "") == cleaned.variables.get("recentNews", "") == text


def test_an_error_of_excel_instead_of_an_address_is_no_address() -> None:
    assert clean(["#N/A", "Ada", ""], PLAN).reason == Reason.NO_EMAIL


def test_reasons_never_quote_the_address() -> None:
    _, why = normal_address("ada lovelace@example.com")
    assert why
    assert "lovelace" not in why


def test_limits_are_those_of_the_columns() -> None:
    assert {name: Row._meta.get_field(name).max_length for name in LIMITS} == LIMITS


def test_a_company_is_its_domain_or_its_name_at_a_free_mail_provider() -> None:
    assert company_key("ada@northwind.example.com", "Northwind") == "northwind.example.com"
    assert company_key("ada@gmail.com", "  Northwind   Bearings ") == "northwind bearings"


LOCAL = st.text(st.sampled_from('abz09._+-@ü" '), max_size=12)
DOMAIN = st.one_of(
    st.text(st.sampled_from("abz09.-_ü"), max_size=12).map(lambda text: f"{text}.com"),
    st.sampled_from(
        ["a.test", "test", "b.local", "x.onion", "xn--a.com", "ab--c.com", "a.c0m", "a.c", "a" * 64 + ".com"]
    ),
    st.integers(240, 260).map(lambda length: ("a." * length)[: length - 4] + ".com"),
)


@example("0", ("a." * 253)[:249] + ".com")
@given(LOCAL, DOMAIN)
def test_the_fast_path_agrees_with_the_validator(local: str, domain: str) -> None:
    typed = f"{local}@{domain}"
    found, _ = normal_address(typed)
    try:
        expected = validate_email(typed.strip("<>\"' ").lower(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        assert found == ""
    else:
        email = (expected.ascii_email or "").lower()
        # The validator takes an ending of one letter, which no domain has.
        assert found == ("" if email[-2] == "." else email)


@pytest.mark.parametrize(
    "cells", [["a@example.com", "Ann", "North", "", "call back"], ["a@example.com", "Ann", "", "", "x"]]
)
def test_text_beside_the_table_is_left_out_and_said(cells: list[str]) -> None:
    plan = plan_for(["Email", "First", "Firm"], {"Email": "email", "First": "first_name", "Firm": "company_name"})
    cleaned = clean(cells, plan)
    assert (cleaned.email, cleaned.values["first_name"], cleaned.reason) == ("a@example.com", "Ann", "")
    assert cleaned.flags == ["beside"]


def test_behind_an_address_in_the_last_column_nothing_can_be_shifted() -> None:
    plan = plan_for(["First", "Email"], {"First": "first_name", "Email": "email"})
    assert clean(["Ann", "a@example.com", "prefers phone"], plan).flags == ["beside"]
    assert clean(["Ann", "Jr", "a@example.com"], plan).reason == "bad_shape"


def test_a_cell_too_many_right_behind_the_table_is_a_shifted_line() -> None:
    plan = plan_for(["Email", "First", "Firm"], {"Email": "email", "First": "first_name", "Firm": "company_name"})
    assert clean(["a@example.com", "Ann", "Jr", "North"], plan).reason == "bad_shape"


@pytest.mark.parametrize(
    ("cell", "reason", "flags"),
    [
        ("Active", "", []),
        ("Unsubscribed", "marked_unsubscribed", []),
        ("Unsubscribed on 2024-05-01", "", ["marked:Unsubscribed on 2024-05-01"]),
        ("Hard bounce 550", "", ["marked:Hard bounce 550"]),
        ("hat sich abgemeldet", "", ["marked:hat sich abgemeldet"]),
        ("No contact yet", "", []),
    ],
)
def test_a_status_with_other_words_beside_the_mark_is_flagged_once(cell: str, reason: str, flags: list[str]) -> None:
    plan = plan_for(["Email", "Status", "News"], {"Email": "email", "Status": "status", "News": "custom:recentNews"})
    cleaned = clean(["ada@example.com", cell, cell], plan)
    assert (cleaned.reason, cleaned.flags) == (reason, flags)
