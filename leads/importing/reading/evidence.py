"""Weighs how well the cells of a file read in an encoding, so that encodings can be compared. Pure.

A score is the decimal logarithm of a likelihood: two more points mean a hundred times as likely. Each cell adds what a
cell of that kind is worth; a file in one language is likelier than the same letters spread over several.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from leads.importing.reading.alphabets import COMMON, NO_LANGUAGE, languages_of
from leads.importing.reading.plausible import (
    FAMILY,
    has_space_for_letter,
    is_east_asian_encoding,
    is_known,
    script_of_encoding,
    words_of,
)

# How rare an encoding is among the files that people have.
_RARE = {
    "cp1252": 0.0, "cp1250": -0.5, "cp1251": -0.5, "mac_roman": -1.0, "cp932": -1.0, "gb18030": -1.0, "cp949": -1.0,
    "big5": -1.2, "cp1254": -1.0, "cp1253": -1.0, "cp1257": -1.2, "cp1255": -1.2, "cp1256": -1.2, "cp874": -1.2,
    "koi8_u": -2.0, "iso8859-2": -1.5, "euc_jp": -2.0, "cp850": -2.0, "cp852": -2.0, "cp866": -2.0,
    "mac_latin2": -2.5, "mac_cyrillic": -2.5, "iso8859-5": -3.0, "iso8859-15": -2.0, "iso8859-7": -3.0,
}  # fmt: skip
_UNREADABLE, _SYMBOLS, _ODD, _FOREIGN, _FITTING, _KNOWN = -6.0, -3.0, -1.5, -1.0, -0.3, 1.0
# Per character of another script: how much less likely an uncommon one is.
_UNCOMMON = -0.5
_MOST_UNCOMMON = -3.0
_LETTERS = re.compile(r"[^\W\d_ªºµ]+")
_CONTROL = re.compile("[\u0080-\u009f\ufffd]")
_SYMBOL_BESIDE_LETTER = re.compile(
    r"[^\W\d_][^\w\s\x00-\x7f’‘“”–—…™®©°«»·„‚ªº²³]|[^\w\s\x00-\x7f’‘“”–—…™®©°«»·„‚¿¡€£§¥][^\W\d_]"
)


def score(pieces: Sequence[bytes], fits: Sequence[bool], encoding: str) -> float:
    """The score of an encoding by the cells that are not ASCII.

    Shapes: fits - for each piece whether `is_plausible`.
    """
    texts = [piece.decode(encoding, "replace") for piece in pieces]
    main = _main_language(texts, fits, encoding)
    return _RARE[encoding] + sum(
        _of_cell(text, encoding, main) if fit else _of_bad_cell(text) for text, fit in zip(texts, fits, strict=True)
    )


def _of_bad_cell(text: str) -> float:
    if _CONTROL.search(text):
        return _UNREADABLE
    return _SYMBOLS if has_space_for_letter(text) or _SYMBOL_BESIDE_LETTER.search(text) else _ODD


def _of_cell(text: str, encoding: str, main: int) -> float:
    words = words_of(text)
    known = _KNOWN * sum(map(is_known, words))
    if encoding in FAMILY:
        fitting = all(main in _languages(word, encoding) for word in words)
        return known + (_FITTING if fitting else _FOREIGN)
    return known + _FITTING + max(_MOST_UNCOMMON, _uncommon(text, encoding))


def _uncommon(text: str, encoding: str) -> float:
    common = COMMON.get(script_of_encoding(encoding) or encoding)
    letters = [letter for letter in text.lower() if letter.isalpha() and not letter.isascii()]
    if common is None or not letters:
        return 0.0
    rare = sum(letter not in common for letter in letters) / len(letters)
    # A third of the letters of any text are less common ones.
    return _UNCOMMON * len(letters) * max(0.0, rare - (0.5 if is_east_asian_encoding(encoding) else 0.4)) * 2


def _main_language(texts: Sequence[str], fits: Sequence[bool], encoding: str) -> int:
    """The place in its family of the language that most words of a file belong to; 0 for another script."""
    if encoding not in FAMILY:
        return 0
    counted = Counter[int]()
    for text, fit in zip(texts, fits, strict=True):
        for word in words_of(text) if fit else ():
            counted.update(_languages(word, encoding))
    # What these letters are in Western names is no language of Central Europe.
    counted.pop(NO_LANGUAGE.get(id(FAMILY[encoding]), -1), None)
    return counted.most_common(1)[0][0] if counted else 0


@lru_cache(maxsize=50_000)
def _languages(word: str, encoding: str) -> frozenset[int]:
    family = FAMILY[encoding]
    parts = [part for part in _LETTERS.findall(word.lower()) if not part.isascii()]
    every = frozenset(range(len(family)))
    return every.intersection(*(languages_of(part, family) for part in parts))
