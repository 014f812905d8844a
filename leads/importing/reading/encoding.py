"""The encodings that a text file can be read in: their names, and how each is decoded. Pure."""

import codecs
import re
import unicodedata
from collections.abc import Callable
from functools import partial

from leads.importing.errors import UnreadableFileError
from leads.importing.reading.shape import AND_TWICE, OPEN_DOCUMENT, WORKBOOK

# UTF-8 whose letters went through Windows-1252 and UTF-8 once more, as in "KÃ¤the".
TWICE = "utf-8-twice"
# The encodings that the operator can choose, the most likely first.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark",
    TWICE: "UTF-8 encoded twice",
    "cp1252": "Windows-1252 (Western)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "mac_roman": "Mac Roman",
    "cp932": "Shift-JIS (Japanese)",
    "gb18030": "GB18030 (Chinese)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little endian",
    "utf-16-be": "UTF-16, big endian",
    "utf-32": "UTF-32",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp1258": "Windows-1258 (Vietnamese)",
    "cp874": "Windows-874 (Thai)",
    "big5": "Big5 (Chinese, traditional)",
    "cp949": "EUC-KR (Korean)",
    "euc_jp": "EUC-JP (Japanese)",
    "iso2022_jp": "ISO-2022-JP (Japanese)",
    "koi8_u": "KOI8 (Cyrillic)",
    "mac_cyrillic": "Mac Cyrillic",
    "mac_latin2": "Mac Central European",
    "iso8859-2": "ISO 8859-2 (Central European)",
    "iso8859-5": "ISO 8859-5 (Cyrillic)",
    "iso8859-7": "ISO 8859-7 (Greek)",
    "iso8859-9": "ISO 8859-9 (Turkish)",
    "iso8859-13": "ISO 8859-13 (Baltic)",
    "iso8859-15": "ISO 8859-15 (Western)",
    "iso8859-16": "ISO 8859-16 (Romanian)",
    "latin-1": "Latin-1",
    "mac_greek": "Mac Greek",
    "mac_turkish": "Mac Turkish",
    "cp437": "DOS 437 (Western)",
    "cp850": "DOS 850 (Western)",
    "cp852": "DOS 852 (Central European)",
    "cp866": "DOS 866 (Cyrillic)",
}
_WORKBOOKS = {
    WORKBOOK: "Excel workbook",
    OPEN_DOCUMENT: "OpenDocument spreadsheet",
    WORKBOOK + AND_TWICE: "Excel workbook with letters encoded twice",
    OPEN_DOCUMENT + AND_TWICE: "OpenDocument spreadsheet with letters encoded twice",
}
_ALIASES = {
    "ansi": "cp1252", "mac": "mac_roman", "macintosh": "mac_roman", "sjis": "cp932", "gb2312": "gb18030",
    "gbk": "gb18030", "cp936": "gb18030", "ms932": "cp932", "windows31j": "cp932", "shiftjis": "cp932",
    "euckr": "cp949", "koi8r": "koi8_u", "utf8bom": "utf-8-sig", "unicode": "utf-16", "cp950": "big5",
    "utf8twice": TWICE, "big5hkscs": "big5", "iso88591": "latin-1", "doubleutf8": TWICE,
}  # fmt: skip


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def encoding_named(name: str) -> str:
    """Our name for an encoding that a person wrote: "Windows-1250" -> "cp1250", "Shift_JIS" -> "cp932".

    Raises: UnreadableFileError - it is none of ours.
    """
    key = _key(name)
    known = {_key(ours): ours for ours in ENCODINGS} | _ALIASES
    if key not in known:
        try:
            key = _key(codecs.lookup(name.strip()).name)
        except (LookupError, ValueError):
            key = ""
    if key not in known:
        raise UnreadableFileError(f"“{name}” is not an encoding that is read", f"Use one of {', '.join(ENCODINGS)}")
    return known[key]


def label_of(encoding: str) -> str:
    """The display name of an encoding; "cp1250" -> "Windows-1250 (Central European)"."""
    return ENCODINGS.get(encoding) or _WORKBOOKS.get(encoding, encoding)


def decoding(encoding: str) -> tuple[str, str]:
    """The codec of an encoding, and what it does with bytes that it cannot decode.

    Single bytes are kept apart, so that only their record is unusable; in a wide encoding nothing after them is right.
    """
    if encoding.startswith(("utf-16", "utf-32")):
        return encoding, "strict"
    # A mark is skipped; without one this codec is UTF-8.
    return "utf-8-sig" if encoding == TWICE else encoding, "surrogateescape"


# Letters and marks of names; elsewhere a pair of such characters is chance: "KŘÍŽ" is no K, Ř and a lone accent.
_USUAL_ELSEWHERE = (range(0xA0, 0x180), range(0x218, 0x21C), range(0x400, 0x460), range(0x2000, 0x2130))
_USUAL = (*_USUAL_ELSEWHERE, range(0x370, 0x400), range(0x590, 0x700), range(0x1E00, 0xD800), range(0x10000, 0x30000))


def _characters(codec: str, first: int, last: int) -> str:
    """The characters of bytes in a code page, to be put between the brackets of a pattern."""
    return re.escape("".join(bytes([byte]).decode(codec, "ignore") for byte in range(first, last + 1)))


def _doubled(codec: str, leads: str, *, repeats: str = "") -> re.Pattern[str]:
    """UTF-8 read in a code page: a lead byte, then one to three others."""
    controls = "\x80-\xbf" if codec == "cp1252" else ""
    trail = f"[{controls}{_characters(codec, 0x80, 0xBF)}]"
    three, four = _characters(codec, 0xE0, 0xEF), _characters(codec, 0xF0, 0xF4)
    longer = f"|[{three}]{trail}{{2}}|[{four}]{trail}{{3}}" if not repeats else ""
    return re.compile(f"(?:[{leads}]{trail}{longer}){repeats}")


# The code pages by way of which letters are encoded twice, and how such letters look: "Ã¤", "Ă¤", "√§", "├ñ". In the
# Cyrillic one a single pair can be a word's own, as in "Рівне".
_DOUBLED = {
    "cp1252": _doubled("cp1252", _characters("cp1252", 0xC2, 0xDF)),
    "cp1250": _doubled("cp1250", _characters("cp1250", 0xC3, 0xC5)),
    "mac_roman": _doubled("mac_roman", _characters("mac_roman", 0xC3, 0xC5)),
    "cp850": _doubled("cp850", _characters("cp850", 0xC3, 0xC5)),
    "cp1251": _doubled("cp1251", _characters("cp1251", 0xD0, 0xD1), repeats="{2,}"),
}


def repair_of(encoding: str) -> Callable[[str], str] | None:
    """What is done to decoded text of this encoding; None for nothing."""
    return _REPAIRS.get(encoding)


def decoded_once_more(text: str) -> str:
    """A text whose letters were encoded twice as it was before: "KÃ¤the" -> "Käthe"; other letters unchanged."""
    for codec, pattern in _DOUBLED.items():
        text = pattern.sub(partial(_single, codec=codec), text)
    return text


# In the Vietnamese encoding a tone is a character of its own behind its letter.
_REPAIRS: dict[str, Callable[[str], str]] = {TWICE: decoded_once_more, "cp1258": partial(unicodedata.normalize, "NFC")}


def _single(found: re.Match[str], codec: str) -> str:
    """What was encoded twice by way of a code page; the same text if it is not that."""
    written = found.group()
    try:
        text = b"".join(_byte_of(one, codec) for one in written).decode("utf-8")
    except UnicodeError:
        return written
    usual = _USUAL if codec == "cp1252" else _USUAL_ELSEWHERE
    is_usual = all(any(ord(one) in span for span in usual) for one in text)
    return text if is_usual and not _stands_for_itself(written) else written


def _stands_for_itself(written: str) -> bool:
    """Whether a pair can be what it looks like, such as the capitals of "ÚŠTĚK"."""
    return len(written) == 2 and written[0] in "ÍÚÝÉËÓÔÖÜÇČĎŘŮ" and written[1] in "ŠšŽžŚśŤťŹźŒœŸŞşĽľĄąŻż…"


def _byte_of(character: str, codec: str) -> bytes:
    # Bytes that Windows-1252 does not define become controls of the same number.
    is_control = codec == "cp1252" and ord(character) < 0x100
    return bytes([ord(character)]) if is_control else character.encode(codec)


def is_encoded_twice(text: str) -> bool:
    """Whether text has letters that were encoded twice: "KÃ¤the" and "K√§the" have, "SÃO PAULO" has none."""
    return decoded_once_more(text) != text
