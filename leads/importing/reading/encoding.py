"""The encodings that a text file can be read in: their names, and how each is decoded. Pure."""

import codecs
import re
from collections.abc import Callable

from leads.importing.errors import UnreadableFileError
from leads.importing.reading.shape import OPEN_DOCUMENT, WORKBOOK

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
    "iso8859-15": "ISO 8859-15 (Western)",
    "latin-1": "Latin-1",
    "cp850": "DOS 850 (Western)",
    "cp852": "DOS 852 (Central European)",
    "cp866": "DOS 866 (Cyrillic)",
}
_WORKBOOKS = {WORKBOOK: "Excel workbook", OPEN_DOCUMENT: "OpenDocument spreadsheet"}
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


# What UTF-8 bytes above ASCII look like when they are read as Windows-1252: a lead byte, then one to three others.
_TRAIL = (
    "[\u0080-\u00bf"
    + "".join(
        bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
    )
    + "]"
)
DOUBLED = re.compile(f"[\u00c2-\u00df]{_TRAIL}|[\u00e0-\u00ef]{_TRAIL}{{2}}|[\u00f0-\u00f4]{_TRAIL}{{3}}")


def repair_of(encoding: str) -> Callable[[str], str] | None:
    """What is done to decoded text of this encoding; None for nothing."""
    return _decoded_once_more if encoding == TWICE else None


def _decoded_once_more(text: str) -> str:
    return DOUBLED.sub(_single, text)


def _single(found: re.Match[str]) -> str:
    try:
        return b"".join(_byte_of(one) for one in found.group()).decode("utf-8")
    except UnicodeError:
        return found.group()


def _byte_of(character: str) -> bytes:
    # Bytes that Windows-1252 does not define become controls of the same number.
    return bytes([ord(character)]) if ord(character) < 0x100 else character.encode("cp1252")


def is_encoded_twice(text: str) -> bool:
    """Whether text has letters that were encoded twice: "KÃ¤the" has, "SÃO PAULO" has none."""
    return any(_single(found) != found.group() for found in DOUBLED.finditer(text))
