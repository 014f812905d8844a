"""Finds the encoding of a text file, or asks: a wrong letter in a name is worse than a question.

Order: byte order mark, UTF-16 without one, escapes of ISO-2022-JP, UTF-8, UTF-8 with a few damaged bytes, mostly UTF-8.
What is left is an older encoding: one is certain only if the file reads well in it and in no other that would give
other letters.
"""

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from iexdg.ui.formatting import plural
from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.encoding import ENCODINGS, TWICE, decoding, is_encoded_twice, label_of, repair_of
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
# The encodings that are not weighed; a question offers them last.
_OTHERS = tuple(name for name in ENCODINGS if name not in WEIGHED and not name.startswith(("utf-", "iso2022")))
_LAST_OF_ASCII = 0x7F
_PREVIEWED = 3
_LONGEST_PREVIEW = 120


@dataclass
class _Letters:
    """What a file has beyond ASCII.

    Shapes: pieces - the different cells with such bytes, up to a limit, in the order of the file; valid - characters of
    UTF-8; damaged - bytes that are not UTF-8; size - all bytes of the file.
    """

    pieces: dict[bytes, None] = field(default_factory=dict)
    valid: int = 0
    damaged: int = 0
    size: int = 0

    @property
    def are_utf_8(self) -> bool:
        """Whether they were written as UTF-8: no damage, or little of it beside letters of UTF-8."""
        return not self.damaged or (self.damaged < _MAX_DAMAGED_SHARE * self.size and self.are_mostly_utf_8)

    @property
    def are_mostly_utf_8(self) -> bool:
        """Whether at least half of them are UTF-8: an older encoding hardly ever reads as that by chance."""
        return self.damaged <= self.valid


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
    letters = _eight_bit(path)
    utf_8 = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    if letters.are_utf_8:
        return _utf_8(utf_8, list(letters.pieces))
    encoding, question = weighed(list(letters.pieces))
    if not letters.are_mostly_utf_8 or (question is None and letters.pieces):
        return encoding, question
    return _mostly_utf_8(path, utf_8, letters, question.choices if question else [encoding]) or (encoding, question)


def encoding_previews(path: Path) -> list[tuple[str, str]]:
    """What each encoding that can decode a file makes of its letters beyond ASCII; empty if there are none."""
    pieces = list(_eight_bit(path).pieces)
    names = [name for name in ("utf-8", *WEIGHED, *_OTHERS) if _decodes(name, pieces)] if pieces else []
    telling = _most_telling(names, pieces)
    return [(name, _preview(telling, name)) for name in names]


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
    # DOS fills the rest of a text file with one of them.
    if len(_CONTROL.findall(head.rstrip(b"\x1a"))) > max(8, 0.01 * len(head)):
        raise UnreadableFileError("this is not a text table", "Save it as CSV or as an Excel workbook (.xlsx)")


def _eight_bit(path: Path) -> _Letters:
    """The letters of a file.

    Raises: UnreadableFileError - more lines than are read, before any of them is looked at.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    letters = _Letters()
    with path.open("rb") as file:
        rest, lines = b"", 0
        while chunk := file.read(_CHUNK):
            letters.size += len(chunk)
            lines += chunk.count(b"\n")
            if lines > limits.LINES:
                raise limits.too_many_lines()
            _count(decoder.decode(chunk), letters)
            rest = _collect(rest + chunk, letters.pieces)[-_CHUNK:]
        _collect(rest + b"\n", letters.pieces)
    _count(decoder.decode(b"", final=True), letters)
    return letters


def _count(text: str, letters: _Letters) -> None:
    if text.isascii():
        return
    letters.damaged += len(_DAMAGED.findall(text))
    letters.valid += len(_BEYOND_ASCII.findall(text))


def _collect(text: bytes, pieces: dict[bytes, None]) -> bytes:
    """Keep the different cells beyond ASCII of the lines that are complete; what is behind them is returned."""
    lines, _, rest = text.rpartition(b"\n")
    if lines.isascii() or len(pieces) >= _MOST_PIECES:
        return rest
    for line in lines.split(b"\n"):
        if line.isascii():
            continue
        for piece in _BETWEEN_CELLS.split(line):
            if not piece.isascii() and len(piece) <= _LONGEST_PIECE and len(pieces) < _MOST_PIECES:
                pieces[piece] = None
    return rest


def _utf_8(encoding: str, pieces: Sequence[bytes]) -> tuple[str, Question | None]:
    twice = [piece for piece in pieces if is_encoded_twice(piece.decode("utf-8", "replace"))]
    if not twice:
        return encoding, None
    choices = [TWICE, encoding]
    say = f"Some letters look encoded twice: “{_preview(twice[:1], encoding)}”. Choose how to read them (--encoding)."
    return TWICE, Question("encoding", choices, [_preview(twice, choice) for choice in choices], say)


def _mostly_utf_8(
    path: Path, utf_8: str, letters: _Letters, others: Sequence[str]
) -> tuple[str, Question | None] | None:
    """UTF-8 with the question whether some lines may be left out; None if the file cannot be read in it."""
    lines = _lines_left_out(path)
    if not lines:
        return None
    choices = [utf_8, *others]
    damaged = [piece for piece in letters.pieces if not _decodes("utf-8", [piece])]
    valid = [piece for piece in letters.pieces if _decodes("utf-8", [piece])]
    pieces = [*_most_telling(others, damaged)[:1], *_most_telling(others, valid)]
    left_out = f"{plural(lines, 'line')} would be left out"
    previews = [f"{_preview(pieces, utf_8)} ({left_out})", *(_preview(pieces, name) for name in others)]
    say = f"Most letters are encoded as UTF-8, but not all: {left_out}. Choose how to read the file (--encoding)."
    return utf_8, Question("encoding", choices, previews, say)


def _lines_left_out(path: Path) -> int:
    """How many lines are not UTF-8; 0 if that is so of the column names or of all lines with an address."""
    damaged, has_address, is_read = 0, False, False
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        for line in iter(partial(file.readline, limits.ROW_CHARACTERS), ""):
            is_damaged = not line.isascii() and _DAMAGED.search(line) is not None
            has_address = has_address or "@" in line
            if is_damaged and not has_address:
                return 0
            damaged += is_damaged
            is_read = is_read or ("@" in line and not is_damaged)
    return damaged if is_read else 0


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
    question = _question([name for name in (best, *rivals, *_OTHERS) if _decodes(name, pieces)], pieces)
    return question.choices[0], question


def _differs(piece: bytes, name: str, best: str) -> bool:
    return piece.decode(name, "replace") != piece.decode(best, "replace")


def _question(fitting: Sequence[str], pieces: Sequence[bytes]) -> Question:
    choices = _different(fitting, pieces) or ["cp1252", "cp1250"]
    telling = _most_telling(choices, pieces)
    say = "The file does not say how its letters are encoded. Choose the one in which they are right (--encoding)."
    return Question("encoding", choices, [_preview(telling, name) for name in choices], say)


def _different(fitting: Sequence[str], pieces: Sequence[bytes]) -> list[str]:
    """The encodings without those that read all cells as an earlier one does."""
    found: dict[tuple[str, ...], str] = {}
    for name in fitting:
        found.setdefault(tuple(piece.decode(name) for piece in pieces), name)
    return list(found.values())


def _decodes(name: str, pieces: Sequence[bytes]) -> bool:
    return not any("\ufffd" in piece.decode(name, "replace") for piece in pieces)


def _most_telling(choices: Sequence[str], pieces: Sequence[bytes]) -> list[bytes]:
    """The cell in which the choices differ most, then those with the rarest letters; short ones first."""
    differing = sorted(
        pieces, key=lambda piece: (-len({piece.decode(name, "replace") for name in choices}), len(piece))
    )
    counted = Counter(byte for piece in pieces for byte in set(piece))
    rare = sorted(differing, key=lambda piece: min(counted[byte] for byte in piece if byte > _LAST_OF_ASCII))
    return list(dict.fromkeys([*differing[:1], *rare]))


def _preview(pieces: Sequence[bytes], encoding: str) -> str:
    codec, _ = decoding(encoding)
    repair = repair_of(encoding) or str
    texts = [repair(piece.decode(codec, "replace")).strip() for piece in pieces[:_PREVIEWED]]
    return " · ".join(texts)[:_LONGEST_PREVIEW]
