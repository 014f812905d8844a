"""Whether decoded words read like what people write."""

import pytest

from leads.importing.reading.alphabets import CENTRAL, WESTERN, is_latin_word
from leads.importing.reading.plausible import is_known, is_plausible


@pytest.mark.parametrize("word", ["hélène", "muñoz", "bjørn", "håkan", "joão", "kjær", "noël", "cœur", "città"])
def test_western_words_are_western(word: str) -> None:
    assert is_latin_word(word, WESTERN)


@pytest.mark.parametrize("word", ["kovaè", "dvoøák", "jiøí", "babiæ", "ziêbaà", "wa³êsa", "kuèera"])
def test_words_of_another_encoding_are_not(word: str) -> None:
    assert not is_latin_word(word, WESTERN)


@pytest.mark.parametrize("word", ["kovač", "dvořák", "gdańsk", "ść", "růžička", "erdős"])
def test_central_european_words_are_central_european(word: str) -> None:
    assert is_latin_word(word, CENTRAL)


@pytest.mark.parametrize(
    ("text", "written", "read"),
    [
        ("Käthe", "cp1252", "cp1251"),
        ("Käthe", "cp1252", "gb18030"),
        ("José", "cp1252", "cp932"),
        ("Beyoncé", "mac_roman", "cp1252"),
        ("Müller", "mac_roman", "cp1252"),
        ("Łukasz", "cp1250", "cp1252"),
        ("Иван", "koi8_u", "cp1251"),
        ("“Hello”", "cp1252", "mac_roman"),
        ("€500", "cp1252", "cp1251"),
    ],
)
def test_the_wrong_encoding_reads_badly_and_the_right_one_well(text: str, written: str, read: str) -> None:
    assert is_plausible(text.encode(written), written)
    assert not is_plausible(text.encode(written), read)


def test_frequent_words_endings_and_short_forms_are_known() -> None:
    words = ["Don’t", "François", "Libertà", "Zbąszyń", "“Hello”"]
    assert [word for word in words if is_known(word)] == ["Don’t", "François", "Libertà"]
