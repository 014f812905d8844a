"""What stands for nothing in a name or a variable, and what only looks like it."""

import pytest

from leads.importing.no_value import has_element, is_no_value, is_no_value_of_variable

WRITTEN_BY_TOOLS = [
    "\\N", "-None-", "(blank)", "(not set)", "(unknown)", "(No Name)", "[no name]", "<null>", "N.N.", "Not Found",
    "null null", "none none", "deleted", "{first_name}", "{FirstName}", "{{firstName}}", "[First Name]", "<First Name>",
    "%FIRSTNAME%", "${name}", "=PROPER('cy')", "=A1", '="a"&B2', "-- none --", "(leer)",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN_BY_TOOLS)
def test_what_a_tool_writes_for_nothing_is_no_name_and_no_value(text: str) -> None:
    assert is_no_value(text)
    assert is_no_value_of_variable(text)


@pytest.mark.parametrize("text", ["none", "unknown", "test", "-", "x", "empty"])
def test_a_word_that_can_be_meant_is_a_value_and_no_name(text: str) -> None:
    assert is_no_value(text)
    assert not is_no_value_of_variable(text)


@pytest.mark.parametrize(
    "text",
    ["Blank", "Nullmann", "The Blank (UK)", "(Re)design", "-Ann-Marie", "Test GmbH", "=) nice", "50% off", "= so",
     "{Hi|Hello}", "(very good)", "No Name Bar", "No, no no"],
)  # fmt: skip
def test_other_texts_stand_for_themselves(text: str) -> None:
    assert not is_no_value(text)
    assert not is_no_value_of_variable(text)


def test_an_element_of_html_stands_apart_from_an_address_and_an_angle() -> None:
    assert [has_element(text) for text in ("<b>Bob</b>", "Bob<br/>", "Bob <bob@example.com>", "a < b > c")] == [
        True, True, False, False,
    ]  # fmt: skip
