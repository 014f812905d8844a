"""Finds letters that an export wrote as codes: "J=FCrgen", "J\\u00fcrgen", "J%C3%BCrgen", "J+APw-rgen". Pure."""

import re

# Without one of these characters there is no code, and looking for them is quick.
_OPENING = frozenset("\\=%+<_")
# Codes that stand for a letter wherever they are: of programming languages, of octets, of R, of SharePoint.
_UNMISTAKABLE = re.compile(
    r"\\u[0-9A-Fa-f]{4}|\\x[89A-Fa-f][0-9A-Fa-f]|\\[23][0-7]{2}|<U\+[0-9A-Fa-f]{4,6}>|_x[0-9A-Fa-f]{4}_"
)
# Of mails ("=FC") and of links ("%FC", "%20"), beside letters.
_IN_WORD = re.compile(
    r"(?:^|(?<=[^\W\d_]))(?:=[89A-F][0-9A-F](?=[a-z=])|=[EF][0-9A-F]$|%[89A-Fa-f][0-9A-Fa-f](?=[A-Za-z%]|$))|(?<=[^\W\d_])%20"
)
_UTF_7 = re.compile(r"(?:^|(?<=[^\W\d_]))\+([A-Za-z0-9+/]{3,})(?:-|$)")
# The letters that are looked for in UTF-7 end before this one: Latin, Greek and Cyrillic ones.
_BEHIND_CYRILLIC = 0x530
_IN_LINK = frozenset("/?&@:")


def has_letters_as_codes(text: str) -> bool:
    """Whether letters of a text were written as codes.

    Passing: "J=FCrgen", "Zo+AOs".  Failing: "example.com/J%C3%BCrgen", "R+API", "E=mc2".
    """
    if _OPENING.isdisjoint(text):
        return False
    return _UNMISTAKABLE.search(text) is not None or any(map(_has_codes, text.split()))


def _has_codes(word: str) -> bool:
    """Whether a word has codes of mails or links, which an address of a page or a person may have."""
    if _OPENING.isdisjoint(word) or not _IN_LINK.isdisjoint(word):
        return False
    return _IN_WORD.search(word) is not None or any(map(_is_utf_7, _UTF_7.finditer(word)))


def _is_utf_7(found: re.Match[str]) -> bool:
    """Whether it is letters of UTF-7; capitals at the end of a word are rather an abbreviation, as in "R+API"."""
    if found.group(1).isupper() and not found.group().endswith("-"):
        return False
    try:
        letters = found.group().encode().decode("utf-7")
    except UnicodeError:
        return False
    return all(one.isalpha() and not one.isascii() and ord(one) < _BEHIND_CYRILLIC for one in letters)
