"""Cleans the text of one cell of what a spreadsheet or an export adds to it. Pure."""

import re

from iexdg.ui.visible import visible

_TEXT_FORMULA = re.compile(r'=\s*"((?:[^"]|"")*)"')
# A number behind an equals sign, typed so that a spreadsheet takes the plus sign or keeps the cell.
_NUMBER_FORMULA = re.compile(r"=\s*(\+?\d[\d ]*)")
# A leading apostrophe stops a spreadsheet from evaluating a cell as a formula, or from taking the zeros off a number.
_GUARDED = re.compile(r"'(?:[\t\r\n]|\s*[=+\-@＝＋－＠]|[\d ().\-/]+$)")
# What Excel and Google Sheets write instead of a value, in any language: capitals behind a hash, with a mark at the end
# ("#VÆRDI!", "#NÉV?", "#DĚLENÍ_NULOU!"), or two short words ("#I/T", "#Н/Д").
_ERROR_MARKED = re.compile(r"#[¡¿]?[^\W\d_][^\W_]*(?:['’_/. ][^\W_]+)*[!?]")
_ERROR_SLASH = re.compile(r"#[^\W\d_]{1,2}/[^\W\d_]{1,2}!?")
# Those that have neither; and the frequent ones, in small letters too.
_ERRORS = """
    #ad? #adr! #arg! #başv! #bezug! #blocked! #calc! #connect! #deel/0! #değer! #div/0! #division/0! #dziel/0!
    #error! #field! #getal! #getting_data #hiányzik #leeg! #liczba! #n/a #n/b #n/d #n/d! #naam? #name? #namn?
    #nazwa? #nedostupné #nedostupný #není_k_dispozici #nom? #nombre! #nome? #nul #nul! #null! #nullo! #num! #nv
    #núm! #ogiltigt! #puuttuu #ref! #referens! #rif! #saknas! #sayi/0! #sayı/0! #spill! #unknown! #valeur! #valor!
    #valore! #value! #veri_aliniyor #verw! #värdefel! #waarde! #wert! #yok #zahl! #¡div/0! #¡nulo! #¡num! #¡ref!
    #¡valor! #¿nombre? #überlauf! #дел/0! #знач! #имя? #н/д #пусто! #ссылка! #число!
"""
_ERROR_WORDS = frozenset(_ERRORS.split())
# What stands in a cell that Google Sheets had not calculated yet, and an error of LibreOffice.
_UNFINISHED = re.compile(
    r"(?:loading|wird geladen|laden|chargement(?: en cours)?|cargando|caricamento(?: in corso)?|carregando|a carregar"
    r"|wczytywanie|ładowanie|načítání|загрузка|yükleniyor|読み込み中|正在加载)\s?(?:\.\.\.|…)|(?:err|fehler|erreur):5\d\d",
    re.IGNORECASE,
)
_ENDS_OF_UNFINISHED = ("...", "…")
_STARTS_OF_UNFINISHED = ("Err:", "Fehler:", "Erreur:")
_ONLY_HASHES = re.compile(r"#{4,}")
# A text from which there is nothing to take off; nearly all cells are one, and this is quick.
_ORDINARY = re.compile(r"[A-Za-z0-9](?:[ -~]*[!-~])?")


def plain_text(cell: str) -> str:
    """Trim a cell and take off what a spreadsheet wrapped it in; an error of a spreadsheet is "".

    Passing: '="02139"' -> "02139", "'+49 30" -> "+49 30", "=+49 30" -> "+49 30".  Failing: "#N/A" -> "".
    """
    if _ORDINARY.fullmatch(cell):
        # What is unfinished has one of these, and looking for them is quick.
        return "" if (cell[-1] == "." or ":" in cell) and _is_unfinished(cell) else cell
    text = visible(cell)
    text = (text[1:] if _GUARDED.match(text) else text).strip()
    if text.startswith("="):
        return _of_formula(text)
    return "" if _is_unfinished(text) or _is_error(text) else text


def _is_unfinished(text: str) -> bool:
    has_sign = text.endswith(_ENDS_OF_UNFINISHED) or text.startswith(_STARTS_OF_UNFINISHED)
    return has_sign and _UNFINISHED.fullmatch(text) is not None


def _is_error(text: str) -> bool:
    """Whether a spreadsheet wrote this instead of a value.

    Passing: "#N/A", "#VÆRDI!", "#HIÁNYZIK", "#####".  Failing: "#1", "#Hashtag", "#winning!".
    """
    if not text.startswith("#"):
        return False
    if text.lower() in _ERROR_WORDS or _ONLY_HASHES.fullmatch(text):
        return True
    is_marked = _ERROR_MARKED.fullmatch(text) is not None and text.isupper()
    return is_marked or _ERROR_SLASH.fullmatch(text) is not None


def _of_formula(text: str) -> str:
    """The text or number of a formula that is nothing else; other formulas unchanged."""
    if found := _TEXT_FORMULA.fullmatch(text):
        return found.group(1).replace('""', '"').strip()
    found = _NUMBER_FORMULA.fullmatch(text)
    return found.group(1) if found else text
