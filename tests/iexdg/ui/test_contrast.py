"""WCAG 2.2 AA, computed from the tokens: text 4.5 to 1 on every ground it stands on, light and dark."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[3] / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
PAIRS = dict(re.findall(r"--([\w-]+): light-dark\((#\w+, #\w+)\);", TOKENS))
GROUNDS = ("bg", "surface", "sunken", "hover")
WORDS = ("text", "muted", "faint", "link", "ok", "warn", "bad", "idle", "done", "busy")
TONES = ("ok", "warn", "bad", "idle", "done", "busy")


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def colour(token: str, scheme: int) -> str:
    return PAIRS[token].split(", ")[scheme]


def test_the_measure_is_the_standard_s() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_words_can_be_read_on_every_ground(word: str, ground: str, scheme: int) -> None:
    assert contrast(colour(word, scheme), colour(ground, scheme)) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("tone", TONES)
def test_a_tone_can_be_read_on_its_own_soft_ground(tone: str, scheme: int) -> None:
    assert contrast(colour(tone, scheme), colour(f"{tone}-soft", scheme)) >= 4.5
    assert contrast(colour("text", scheme), colour(f"{tone}-soft", scheme)) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("mark", ["c1", "c2", "c3", "c4", "accent"])
def test_marks_and_focus_rings_stand_out(mark: str, scheme: int) -> None:
    assert contrast(colour(mark, scheme), colour("surface", scheme)) >= 3


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_main_button_can_be_read(scheme: int) -> None:
    assert contrast(colour("on-ink", scheme), colour("ink", scheme)) >= 4.5
