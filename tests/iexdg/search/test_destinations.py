"""Pages and actions by name."""

import re
from pathlib import Path

import pytest

from iexdg.search.destinations import ACTIONS, PAGES

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("guard", ["Guardrails"]),
        ("GUARD", ["Guardrails"]),
        ("kill sw", ["Stop all sending"]),
        ("switch kill", ["Stop all sending"]),
        ("uardrails", []),
        ("two factor", []),
        ("second factor", ["Your account"]),
        ("csv", ["Upload leads"]),
        ("", [one.label for one in (*ACTIONS, *PAGES)]),
    ],
)
def test_every_word_begins_a_word_of_the_label_or_of_what_else_it_is_called(words: str, found: list[str]) -> None:
    assert [one.label for one in (*ACTIONS, *PAGES) if one.matches(words)] == found


def test_a_letter_after_g_is_said_by_one_page_and_is_what_the_navigation_has() -> None:
    navigation = (ROOT / "templates" / "_navigation.html").read_text(encoding="utf-8")
    there = re.findall(r"{% route_url '([^']+)' %}\" data-go=\"(\w)\"", navigation)
    keys = [(one.url_name, one.key) for one in PAGES if one.key]
    assert sorted(there) == sorted(keys)
    assert len({key for _, key in keys}) == len(keys) == 13
