"""Writes the number of a workbook's cell as the workbook shows it, by its number format. Pure.

Where a format leaves the form to the computer's region (the short date, the currency), ISO and English are used.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from leads.importing.reading.date_names import ENGLISH, Language, language_of
from leads.importing.reading.dates import DATE_MARKS, as_date, is_written_otherwise, region_date

Shown = Callable[[str], str]
# Source: ECMA-376 part 1, 18.8.30 numFmt. 14 and 22 are the region's short date; 27-36 and 50-58 those of East Asia.
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    5: '"$"#,##0;-"$"#,##0', 6: '"$"#,##0;-"$"#,##0', 7: '"$"#,##0.00;-"$"#,##0.00', 8: '"$"#,##0.00;-"$"#,##0.00',
    37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
    41: "#,##0;-#,##0;-", 42: '"$"#,##0;-"$"#,##0;-', 43: "#,##0.00;-#,##0.00;-", 44: '"$"#,##0.00;-"$"#,##0.00;-',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0",
}  # fmt: skip
_REGION_DATES = {14, 22, *range(27, 37), *range(50, 59)}
_LONGEST_FORMAT = 300
# Larger and smaller numbers are left in scientific form.
_MOST_DIGITS = 21
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,20})")
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<general>General|Standard)'
    rf"|(?P<date>{DATE_MARKS})|(?P<exponent>E[+-]0+)|(?P<mark>[0#?.,%@/])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_TESTS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip


@dataclass
class _Section:
    """One part of a format: its tokens as (kind, text), the condition under which it applies, and what it is."""

    tokens: list[tuple[str, str]] = field(default_factory=list)
    condition: tuple[str, Decimal] | None = None
    is_date: bool = False
    is_region_date: bool = False
    language: Language = ENGLISH


def general(raw: str) -> str:
    """A number without a format: "1.2345678901234568E+17" -> "123456789012345680", "0.30000000000000004" -> "0.3"."""
    if _WHOLE.fullmatch(raw):
        return raw
    number = _decimal(raw)
    if number is None or abs(number.adjusted()) >= _MOST_DIGITS:
        return raw
    if number != number.to_integral_value():
        # A workbook keeps 17 digits and shows 15.
        number = Decimal(f"{number:.15g}")
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decimal(raw: str) -> Decimal | None:
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 400 else None


def shown_by(number: int, code: str, *, since_1904: bool = False, otherwise: list[str] | None = None) -> Shown:
    """The function that writes a cell of this format; `number` is the format's id, `code` its own code, if any.

    Shapes: otherwise - gets the first text that Excel may write in another way, such as a date of another calendar.
    """
    if not code and number in _REGION_DATES:
        return lambda raw: region_date(raw, since_1904=since_1904)
    code = code or _BUILT_IN.get(number, "General")
    if code in {"General", "@"} or len(code) > _LONGEST_FORMAT:
        return general
    sections = _sections_of(code)
    if otherwise is None or not any(one.is_date and is_written_otherwise(one.tokens, one.language) for one in sections):
        return lambda raw: _shown(raw, sections, since_1904)

    def shown(raw: str) -> str:
        text = _shown(raw, sections, since_1904)
        if not otherwise:
            otherwise.append(text)
        return text

    return shown


@lru_cache(maxsize=256)
def _sections_of(code: str) -> tuple[_Section, ...]:
    sections = [_Section()]
    for found in _TOKEN.finditer(code):
        kind, text = found.lastgroup or "", found.group()
        if kind == "other" and text == ";":
            sections.append(_Section())
        else:
            _add(sections[-1], kind, found.group(kind) if kind else "")
    return tuple(sections[:4])


def _add(section: _Section, kind: str, text: str) -> None:
    if kind == "bracket":
        _add_bracket(section, text)
    elif kind == "date":
        section.is_date = True
        section.tokens.append(("date", text.lower()))
    elif kind in {"quoted", "escaped", "other"}:
        section.tokens.append(("text", text))
    elif kind:
        section.tokens.append((kind, text))


def _add_bracket(section: _Section, text: str) -> None:
    condition = _CONDITION.fullmatch(text)
    if condition:
        section.condition = (condition.group(1), Decimal(condition.group(2)))
    elif text.upper().startswith(("$-F800", "$-F400")):
        section.is_region_date = True
    elif text.startswith("$"):
        # "[$€-407]": the currency, then the region.
        currency, _, region = text[1:].partition("-")
        section.tokens.append(("text", currency))
        section.language = language_of(region)
    elif re.fullmatch(r"h+|m+|s+", text, re.IGNORECASE):
        section.is_date = True
        section.tokens.append(("date", f"[{text.lower()}]"))


def _shown(raw: str, sections: tuple[_Section, ...], since_1904: bool) -> str:
    number = _decimal(raw)
    if number is None:
        return raw
    section, is_signed = _section_for(number, sections)
    if section.is_region_date:
        return region_date(raw, since_1904=since_1904)
    if section.is_date:
        return as_date(raw, section.tokens, since_1904=since_1904, language=section.language) or general(raw)
    if not section.tokens:
        # The format ";;;" shows nothing.
        return general(raw) if len(sections) == 1 else ""
    if ("mark", "/") in section.tokens or abs(number.adjusted()) >= _MOST_DIGITS * 2:
        return general(raw)
    text = _by_marks(abs(number), section.tokens)
    return f"-{text}" if number < 0 and is_signed and re.search("[1-9]", text) else text


def _section_for(number: Decimal, sections: tuple[_Section, ...]) -> tuple[_Section, bool]:
    """The section that applies, and whether a minus is written before it."""
    if any(one.condition for one in sections):
        for one in sections[:3]:
            if one.condition is None or _TESTS[one.condition[0]](number, one.condition[1]):
                return one, True
        return sections[0], True
    if number < 0 and len(sections) > 1:
        return sections[1], False
    if number == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], True


def _by_marks(number: Decimal, tokens: list[tuple[str, str]]) -> str:
    digits_at = [place for place, token in enumerate(tokens) if _is_digit(token)]
    if not digits_at:
        # The word General stands for the number as it is.
        return "".join(general(str(number)) if token[0] == "general" else _literal(*token) for token in tokens)
    kinds = [text if kind == "mark" else kind for kind, text in tokens]
    point = kinds.index(".") if "." in kinds else len(kinds)
    whole, part = tokens[:point], tokens[point + 1 :]
    places = sum(map(_is_digit, part))
    if "exponent" in kinds:
        return _scientific(number, next(text for kind, text in tokens if kind == "exponent"), places)
    number *= 100 ** kinds.count("%")
    # Commas behind the last digit divide by a thousand each; between digits they group.
    number /= 1000 ** kinds[digits_at[-1] :].count(",")
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    digits, _, fraction = f"{rounded:f}".partition(".")
    grouped = "," in kinds[digits_at[0] : min(point, digits_at[-1])]
    return _whole(digits, whole, grouped=grouped) + _fraction(fraction, part, has_point=point < len(kinds))


def _whole(digits: str, tokens: list[tuple[str, str]], *, grouped: bool) -> str:
    """The part before the point: digits fill the marks from the right, the first mark takes those that are left."""
    marks = [token[1] for token in tokens if _is_digit(token)]
    least = len(marks) - marks.index("0") if "0" in marks else 0
    digits = digits.lstrip("0").rjust(least, "0")
    if grouped:
        digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)
        first = next(place for place, token in enumerate(tokens) if _is_digit(token))
        return "".join(digits if place == first else _literal(*token) for place, token in enumerate(tokens))
    left, written = len(marks), []
    for token in tokens:
        if _is_digit(token):
            left -= 1
            take = max(0, len(digits) - left)
            written.append(digits[:take])
            digits = digits[take:]
        else:
            written.append(_literal(*token))
    return "".join(written)


def _is_digit(token: tuple[str, str]) -> bool:
    return token[0] == "mark" and token[1] in "0#?"


def _fraction(digits: str, tokens: list[tuple[str, str]], *, has_point: bool) -> str:
    marks = [token[1] for token in tokens if _is_digit(token)]
    while digits and marks[len(digits) - 1] != "0" and digits[-1] == "0":
        digits = digits[:-1]
    written, place = [], 0
    for token in tokens:
        if _is_digit(token):
            written.append(digits[place : place + 1])
            place += 1
        else:
            written.append(_literal(*token))
    return f"{'.' if has_point and (digits or not marks) else ''}{''.join(written)}"


def _literal(kind: str, text: str) -> str:
    if kind == "text":
        return text
    return "%" if kind == "mark" and text == "%" else ""


def _scientific(number: Decimal, exponent: str, places: int) -> str:
    mantissa, _, power = f"{number:.{places}E}".partition("E")
    least = exponent.count("0")
    sign = "-" if power.startswith("-") else "+" if "+" in exponent else ""
    return f"{mantissa}E{sign}{power.lstrip('+-').lstrip('0').rjust(least, '0')}"
