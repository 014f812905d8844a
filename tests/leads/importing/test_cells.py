"""What a spreadsheet adds to a cell is taken off."""

import pytest

from leads.importing.cells import plain_text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("'02139", "02139"),
        ("'0151 555-0102", "0151 555-0102"),
        ("'+49 30 5550101", "+49 30 5550101"),
        ("'90s Shop", "'90s Shop"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ('="02139"', "02139"),
        ("=+4930555", "+4930555"),
        ("= 0151 555", "0151 555"),
        ("=A1", "=A1"),
        ("=30/2", "=30/2"),
    ],
)
def test_a_sign_before_a_number_is_not_part_of_it(cell: str, text: str) -> None:
    assert plain_text(cell) == text


@pytest.mark.parametrize(
    "cell",
    ["#N/A", "#n/a", "#REF!", "#NAME?", "#DIV/0!", "#GETTING_DATA", "#BEZUG!", "#NV", "#¿NOMBRE?", "#¡DIV/0!",
     "#WAARDE!", "#ARG!", "#SAKNAS!", "#DEĞER!", "#ЗНАЧ!", "#Н/Д", "#HODNOTA!", "#DĚLENÍ_NULOU!", "#NENÍ_K_DISPOZICI",
     "#VÆRDI!", "#VERDI!", "#I/T", "#HIÁNYZIK", "#NÉV?", "#PUUTTUU!", "#NIMI?", "#JAKO/0!", "#N/V", "#Δ/Υ", "#ІМ'Я?",
     "#ERROR!", "#N/D!", "#YOK", "Loading...", "Loading…", "Wird geladen...", "Загрузка...", "Err:502", " #####"],
)  # fmt: skip
def test_an_error_of_a_spreadsheet_is_empty_in_every_language(cell: str) -> None:
    assert plain_text(cell) == ""


@pytest.mark.parametrize(
    "cell", ["#1 in town", "#winning!", "# 12", "#1", "#Hashtag", "#METOO", "#1!", "#A4/B5 paper", "Loading dock",
             "and so on...", "Err: none", "#C/C++"],
)  # fmt: skip
def test_another_word_with_a_hash_is_kept(cell: str) -> None:
    assert plain_text(cell) == cell
