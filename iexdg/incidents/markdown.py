"""The subset of Markdown that our own documents use, as blocks that a template prints and escapes: pure functions.

Headings, paragraphs, lists, tables and fenced code; inside them bold, code and links. Comments are left out, and
nothing becomes HTML here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_INLINE = re.compile(
    r"\*\*(?P<bold>[^*]+)\*\*|\*(?P<em>[^*\s][^*]*)\*|`(?P<code>[^`]+)`|\[(?P<words>[^]]+)\]\((?P<url>[^)]+)\)"
)
_HEADING = re.compile(r"(#{1,4}) +(.+)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) +(.+)")
_RULE = re.compile(r"\|[\s:|-]+\|")


@dataclass(frozen=True)
class Piece:
    """Some words of a line: text, bold, em, code or link."""

    kind: str
    text: str
    url: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Block:
    """One block: heading (level, anchor), paragraph, list, table (header, rows) or code (text)."""

    kind: str
    lines: tuple[Line, ...] = ()
    level: int = 0
    anchor: str = ""
    header: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    text: str = ""


def anchor_of(heading: str) -> str:
    """Return a heading's anchor as code hosts make it: "Restart, update" -> "restart-update"."""
    kept = "".join(one for one in heading.lower() if one.isalnum() or one in " _-")
    return kept.replace(" ", "-")


def pieces_of(text: str) -> Line:
    """Split a line: "press **Pause**" -> text, bold."""
    pieces, end = [], 0
    for found in _INLINE.finditer(text):
        if found.start() > end:
            pieces.append(Piece("text", text[end : found.start()]))
        pieces.append(_piece(found))
        end = found.end()
    if end < len(text):
        pieces.append(Piece("text", text[end:]))
    return tuple(pieces)


def blocks_of(markdown: str) -> list[Block]:
    """Split a document into blocks."""
    blocks: list[Block] = []
    for chunk in _chunks(markdown.splitlines()):
        if not chunk[0].startswith("<!--"):
            blocks.extend(_blocks(chunk))
    return blocks


def _piece(found: re.Match[str]) -> Piece:
    for kind in ("bold", "em", "code"):
        if found[kind] is not None:
            return Piece(kind, found[kind])
    # Links between files lead nowhere in the dashboard; only what is on the same page or on the web does.
    url = found["url"]
    is_reachable = url.startswith(("#", "https://"))
    return Piece("link", found["words"], url) if is_reachable else Piece("text", found["words"])


def _chunks(lines: list[str]) -> Iterator[list[str]]:
    """Yield runs of lines between empty ones; a fence is one run whatever is inside."""
    chunk: list[str] = []
    in_fence = False
    for line in lines:
        if line.startswith("```"):
            if not in_fence and chunk:
                yield chunk
                chunk = []
            in_fence = not in_fence
        if in_fence or line.strip():
            chunk.append(line)
        elif chunk:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _blocks(chunk: list[str]) -> Iterator[Block]:
    heading = _HEADING.fullmatch(chunk[0])
    if heading:
        words = heading[2].strip()
        yield Block("heading", (pieces_of(words),), level=len(heading[1]), anchor=anchor_of(words))
        if chunk[1:]:
            yield from _blocks(chunk[1:])
    elif chunk[0].startswith("```"):
        yield Block("code", text="\n".join(line for line in chunk if not line.startswith("```")))
    elif len(chunk) > 1 and chunk[0].startswith("|") and _RULE.fullmatch(chunk[1].strip()):
        yield Block("table", header=_cells(chunk[0]), rows=tuple(_cells(line) for line in chunk[2:]))
    elif _ITEM.fullmatch(chunk[0]):
        yield Block("list", tuple(pieces_of(item) for item in _items(chunk)))
    else:
        yield Block("paragraph", (pieces_of(" ".join(line.strip() for line in chunk)),))


def _cells(line: str) -> tuple[Line, ...]:
    return tuple(pieces_of(cell.strip()) for cell in line.strip().strip("|").split("|"))


def _items(chunk: list[str]) -> list[str]:
    items: list[str] = []
    for line in chunk:
        found = _ITEM.fullmatch(line)
        if found:
            items.append(found[1])
        else:
            items[-1] = f"{items[-1]} {line.strip()}"
    return items
