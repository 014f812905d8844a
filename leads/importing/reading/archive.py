"""Streams the XML parts of a workbook: no part is unpacked as a whole, and no entity is followed."""

import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.kind import incomplete_archive

_PIECE = 64 * 1024
Attributes = dict[str, str]
OnStart = Callable[[str, Attributes], None]
OnEnd = Callable[[str], None]
OnText = Callable[[str], None]


def damaged() -> UnreadableFileError:
    """A part that is missing or is no XML."""
    return UnreadableFileError("the workbook is damaged", "Open it in Excel, save it again as .xlsx and upload that")


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the archive; whatever is wrong with it or its XML becomes one clear error.

    Raises: UnreadableFileError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except zipfile.BadZipFile:
        raise incomplete_archive() from None
    except (zlib.error, expat.ExpatError, NotImplementedError, KeyError, ValueError, EOFError, OSError):
        raise damaged() from None


def part_of(base: str, target: str) -> str:
    """The part that a relationship of the folder `base` points to: ("xl", "../docs/a.xml") -> "docs/a.xml"."""
    parts: list[str] = []
    whole = target.lstrip("/") if target.startswith("/") else f"{base}/{target}"
    for piece in whole.split("/"):
        if piece == "..":
            parts = parts[:-1]
        elif piece not in {"", "."}:
            parts.append(piece)
    return "/".join(parts)


def walk(archive: zipfile.ZipFile, name: str, start: OnStart, end: OnEnd, text: OnText | None = None) -> None:
    """Parse a part; names come without their prefix."""
    for _ in pieces(archive, name, start, end, text):
        pass


def pieces(
    archive: zipfile.ZipFile, name: str, start: OnStart, end: OnEnd, text: OnText | None = None
) -> Iterator[None]:
    """Parse a part piece by piece; the caller takes what was found so far after each."""
    local: dict[str, str] = {}

    def without_prefix(tag: str) -> str:
        return local.get(tag) or local.setdefault(tag, tag.rpartition(":")[2])

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: start(without_prefix(tag), attributes)
    parser.EndElementHandler = lambda tag: end(without_prefix(tag))
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if text is not None:
        parser.CharacterDataHandler = text
    with archive.open(name) as file:
        while piece := file.read(_PIECE):
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
        yield


def _refuse_doctype(*_: object) -> None:
    raise damaged()


class SharedText:
    """The texts that cells of a workbook refer to by number, kept as bytes to save memory."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """Append a text.

        Raises: UnreadableFileError - they are too many.
        """
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))
        if len(self._bytes) > limits.SHARED_BYTES or len(self._ends) > limits.SHARED_TEXTS:
            raise UnreadableFileError("the workbook has too much text", "Split it, or save the sheet as CSV")

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise damaged()
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode("utf-8")
