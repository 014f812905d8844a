"""Judges whether bytes, decoded in some encoding, read like text that people write. Pure."""

import re
from functools import lru_cache

from leads.importing.reading.alphabets import (
    BALTIC,
    CENTRAL,
    KNOWN,
    KNOWN_ENDINGS,
    TURKISH,
    WESTERN,
    is_latin_word,
    script_of,
    splits_a_word,
)

FAMILY = {
    "cp1252": WESTERN, "mac_roman": WESTERN, "cp850": WESTERN, "iso8859-15": WESTERN, "cp1250": CENTRAL,
    "iso8859-2": CENTRAL, "mac_latin2": CENTRAL, "cp852": CENTRAL, "cp1254": TURKISH, "cp1257": BALTIC,
}  # fmt: skip
_SCRIPT = {
    "cp1251": "CYRILLIC", "koi8_u": "CYRILLIC", "mac_cyrillic": "CYRILLIC", "cp866": "CYRILLIC",
    "iso8859-5": "CYRILLIC", "cp1253": "GREEK", "iso8859-7": "GREEK", "cp1255": "HEBREW", "cp1256": "ARABIC",
    "cp874": "THAI",
}  # fmt: skip
# East Asian encodings: the codec and the first bytes of its frequent characters.
_FREQUENT = {
    "cp932": ("cp932", range(0x88, 0x99)), "euc_jp": ("euc_jp", range(0xB0, 0xD0)),
    "gb18030": ("gb2312", range(0xB0, 0xD8)), "big5": ("big5", range(0xA4, 0xC7)),
    "cp949": ("euc_kr", range(0xB0, 0xC9)),
}  # fmt: skip
# The encodings that are weighed, the most usual first.
WEIGHED = (
    "cp1252", "cp1250", "cp1251", "mac_roman", "cp932", "cp949", "gb18030", "cp1254", "cp1257", "cp1253", "koi8_u",
    "big5", "euc_jp", "iso8859-2", "mac_cyrillic", "mac_latin2", "cp850", "cp852", "cp866", "iso8859-5", "cp1255",
    "cp1256", "cp874", "iso8859-15", "iso8859-7",
)  # fmt: skip
_BEYOND = "\u0080-\u009f\u00a1-\U0010ffff"
_NO_BREAK_SPACE = re.compile(r"([^\W\d_]+)\xa0(?=([^\W\d_]+)(?![.\w]))")
_CONTROL = re.compile("[\u0080-\u009f]")
# A character of another script that touches a small Latin letter, or stands alone beside a capital.
_BESIDE_LATIN = re.compile(r"[a-z'][^\x00-\x7f]|[^\x00-\x7f][a-z']|[A-Z][^\x00-\x7f](?![^\x00-\x7f])")
_TOKEN = re.compile(f"[A-Za-z0-9'{_BEYOND}]*[{_BEYOND}][A-Za-z0-9'{_BEYOND}]*")
_BEFORE = "“‘„‚«¿¡–—•€£¥©®"
_AFTER = "”’“‘»–—…®™©°€²³ªº½¼¾!?"
_MARKS = set("“”„‚‘’«»–—…•€£¥§©®™°·²³¹ªº½¼¾×±µ")
_ELIDED = {
    "l", "d", "n", "j", "m", "t", "s", "c", "o", "qu", "jusqu", "lorsqu", "puisqu", "dell", "all", "nell", "sull",
    "dall", "quest", "un", "mc", "aujourd",
}  # fmt: skip
_ENDINGS = {"s", "t", "re", "ll", "ve", "d", "m", "hui", "clock"}
_ONE_LETTER_WORDS = set("àáäåéèêíóôöøúÀÈÉаивкосуябжієАИВКОСУЯБЖІЄοηΟΗ")
_CASELESS = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "FULLWIDTH", "IDEOGRAPHIC", "HALFWIDTH"}


def words_of(text: str) -> list[str]:
    """The words of a text with a character beyond ASCII, marks around and inside included."""
    return _TOKEN.findall(text)


def script_of_encoding(encoding: str) -> str:
    """The script of an encoding that is neither Latin nor East Asian; "" for those."""
    return _SCRIPT.get(encoding, "")


def is_east_asian_encoding(encoding: str) -> bool:
    """Whether an encoding is one of East Asia."""
    return encoding in _FREQUENT


def is_plausible(piece: bytes, encoding: str) -> bool:
    """Whether every word of a piece of a file reads like text in this encoding."""
    try:
        text = piece.decode(encoding)
    except UnicodeError:
        return False
    if _CONTROL.search(text) or has_space_for_letter(text):
        return False
    return all(_is_word(word, text, encoding) for word in words_of(text))


def has_space_for_letter(text: str) -> bool:
    """Whether a no-break space stands inside a word, as where the "á" of an encoding of DOS is read in another one."""
    return "\xa0" in text and any(splits_a_word(*found.groups()) for found in _NO_BREAK_SPACE.finditer(text))


def is_known(word: str) -> bool:
    """Whether a word is a frequent one, or a short form such as "don’t" and "O’Brien"."""
    word = word.strip("“”‘’«»–—…®™'")
    if word.lower().endswith(KNOWN_ENDINGS):
        return True
    left, mark, right = word.partition("’")
    is_short_form = right.lower() in _ENDINGS or (left.lower() in _ELIDED and right[:1].isalpha())
    return word.lower() in KNOWN or bool(mark and left.isascii() and is_short_form)


@lru_cache(maxsize=50_000)
def _is_word(word: str, text: str, encoding: str) -> bool:
    if encoding in _FREQUENT:
        # One character among Latin words or digits is rather a mark, such as the degree in "20 °C".
        return _is_east_asian(word, encoding) and (len(word) > 1 or not re.search("[A-Za-z0-9]", text))
    core = _without_marks(word, text, encoding)
    if core is None:
        return False
    return all(_is_core(part, encoding) for part in core)


def _without_marks(word: str, text: str, encoding: str) -> list[str] | None:
    """The parts of a word between its marks; None if a mark stands where nobody writes it."""
    if all(mark in _MARKS for mark in word):
        return []
    start, end = 0, len(word)
    while start < end and word[start] in _BEFORE:
        start += 1
    while end > start and word[end - 1] in _AFTER:
        end -= 1
    before, core, after = word[:start], word[start:end].strip("'"), word[end:]
    if not core:
        return None
    # Guillemets are opened in one word and closed in another; in mixed scripts they are no sign of a wrong reading.
    is_closed = encoding in _SCRIPT or "»" in text
    if ("«" in before and not is_closed) or not (_fits_before(before, core) and _fits_after(core, after)):
        return None
    return _parts(core)


def _fits_before(marks: str, core: str) -> bool:
    if set(marks) & set("€£¥"):
        return core[0].isdigit()
    if set(marks) & set("¿¡"):
        return core[0].isupper()
    if set(marks) & set("–—©®"):
        return not core[0].islower()
    return True


def _fits_after(core: str, marks: str) -> bool:
    if set(marks) & set("²³"):
        return core.lower() in {"m", "cm", "km", "dm", "mm", "ft", "in"} or core[-1].isdigit()
    if set(marks) & set("ªº°½¼¾"):
        return core[-1].isdigit() or core.lower() == "n"
    if "€" in marks:
        return core[-1].isdigit()
    if set(marks) & set("–—"):
        return not core[-1].islower() or len(core) > 2
    return True


def _parts(core: str) -> list[str] | None:
    """The pieces between marks inside a word: "l’école" -> ["l", "école"]; None if the mark cannot stand there."""
    for place, mark in enumerate(core):
        left, right = core[:place], core[place + 1 :]
        if mark in "’‘":
            if not (right.lower() in _ENDINGS or left.lower() in _ELIDED or right[:1].isupper()):
                return None
            if left.lower() + "í" + right.lower() in KNOWN:
                return None
        elif mark in "–—":
            if not ((left[-1:].isdigit() and right[:1].isdigit()) or right[:1].isupper()):
                return None
        elif mark == "…":
            pass
        else:
            continue
        rest = _parts(right)
        return None if rest is None else [left, *rest]
    return [core]


def _is_core(word: str, encoding: str) -> bool:
    if word.isascii():
        return True
    letters = word.strip("0123456789")
    if "'" in letters:
        return all(_is_core(part, encoding) for part in letters.split("'"))
    if not _is_written(letters, word, encoding):
        return False
    if encoding in _SCRIPT:
        return _is_of_script(letters, _SCRIPT[encoding])
    if {script_of(letter) for letter in letters if not letter.isascii()} != {"LATIN"} or not _has_usual_case(letters):
        return False
    is_known_here = FAMILY[encoding] is WESTERN and letters.lower() in KNOWN
    return is_known_here or is_latin_word(letters.lower(), FAMILY[encoding])


def _is_written(letters: str, word: str, encoding: str) -> bool:
    """Whether these are letters, and a single one is a word of its own."""
    # Vowels of some scripts are marks on their letters.
    if not letters.isalpha() and encoding not in _SCRIPT:
        return False
    return len(letters) != 1 or (letters in _ONE_LETTER_WORDS and letters == word)


def _has_usual_case(word: str) -> bool:
    """Capitals stand at the start or everywhere; inside a word only ASCII ones, as in "McDonald"."""
    for place in range(1, len(word)):
        before, letter = word[place - 1], word[place]
        if before.islower() and letter.isupper() and not (before + letter).isascii():
            return False
        capitals = word[place - 2 : place] if place > 1 else ""
        if letter.islower() and capitals.isupper() and len(capitals) == 2 and not capitals.isascii():
            return False
    return True


def _is_of_script(word: str, script: str) -> bool:
    if any(script_of(letter) != script for letter in word) or not _has_usual_case(word):
        return False
    if script == "CYRILLIC":
        # Short words and those in capitals are often initials.
        return len(word) < 4 or word.isupper() or bool(set(word.lower()) & set("аеёиоуыэюяіїєўъ"))
    if script == "GREEK":
        # All but the shortest words have an accent, unless they are capitals.
        vowels = set(word) & set("αεηιουωάέήίόύώϊϋΐΰΑΕΗΙΟΥΩΆΈΉΊΌΎΏ")
        accent = set(word) & set("άέήίόύώΐΰΆΈΉΊΌΎΏ")
        return bool(vowels) and (len(word) < 4 or word.isupper() or bool(accent))
    return True


def _is_east_asian(word: str, encoding: str) -> bool:
    """Frequent characters, in runs, and not between small Latin letters."""
    if _BESIDE_LATIN.search(word):
        return False
    characters = re.sub(r"[\x00-\x7f]", "", word)
    letters = [one for one in characters if one.isalpha()]
    scripts = {script_of(letter) for letter in letters}
    if not scripts <= _CASELESS:
        return False
    halfwidth = sum("\uff61" <= one <= "\uff9f" for one in characters)
    if halfwidth:
        return halfwidth == len(characters) > 2
    if encoding == "cp949" and not scripts <= {"HANGUL"}:
        return False
    return sum(_is_frequent(letter, encoding) for letter in letters) * 10 >= len(letters) * 7


@lru_cache(maxsize=20_000)
def _is_frequent(letter: str, encoding: str) -> bool:
    if "\u3040" <= letter <= "\u30ff":
        return encoding in {"cp932", "euc_jp"}
    codec, first = _FREQUENT[encoding]
    try:
        return letter.encode(codec)[0] in first
    except UnicodeError:
        return False
