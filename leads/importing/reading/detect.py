"""Finds the encoding of a text file, or asks: a wrong letter in a name is worse than a question.

Order: byte order mark, UTF-16 without one, escapes of ISO-2022-JP, UTF-8, UTF-8 with a few damaged bytes. What is left
is an older encoding: one is certain only if the file reads well in it and in no other that would give other letters.
"""

import codecs
import re
from collections.abc import Sequence
from pathlib import Path

from leads.importing.errors import UnreadableFileError
from leads.importing.reading.encoding import TWICE, decoding, is_encoded_twice, label_of, repair_of
from leads.importing.reading.evidence import score
from leads.importing.reading.plausible import WEIGHED, is_plausible
from leads.importing.reading.shape import Question

_CHUNK = 1 << 20
_HEAD = 64 * 1024
# Above one damaged byte in a thousand the file was not written as UTF-8.
_MAX_DAMAGED_SHARE = 0.001
_DAMAGED = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ESCAPES_OF_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([JI])")
_ADDRESS = re.compile(rb"[\w.]@\w+\.\w{2}")
_WIDE_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BETWEEN_CELLS = re.compile(rb'[\r\n\t,;"]+')
# So many different cells are weighed, each up to this length.
_MOST_PIECES = 1500
_LONGEST_PIECE = 300
# An encoding is certain if so many of the cells read well in it, and its score is so much above any other.
_LIKELY = 0.75
_AHEAD = {"cp1252": 1.4}
_USUALLY_AHEAD = 2.5
_CHOICES = 10
# Named in every question as far as they can decode the file, however little they fit.
_ALWAYS = {"cp1252", "cp1250", "cp1251", "mac_roman", "cp932", "gb18030"}
_PREVIEWED = 3
_LONGEST_PREVIEW = 120


def detect_encoding(path: Path) -> tuple[str, Question | None]:
    """Return the encoding of the file, or the most likely one with the question that must be answered first.

    Raises: UnreadableFileError - the bytes are not text in any of the encodings.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if wide := wide_encoding(head):
        return wide, None
    _refuse_binary(head)
    if _ESCAPES_OF_ISO_2022_JP.search(head) and head.isascii():
        return "iso2022_jp", None
    pieces, is_utf_8 = _eight_bit(path)
    if is_utf_8:
        return _utf_8("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8", pieces)
    return weighed(pieces)


def encoding_previews(path: Path) -> list[tuple[str, str]]:
    """What each encoding that can decode a file makes of its letters beyond ASCII; empty if there are none."""
    pieces, _ = _eight_bit(path)
    names = [name for name in ("utf-8", *WEIGHED) if _decodes(name, pieces)] if pieces else []
    differing = _most_different(names, pieces)
    return [(name, _preview(differing, name)) for name in names]


def require_readable(path: Path, encoding: str) -> None:
    """Check an encoding that a person chose by what the bytes are for certain: wide or not, text or not.

    Raises: UnreadableFileError - the file cannot be read in it, or is no text.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    codec, _ = decoding(encoding)
    is_wide = head.startswith(_WIDE_MARKS) or _wide_without_mark(head) is not None
    if not is_wide:
        _refuse_binary(head)
    text = head.decode(codec, "replace")
    if ("\0" in text and is_wide) or ("@" not in text and b"@" in head):
        raise UnreadableFileError(
            f"the file cannot be read as {label_of(encoding)}", "Choose another encoding, or none, to have it found"
        )


def wide_encoding(head: bytes) -> str | None:
    """Return the encoding of text with two or four bytes for a character, by its beginning; None for other text."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return _wide_without_mark(head)


def _wide_without_mark(head: bytes) -> str | None:
    """Detect UTF-16 without a byte order mark: its ASCII characters, such as addresses, have a zero in one half."""
    even, odd = head[0::2], head[1::2]
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros.count(0) * 10 > len(zeros) and others.count(0) * 20 <= zeros.count(0):
            text = head[: len(head) // 2 * 2].decode(encoding, "replace")
            return encoding if text.count("\ufffd") <= 1 else None
    return None


def _refuse_binary(head: bytes) -> None:
    # A single zero byte is reported with its line by the reader; this check is for images, archives and the like.
    if not _ADDRESS.search(head) and _ADDRESS.search(head.decode("cp037").encode("ascii", "replace")):
        raise UnreadableFileError("this is EBCDIC text of a mainframe", "Convert it to UTF-8 and upload that")
    if len(_CONTROL.findall(head)) > max(8, 0.01 * len(head)):
        raise UnreadableFileError("this is not a text table", "Save it as CSV or as an Excel workbook (.xlsx)")


def _eight_bit(path: Path) -> tuple[list[bytes], bool]:
    """The different cells with bytes beyond ASCII, up to a limit, and whether the file was written as UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    pieces: dict[bytes, None] = {}
    damaged = valid = size = 0
    with path.open("rb") as file:
        rest = b""
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            text = decoder.decode(chunk)
            if not text.isascii():
                damaged += len(_DAMAGED.findall(text))
                valid += len(_BEYOND_ASCII.findall(text))
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-_CHUNK:]
            _collect(lines, pieces)
        _collect([rest], pieces)
    damaged += len(_DAMAGED.findall(decoder.decode(b"", final=True)))
    # Valid UTF-8 characters and few damaged ones: a damaged UTF-8 file. No valid ones: it never was UTF-8.
    return list(pieces), not damaged or (damaged < _MAX_DAMAGED_SHARE * size and damaged <= valid)


def _collect(lines: Sequence[bytes], pieces: dict[bytes, None]) -> None:
    if len(pieces) >= _MOST_PIECES:
        return
    for line in lines:
        if line.isascii():
            continue
        for piece in _BETWEEN_CELLS.split(line):
            if not piece.isascii() and len(piece) <= _LONGEST_PIECE and len(pieces) < _MOST_PIECES:
                pieces[piece] = None


def _utf_8(encoding: str, pieces: Sequence[bytes]) -> tuple[str, Question | None]:
    twice = [piece for piece in pieces if is_encoded_twice(piece.decode("utf-8", "replace"))]
    if not twice:
        return encoding, None
    choices = [TWICE, encoding]
    say = f"Some letters look encoded twice: “{_preview(twice[:1], encoding)}”. Choose how to read them (--encoding)."
    return TWICE, Question("encoding", choices, [_preview(twice, choice) for choice in choices], say)


def weighed(pieces: Sequence[bytes]) -> tuple[str, Question | None]:
    """Weigh the older encodings by the cells of a file that are not ASCII."""
    if not pieces:
        return "cp1252", None
    fits = {name: [is_plausible(piece, name) for piece in pieces] for name in WEIGHED}
    scores = {name: score(pieces, fits[name], name) for name in WEIGHED}
    best, *others = sorted(WEIGHED, key=lambda name: (-scores[name], WEIGHED.index(name)))
    rivals = [name for name in others if any(_differs(piece, name, best) for piece in pieces)]
    is_likely = sum(fits[best]) >= _LIKELY * len(pieces)
    enough = scores[best] - _AHEAD.get(best, _USUALLY_AHEAD)
    if is_likely and all(scores[name] <= enough for name in rivals):
        return best, None
    question = _question([name for name in (best, *rivals) if _decodes(name, pieces)], pieces)
    return question.choices[0], question


def _differs(piece: bytes, name: str, best: str) -> bool:
    return piece.decode(name, "replace") != piece.decode(best, "replace")


def _question(fitting: Sequence[str], pieces: Sequence[bytes]) -> Question:
    choices = [name for place, name in enumerate(fitting) if place < _CHOICES or name in _ALWAYS]
    choices = choices or ["cp1252", "cp1250"]
    differing = _most_different(choices, pieces)
    say = "The file does not say how its letters are encoded. Choose the one in which they are right (--encoding)."
    return Question("encoding", choices, [_preview(differing, name) for name in choices], say)


def _decodes(name: str, pieces: Sequence[bytes]) -> bool:
    return not any("\ufffd" in piece.decode(name, "replace") for piece in pieces)


def _most_different(choices: Sequence[str], pieces: Sequence[bytes]) -> list[bytes]:
    """The cells in which the choices differ most, short ones first."""
    return sorted(pieces, key=lambda piece: (-len({piece.decode(name, "replace") for name in choices}), len(piece)))


def _preview(pieces: Sequence[bytes], encoding: str) -> str:
    codec, _ = decoding(encoding)
    repair = repair_of(encoding) or str
    texts = [repair(piece.decode(codec, "replace")).strip() for piece in pieces[:_PREVIEWED]]
    return " · ".join(texts)[:_LONGEST_PREVIEW]
