"""The names of months, days and eras in the language of a format."""

import datetime as dt

import pytest

from leads.importing.reading.date_names import (
    ENGLISH,
    Language,
    day_name,
    era_of,
    language_of,
    month_name,
    year_of_era,
)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("", ENGLISH), ("0", ENGLISH), ("409", ENGLISH), ("1009", ENGLISH), ("en-US", ENGLISH), ("407", Language("de")),
        ("C07", Language("de")), ("pt-BR", Language("pt")), ("ja-JP-x-gannen", Language("ja")),
        ("FC19", Language("ru", is_behind_a_day=True)), ("7FF", Language(is_known=False)),
        ("2060401", Language("ar", is_known=False)), ("xx-YY", Language(is_known=False)),
    ],
)  # fmt: skip
def test_a_bracket_names_a_language(code: str, language: Language) -> None:
    assert language_of(code) == language


def test_months_and_days_have_their_names() -> None:
    assert [month_name(language_of(code), 3) for code in ("409", "407", "415", "FC15")] == [
        "March", "März", "marzec", "marca",
    ]  # fmt: skip
    assert [day_name(ENGLISH, 3), day_name(ENGLISH, 3, is_short=True)] == ["Thursday", "Thu"]


def test_an_era_of_japan_begins_on_its_day() -> None:
    days = [dt.date(2019, 4, 30), dt.date(2019, 5, 1)]
    assert [(era_of(day, 3), era_of(day, 1), year_of_era(day)) for day in days] == [("平成", "H", 31), ("令和", "R", 1)]
