"""Writes the date or time that a workbook's number stands for. Pure."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from leads.importing.reading.date_names import ENGLISH, Language, day_name, era_of, month_name, year_of_era

# What a number format writes for parts of a date; a bracket such as [h] counts hours beyond a day.
DATE_MARKS = r"AM/PM|A/P|y+|e+(?![+-])|m+|d+|h+|s+(?:\.0+)?|g+|b+"
_DAY_S = 24 * 60 * 60
# 9999-12-31, the last day of a workbook.
_LAST_DAY = 2_958_466
_JAPANESE = "ja"
# Thai years count from here.
_BEFORE_BUDDHA = 543


def _serial(raw: str) -> Decimal | None:
    try:
        serial = Decimal(raw)
    except InvalidOperation:
        return None
    return serial if serial.is_finite() and 0 <= serial < _LAST_DAY else None


def moment_of(serial: Decimal, *, since_1904: bool) -> dt.datetime:
    """The moment of a day's number: 1 is 1900-01-01, or with `since_1904` 0 is 1904-01-01. To the millisecond."""
    # Day 60 is a 29 February 1900 that never was, so that earlier days count from one day later.
    first = dt.date(1904, 1, 1) if since_1904 else dt.date(1899, 12, 31 if serial < 60 else 30)
    return dt.datetime.combine(first, dt.time()) + dt.timedelta(milliseconds=round(serial * _DAY_S * 1000))


def region_date(raw: str, *, since_1904: bool) -> str:
    """A date as ISO writes it; with its time unless that is midnight; a bare time below day 1."""
    serial = _serial(raw)
    if serial is None:
        return raw
    moment = moment_of(serial, since_1904=since_1904)
    time = moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
    if serial < 1 and not since_1904 and serial:
        return time
    return moment.date().isoformat() if moment.time() == dt.time() else f"{moment.date().isoformat()} {time}"


def is_written_otherwise(tokens: list[tuple[str, str]], language: Language) -> bool:
    """Whether Excel may write such a date otherwise: a calendar or language we lack, or its own short names."""
    dates = [text for kind, text in tokens if kind == "date"]
    if not language.is_known:
        return any(text[0] in "mdyegb" for text in dates)
    if language.name != _JAPANESE and any(text[0] in "eg" for text in dates):
        return True
    return not language.is_english and not {"mmm", "ddd"}.isdisjoint(dates)


def as_date(raw: str, tokens: list[tuple[str, str]], *, since_1904: bool, language: Language = ENGLISH) -> str:
    """A date by the tokens of its format, in a language; "" if the number is no date."""
    serial = _serial(raw)
    if serial is None:
        return ""
    moment = _rounded(moment_of(serial, since_1904=since_1904), tokens)
    is_half_day = any(kind == "date" and text in {"am/pm", "a/p"} for kind, text in tokens)
    written = []
    for place, (kind, text) in enumerate(tokens):
        if kind == "date":
            is_minute = text.startswith("m") and _is_minute(tokens, place)
            written.append(_part(text, moment, serial, language, is_minute=is_minute, is_half_day=is_half_day))
        elif kind == "text" or text in {"/", ",", "."}:
            written.append(text)
    return "".join(written).strip()


def _rounded(moment: dt.datetime, tokens: list[tuple[str, str]]) -> dt.datetime:
    """To the second, unless the format shows parts of it."""
    if any(kind == "date" and "." in text for kind, text in tokens):
        return moment
    return (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)


def _is_minute(tokens: list[tuple[str, str]], place: int) -> bool:
    before = next((text for kind, text in reversed(tokens[:place]) if kind == "date"), "")
    after = next((text for kind, text in tokens[place + 1 :] if kind == "date"), "")
    return before.strip("[").startswith("h") or after.strip("[").startswith("s")


def _part(
    text: str, moment: dt.datetime, serial: Decimal, language: Language, *, is_minute: bool, is_half_day: bool
) -> str:
    if text.startswith("["):
        return _elapsed(text, serial)
    letter, length = text[0], len(text)
    if text in {"am/pm", "a/p"}:
        word = "PM" if moment.hour >= 12 else "AM"
        return word if text == "am/pm" else word[0]
    if letter == "h":
        hour = (moment.hour % 12 or 12) if is_half_day else moment.hour
        return str(hour).rjust(min(length, 2), "0")
    if letter == "s":
        return _seconds(text, moment)
    if is_minute:
        return str(moment.minute).rjust(min(length, 2), "0")
    return (
        _day_part(letter, length, moment, language) if letter in "md" else _year_part(letter, length, moment, language)
    )


def _day_part(letter: str, length: int, moment: dt.datetime, language: Language) -> str:
    number = moment.month if letter == "m" else moment.day
    if length <= 2:
        return str(number).rjust(length, "0")
    if letter == "d":
        return day_name(language, moment.weekday(), is_short=length == 3)
    name = month_name(language, moment.month, is_short=length == 3)
    return name[0] if length == 5 else name


def _year_part(letter: str, length: int, moment: dt.datetime, language: Language) -> str:
    is_japanese = language.name == _JAPANESE
    if letter == "e" and is_japanese:
        return str(year_of_era(moment.date())).rjust(min(length, 2), "0")
    if letter == "g":
        return era_of(moment.date(), length) if is_japanese else ""
    year = moment.year + _BEFORE_BUDDHA if letter == "b" else moment.year
    return f"{year % 100:02}" if length <= 2 and letter in "yb" else str(year)


def _seconds(text: str, moment: dt.datetime) -> str:
    whole, _, fraction = text.partition(".")
    written = str(moment.second).rjust(min(len(whole), 2), "0")
    return f"{written}.{moment.microsecond // 1000:03}"[: len(written) + 1 + len(fraction)] if fraction else written


def _elapsed(text: str, serial: Decimal) -> str:
    unit = {"h": 3600, "m": 60, "s": 1}[text[1]]
    whole = round(serial * _DAY_S) // unit
    return str(whole).rjust(len(re.sub(r"\W", "", text)), "0")
