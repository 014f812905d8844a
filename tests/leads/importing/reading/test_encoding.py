"""The encodings that can be chosen and their names."""

import pytest

from leads.importing.errors import UnreadableFileError
from leads.importing.reading.encoding import (
    ENCODINGS,
    decoded_once_more,
    encoding_named,
    is_encoded_twice,
    label_of,
    repair_of,
)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("cp1250", "cp1250"),
        ("Windows-1250", "cp1250"),
        ("ANSI", "cp1252"),
        ("Mac Roman", "mac_roman"),
        ("macintosh", "mac_roman"),
        ("Shift_JIS", "cp932"),
        ("shift-jis", "cp932"),
        ("GB2312", "gb18030"),
        ("gbk", "gb18030"),
        ("UTF8", "utf-8"),
        ("UTF-16LE", "utf-16-le"),
        ("iso-8859-1", "latin-1"),
        ("latin1", "latin-1"),
        ("ISO-8859-2", "iso8859-2"),
        ("koi8-r", "koi8_u"),
        ("EUC-KR", "cp949"),
        ("Windows-1258", "cp1258"),
        ("ISO-8859-9", "iso8859-9"),
    ],
)
def test_an_encoding_is_known_by_any_of_its_names(name: str, ours: str) -> None:
    assert encoding_named(name) == ours


@pytest.mark.parametrize("name", ["klingon", "rot13", "", "idna", "\0"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFileError, match="is not an encoding that is read"):
        encoding_named(name)


def test_every_encoding_is_known_by_its_own_name_and_has_a_label() -> None:
    assert [encoding_named(name) for name in ENCODINGS] == list(ENCODINGS)
    names = ["cp1252", "xlsx", "ods", "other"]
    labels = ["Windows-1252 (Western)", "Excel workbook", "OpenDocument spreadsheet", "other"]
    assert [label_of(name) for name in names] == labels


def test_letters_encoded_twice_are_recognised_and_decoded_once_more() -> None:
    repair = repair_of("utf-8-twice")
    assert repair is not None
    for twice, once in [("KÃ¤the", "Käthe"), ("â€œHiâ€\u009d", "“Hi”"), ("Å\u0081ukasz", "Łukasz"), ("ðŸ˜€", "😀")]:
        assert is_encoded_twice(twice)
        assert repair(twice) == once
    assert not any(is_encoded_twice(text) for text in ["SÃO", "Ã", "Käthe", "naïve", "Łukasz", "20 °C"])
    assert repair_of("utf-8") is None


def test_vietnamese_tones_become_one_letter_with_theirs() -> None:
    repair = repair_of("cp1258")
    assert repair is not None
    assert repair(b"Nguy\xea\xden".decode("cp1258")) == "Nguyễn"


@pytest.mark.parametrize("codec", ["cp1252", "cp1250", "mac_roman", "cp850"])
def test_letters_encoded_twice_by_way_of_any_code_page_are_found(codec: str) -> None:
    doubled = "Müller, Größe".encode().decode(codec)
    assert is_encoded_twice(doubled)
    assert decoded_once_more(doubled) == "Müller, Größe"


def test_cyrillic_letters_encoded_twice_are_found_where_several_stand_together() -> None:
    assert decoded_once_more("Ольга".encode().decode("cp1251")) == "Ольга"
    assert not is_encoded_twice("Рівне")


@pytest.mark.parametrize("word", ["KŘÍŽ", "ÚŠTĚK", "Úštěk", "CAFÉ…", "SÃO PAULO", "ÂNGELA", "STĂNESCU", "100 €"])
def test_words_that_look_a_little_like_it_are_not(word: str) -> None:
    assert not is_encoded_twice(word)
