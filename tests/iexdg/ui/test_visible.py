"""Characters that show nothing: taken off a text, whatever writes them."""

import pytest

from iexdg.ui.visible import clean_line, clean_text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Ea\u202est", "East"),
        ("\u200bEast\ufeff", "East"),
        ("Ea\x07st\x9f", "East"),
        (" North\n \u200b east\x85 ", "North east"),
        ("\u202e \u200b\x00", ""),
        ("نامه\u200cها", "نامه\u200cها"),
    ],
)
def test_a_name_is_one_line_of_what_shows(text: str, line: str) -> None:
    assert clean_line(text) == line
    assert clean_line(line) == line


def test_a_text_keeps_its_lines() -> None:
    assert clean_text(" One\u202e\n\tTwo\x1b \n") == "One\n\tTwo"
