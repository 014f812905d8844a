"""Remarks on a lead before anything is paid."""

import pytest

from leads.importing.flags import (
    FLAGS,
    address_flags,
    code_of,
    is_odd_name,
    is_odd_value,
    is_usable_phone,
    mailbox_key,
    value_flags,
)


@pytest.mark.parametrize(
    ("email", "flags"),
    [
        ("ada@example.com", []),
        ("info@example.com", ["role"]),
        ("test@example.com", ["test"]),
        ("asdf@example.com", ["test"]),
        ("example@example.com", ["test"]),
        ("test123@example.com", ["test"]),
        ("noreply@example.com", ["role", "no_reply"]),
        ("no.reply+7@example.com", ["no_reply"]),
        ("mailer-daemon@example.com", ["no_reply"]),
        ("nicht-antworten@example.com", ["no_reply"]),
        ("ada@gmial.com", ["typo:gmail.com"]),
        ("testa@example.com", []),
        ("ada.test@example.com", []),
        ("tester.bo@example.com", []),
    ],
)
def test_addresses(email: str, flags: list[str]) -> None:
    assert address_flags(email) == flags


@pytest.mark.parametrize(
    "name", ["null", "Null", "undefined", "NaN", "n/a", "-", "ANN", "ada@example.com", "www.example.com", "Ann 0151555",
             "{{first_name}}", "[First Name]", "%FNAME%", "*|FNAME|*", "???", "12", "asdf", "J?rgen", "Andr?",
             "J\ufffdrgen", "J&uuml;rgen", "J&#252;rgen", "J=FCrgen", "J\\u00fcrgen",
             "=?utf-8?Q?J=C3=BCrgen?=", "JÃ¼rgen", "<b>Bob</b>", "Bob<br>", "#####",
             "J¸rgen", "K‰the", "JosÈ", "HÈlËne", "JŸrgen", "KŠthe", "J³rgen"],
)  # fmt: skip
def test_a_name_that_would_read_oddly(name: str) -> None:
    assert is_odd_name(name)


@pytest.mark.parametrize(
    "name", ["Ann", "JR", "O'Neil", "St. John", "J.", "山田", "Ann2", "van der Berg", "Nullmann",
             "Blank", "O´Brien", "Al·lan", "McÉwan", "hÉigeartaigh", "D'Ávila", "Ñandú", "Mª José", "Đặng", "Jo-Ann"],
)  # fmt: skip
def test_a_name_that_reads_well(name: str) -> None:
    assert not is_odd_name(name)


def test_a_company_may_be_in_capitals_or_numbers() -> None:
    assert not any(is_odd_name(name, "company_name") for name in ("IBM", "3M", "1000 Miles", "Example.com"))
    assert all(is_odd_name(name, "company_name") for name in ("null", "-", "ada@example.com", "{{company}}"))


@pytest.mark.parametrize(
    "text", ["null", "undefined", "nan", "{{hook}}", "4.91512E+11", "1,5e10", "[object Object]",
             "\\N", "{first_name}", "=PROPER('cy')", "#####",
             "K?ln", "M&uuml;nchen", "M=FCnchen", "M%C3%BCnchen", "M\ufffdnchen"],
)  # fmt: skip
def test_a_variable_that_would_read_oddly(text: str) -> None:
    assert is_odd_value(text)


@pytest.mark.parametrize(
    "text", ["none", "a", "e10", "E=mc2", "3 E 10", "2026", "none of your rivals", "x" * 300,
             "R&D", "Why now? Why us?", "https://example.com/a?b=1&c=2", "SÃO PAULO",
             "<b>new</b>", "5£off", "{Hi|Hello}"],
)  # fmt: skip
def test_a_variable_that_reads_well(text: str) -> None:
    assert not is_odd_value(text)


@pytest.mark.parametrize("text", ["+49 151 5550101", "(0151) 555-0101 ext. 3", "0049151555", "555 01"])
def test_a_usable_phone(text: str) -> None:
    assert is_usable_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "4.91512E+11",
        "4,91512e+11",
        "4.91512e+011",
        "4.9 E+11",
        "4.9E +11",
        "4930555010.0",
        "4930555010,0",
        "4930555010.00",
        "=4930555010/2",
        "########",
        "ask Ada",
        "12",
        "1" * 20,
    ],
)
def test_an_unusable_phone(text: str) -> None:
    assert not is_usable_phone(text)


@pytest.mark.parametrize(
    ("email", "key"),
    [
        ("fast.c.17@gmail.com", "fastc17@gmail.com"),
        ("fastc17+news@googlemail.com", "fastc17@gmail.com"),
        ("a.da+x@example.com", ""),
    ],
)
def test_spellings_of_one_mailbox_have_one_key(email: str, key: str) -> None:
    assert mailbox_key(email) == key


def test_dots_matter_outside_gmail() -> None:
    host = "outlook.com"
    assert [mailbox_key(f"{local}@{host}") for local in ("ada+x", "a.da")] == [f"ada@{host}", f"a.da@{host}"]


@pytest.mark.parametrize("host", ["test.com", "mailinator.com", "yourdomain.com"])
def test_a_host_can_be_one_of_tests(host: str) -> None:
    assert address_flags(f"ada@{host}") == ["test"]


def test_the_first_odd_field_and_variable_are_named() -> None:
    found = value_flags({"first_name": "Ann", "last_name": "null"}, {"hook": "nan", "note": "Unsubscribed"})
    assert found == ["name:last_name", "value:hook", "marked:note"]
    assert [code_of(flag) for flag in found] == ["name", "value", "marked"]
    assert all(code_of(flag) in FLAGS for flag in found)


@pytest.mark.parametrize("name", ["unsubscribed", "Bounced", "(unsubscribed) Bob", "Cy - opted out", "DNC"])
def test_a_first_name_that_says_unsubscribed_is_flagged_as_that(name: str) -> None:
    assert "marked:first_name" in value_flags({"first_name": name}, {})
    assert "marked:first_name" not in value_flags({"first_name": "Bob", "company_name": name}, {})


def test_what_is_offered_first_are_the_suspicious_ones() -> None:
    suspicious = [code for code, flag in FLAGS.items() if flag.suspicious]
    assert suspicious == ["typo", "test", "no_reply", "marked", "note", "same_person"]
