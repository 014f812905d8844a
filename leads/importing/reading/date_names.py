"""The names of months, days and eras in the language that a number format asks for. Pure."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from babel.dates import get_day_names, get_month_names

# The language in the last ten bits of a Windows language number, as "[$-407]" has it: Babel's name of it.
_LANGUAGES = {
    0x01: "ar", 0x02: "bg", 0x03: "ca", 0x04: "zh", 0x05: "cs", 0x06: "da", 0x07: "de", 0x08: "el", 0x09: "en",
    0x0A: "es", 0x0B: "fi", 0x0C: "fr", 0x0D: "he", 0x0E: "hu", 0x0F: "is", 0x10: "it", 0x11: "ja", 0x12: "ko",
    0x13: "nl", 0x14: "nb", 0x15: "pl", 0x16: "pt", 0x18: "ro", 0x19: "ru", 0x1A: "hr", 0x1B: "sk", 0x1C: "sq",
    0x1D: "sv", 0x1E: "th", 0x1F: "tr", 0x21: "id", 0x22: "uk", 0x23: "be", 0x24: "sl", 0x25: "et", 0x26: "lv",
    0x27: "lt", 0x29: "fa", 0x2A: "vi", 0x2D: "eu", 0x2F: "mk", 0x36: "af", 0x37: "ka", 0x39: "hi", 0x3E: "ms",
    0x3F: "kk", 0x56: "gl",
}  # fmt: skip
_ENGLISH = "en"
# "[$-FC19]" asks for the form that a month has behind a day: "марта".
_BEHIND_A_DAY = 0xFC00
# Its months have capitals in Windows alone, and three small letters where they are short: "Март", "мар".
_RUSSIAN = "ru"
# The first day of each era of Japan, its name, and its letter.
_ERAS = (
    (dt.date(2019, 5, 1), "令和", "R"), (dt.date(1989, 1, 8), "平成", "H"), (dt.date(1926, 12, 25), "昭和", "S"),
    (dt.date(1912, 7, 30), "大正", "T"), (dt.date(1868, 1, 25), "明治", "M"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Language:
    """What a number format asks for: a language, the form of its months, and whether we can write all of it.

    Shapes: name - of Babel; is_known - False for a language, calendar or digits that we cannot write.
    """

    name: str = _ENGLISH
    is_behind_a_day: bool = False
    is_known: bool = True

    @property
    def is_english(self) -> bool:
        """Whether its names are the usual ones."""
        return self.name == _ENGLISH


ENGLISH = Language()


@lru_cache(maxsize=256)
def language_of(code: str) -> Language:
    """The language of a format's bracket: "407" and "de-DE" are German, "FC19" is Russian behind a day."""
    try:
        number = int(code, 16) if len(code) > 2 else 0
    except ValueError:
        name = code.partition("-")[0].lower()
        return Language(name) if name in _LANGUAGES.values() else Language(is_known=not code)
    if not number:
        return Language(is_known=not code.strip("0"))
    name = _LANGUAGES.get(number & 0x3FF, "")
    # The bits above are a calendar and digits of another script.
    is_known = bool(name) and number <= 0xFFFF
    return Language(name or _ENGLISH, number & _BEHIND_A_DAY == _BEHIND_A_DAY, is_known)


def month_name(language: Language, month: int, *, is_short: bool = False) -> str:
    """The name of a month from 1 to 12."""
    form: Literal["format", "stand-alone"] = "format" if language.is_behind_a_day else "stand-alone"
    if language.name == _RUSSIAN and (is_short or not language.is_behind_a_day):
        name = str(get_month_names("wide", "stand-alone", _RUSSIAN)[month])
        return name[:3] if is_short else name.capitalize()
    return str(get_month_names("abbreviated" if is_short else "wide", form, language.name)[month]).rstrip(".")


def day_name(language: Language, weekday: int, *, is_short: bool = False) -> str:
    """The name of a day of the week; 0 is Monday."""
    names = get_day_names("abbreviated" if is_short else "wide", "stand-alone", language.name)
    return str(names[weekday]).rstrip(".")


def era_of(day: dt.date, length: int) -> str:
    """The Japanese era of a day, as "g", "gg" and "ggg" write it: "R", "令", "令和"."""
    _, name, letter = _era(day)
    return {1: letter, 2: name[0]}.get(length, name)


def year_of_era(day: dt.date) -> int:
    """The year of a day in its Japanese era: 8 for 2026."""
    return day.year - _era(day)[0].year + 1


def _era(day: dt.date) -> tuple[dt.date, str, str]:
    return next(era for era in _ERAS if day >= era[0])
