"""Cleans the text of one cell of what a spreadsheet or an export adds to it. Pure."""

import re

from iexdg.ui.visible import visible

_TEXT_FORMULA = re.compile(r'=\s*"((?:[^"]|"")*)"')
# A number behind an equals sign, typed so that a spreadsheet takes the plus sign or keeps the cell.
_NUMBER_FORMULA = re.compile(r"=\s*(\+?\d[\d ]*)")
# A leading apostrophe stops a spreadsheet from evaluating a cell as a formula, or from taking the zeros off a number.
_GUARDED = re.compile(r"'(?:[\t\r\n]|\s*[=+\-@＝＋－＠]|[\d ().\-/]+$)")
# What Excel writes instead of a value: English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish,
# Turkish, Russian.
_ERROR_WORDS = frozenset(
    [
        "#n/a",
        "#ref!",
        "#value!",
        "#name?",
        "#div/0!",
        "#null!",
        "#num!",
        "#spill!",
        "#calc!",
        "#field!",
        "#blocked!",
        "#connect!",
        "#unknown!",
        "#getting_data",
        "#nv",
        "#bezug!",
        "#wert!",
        "#zahl!",
        "#überlauf!",
        "#nom?",
        "#valeur!",
        "#nombre!",
        "#nul!",
        "#¡ref!",
        "#¡valor!",
        "#¿nombre?",
        "#¡div/0!",
        "#¡num!",
        "#¡nulo!",
        "#rif!",
        "#valore!",
        "#nome?",
        "#nullo!",
        "#n/d",
        "#n/b",
        "#verw!",
        "#waarde!",
        "#naam?",
        "#deel/0!",
        "#getal!",
        "#leeg!",
        "#valor!",
        "#núm!",
        "#n/d!",
        "#adr!",
        "#arg!",
        "#nazwa?",
        "#dziel/0!",
        "#liczba!",
        "#saknas!",
        "#referens!",
        "#värdefel!",
        "#namn?",
        "#division/0!",
        "#ogiltigt!",
        "#yok",
        "#başv!",
        "#değer!",
        "#ad?",
        "#sayı/0!",
        "#sayi/0!",
        "#н/д",
        "#ссылка!",
        "#знач!",
        "#имя?",
        "#дел/0!",
        "#число!",
        "#пусто!",
    ]
)
_ONLY_HASHES = re.compile(r"#{4,}")
# A text from which there is nothing to take off; nearly all cells are one, and this is quick.
_ORDINARY = re.compile(r"[A-Za-z0-9](?:[ -~]*[!-~])?")


def plain_text(cell: str) -> str:
    """Trim a cell and take off what a spreadsheet wrapped it in; an error of Excel is "".

    Passing: '="02139"' -> "02139", "'+49 30" -> "+49 30", "=+49 30" -> "+49 30".  Failing: "#N/A" -> "".
    """
    if _ORDINARY.fullmatch(cell):
        return cell
    text = visible(cell)
    text = (text[1:] if _GUARDED.match(text) else text).strip()
    if text.startswith("="):
        return _of_formula(text)
    if text.startswith("#") and (text.lower() in _ERROR_WORDS or _ONLY_HASHES.fullmatch(text)):
        return ""
    return text


def _of_formula(text: str) -> str:
    """The text or number of a formula that is nothing else; other formulas unchanged."""
    if found := _TEXT_FORMULA.fullmatch(text):
        return found.group(1).replace('""', '"').strip()
    found = _NUMBER_FORMULA.fullmatch(text)
    return found.group(1) if found else text
