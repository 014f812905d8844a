"""Recognises what stands in a cell for nothing: "null", "(blank)", "\\N", "{first_name}", a formula. Pure."""

import re

_NO_VALUE_WORDS = (
    "null undefined nan none nil n/a n.a. n.a na #n/a #null n\\a n.n. n.n nn unknown tbd tba - -- --- – — . .. ? ?? "
    "??? x xx xxx xxxx test asdf asdfg asdfgh asdfasdf qwerty qwertz qwert deleted empty anonymous "
    "noname name firstname lastname fname lname company unbekannt k.a. k.a inconnu anonym "
    "desconocido ninguno sconosciuto nieznany brak неизвестно нет 不明 未定 無し なし 未知 无 無 空 匿名"
)
_NO_VALUE = frozenset(_NO_VALUE_WORDS.split()) | {
    "\\n", "not available", "not provided", "not specified", "not found", "not set", "not applicable", "no name",
    "no value", "first name", "last name", "company name", "your name", "your company", "keine angabe", "не указано",
    "object object", "no data", "to be determined", "unknown company", "no disponible", "non disponible",
    "nicht verfügbar", "nicht gefunden", "deleted user", "deleted contact", "unknown unknown",
}  # fmt: skip
# As a value of a variable the other words can be meant.
_VALUE_NO_VALUE = frozenset(
    {
        "\\n",
        "null",
        "undefined",
        "nan",
        "object object",
        "#n/a",
        "#null",
        "n/a",
        "n\\a",
        "n.n.",
        "not found",
        "not set",
        "deleted",
    }
)
# These can be meant unless they stand in brackets.
_IN_BRACKETS = frozenset({"blank", "leer", "vide", "vacío", "vuoto", "no"})
_BRACKETED = re.compile(r"\(\s*([^()]+?)\s*\)|\[\s*([^\[\]]+?)\s*\]|<\s*([^<>]+?)\s*>|-+\s*([^\W\d_][^-]*?)\s*-+")
_OPENS_BRACKET = frozenset("([<-")
_LONGEST = 40
_PLACEHOLDER = re.compile(
    r"\{\{.*\}\}|\[\[.*\]\]|<<.*>>|%[A-Za-z_]+%|\*\|.*\|\*|\$\{.*\}|\{\s*[A-Za-z]\w*(?:[ .-]\w+){0,3}\s*\}"
    r"|[\[<](?:first|last|full|company|name|f_?name|l_?name)[^\]>]*[\]>]",
    re.I,
)
# With one of these a text may be more than its words.
_SIGNS = frozenset("([<-={%*$")
# A formula that was written and never calculated: of a function, of another cell, or of a text.
_FORMULA = re.compile(r"=\s*[+-]?(?:[A-Za-z_][\w.]*\(|\$?[A-Za-z]{1,3}\$?\d|[\"'(]|\w+!).*", re.DOTALL)
_ELEMENT = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>@]*)?/?>")


def is_no_value(text: str) -> bool:
    """Whether a name stands for nothing.

    Passing: "null", "null null", "(no name)", "-None-".  Failing: "Nullmann", "Blank".
    """
    lower = text.lower()
    return lower in _NO_VALUE or _is_nothing(lower)


def is_no_value_of_variable(text: str) -> bool:
    """Whether the value of a variable stands for nothing; a word that can be meant, such as "none", does not."""
    lower = text.lower()
    return lower in _VALUE_NO_VALUE or _is_nothing(lower)


def has_element(text: str) -> bool:
    """Whether a text holds an element of HTML: "<b>Bob</b>", "Bob<br>"."""
    return "<" in text and _ELEMENT.search(text) is not None


def _is_nothing(lower: str) -> bool:
    """Whether a text repeats a word for nothing, has one in brackets, or is to be filled in yet."""
    # Most texts have none of these characters, and looking for them is quick.
    if _SIGNS.isdisjoint(lower):
        first, _, rest = lower.partition(" ")
        return first in _NO_VALUE and len(first) > 1 and set(rest.split()) == {first}
    if lower[0] in _OPENS_BRACKET and len(lower) <= _LONGEST and (found := _BRACKETED.fullmatch(lower)):
        inner = next(part for part in found.groups() if part)
        if inner in _NO_VALUE or inner in _IN_BRACKETS:
            return True
    if lower[0] == "=":
        return _FORMULA.fullmatch(lower) is not None
    return _PLACEHOLDER.search(lower) is not None
