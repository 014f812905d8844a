"""Detects the encoding of a text file by rules, never by a statistical guess.

Order: byte order mark, UTF-16 without one, strict UTF-8, UTF-8 with a few damaged bytes, Windows-1252, Latin-1.
"""

import codecs
import re
from pathlib import Path

from leads.importing.errors import UnreadableFileError
from leads.importing.reading.shape import Question

_CHUNK = 1 << 20
_HEAD = 64 * 1024
# Above one damaged byte in a thousand the file was not written as UTF-8.
_MAX_DAMAGED_SHARE = 0.001
_UNDEFINED_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_DAMAGED = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def detect_encoding(path: Path) -> tuple[str, Question | None]:
    """Return the codec that reads the whole file.

    Raises: UnreadableFileError - the bytes are not text in any of the encodings.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", None
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", None
    wide = _wide_without_mark(head)
    if wide:
        return wide, None
    _refuse_binary(head)
    return _eight_bit(path), None


def _wide_without_mark(head: bytes) -> str | None:
    """Detect UTF-16 without a byte order mark: Latin text then has a zero in every second byte."""
    if len(head) < 4:
        return None
    even, odd = head[0::2], head[1::2]
    if odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.4 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return None


def _refuse_binary(head: bytes) -> None:
    # A single zero byte is reported with its line by the reader; this check is for images, archives and the like.
    if len(_CONTROL.findall(head)) > max(8, 0.01 * len(head)):
        raise UnreadableFileError("this is not a text table", "Save it as CSV or as an Excel workbook (.xlsx)")


def _eight_bit(path: Path) -> str:
    """Read the file once and compare the damaged with the valid UTF-8 characters."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    damaged = valid = size = 0
    undefined = False
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            text = decoder.decode(chunk)
            if not text.isascii():
                damaged += len(_DAMAGED.findall(text))
                valid += len(_BEYOND_ASCII.findall(text))
                undefined = undefined or bool(_UNDEFINED_IN_1252.search(chunk))
    damaged += len(_DAMAGED.findall(decoder.decode(b"", final=True)))
    if not damaged:
        return "utf-8"
    # Valid UTF-8 characters and few damaged ones: a damaged UTF-8 file. No valid ones: it never was UTF-8.
    if damaged < _MAX_DAMAGED_SHARE * size and (damaged <= valid or undefined):
        return "utf-8"
    return "latin-1" if undefined else "cp1252"
