"""Lines of an e-mail for one lead: Liquid rendered, variables filled in, links that are safe. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.copy import links, liquid
from campaigns.copy.body import Line, Segment
from campaigns.copy.liquid_rendering import LiquidRenderingError, render
from campaigns.copy.variables import filled, outer_tags

# Signs of the private use area stand for what Liquid must not touch: borders of lines and pieces, and tags.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([LST])(\\d+){_CLOSE}")
_STRAY = re.compile(f"[{_OPEN}{_CLOSE}]")
_PLAIN = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Piece:
    """Text to print escaped; `href` for a link, `is_gap` where the lead has no value."""

    text: str
    href: str = ""
    is_gap: bool = False


def shown_line(segment: Segment, lead: Mapping[str, str]) -> tuple[tuple[Piece, ...], str]:
    """Return one text for a lead, and why its Liquid is shown as it is written ("" where it is rendered)."""
    shown, note = shown_lines([Line((segment,), is_wrapped=True, has_newline=False)], lead)
    return (shown[0][1] if shown else ()), note


def shown_lines(lines: Sequence[Line], lead: Mapping[str, str]) -> tuple[list[tuple[int, tuple[Piece, ...]]], str]:
    """Return the lines that a lead reads as (number in the copy from 1, pieces), and why Liquid was not rendered.

    Lines that Liquid leaves out are missing; one that a loop repeats has its number several times.
    """
    texts = [segment.text for line in lines for segment in line.segments]
    whole = "\n".join([*texts, *(segment.href or "" for line in lines for segment in line.segments)])
    if not liquid.is_used(whole):
        return [(number, _as_filled(line, lead)) for number, line in enumerate(lines, start=1)], ""
    try:
        return _Rendering(lines, lead).lines(), ""
    except LiquidRenderingError as error:
        note = f"The Liquid of this e-mail cannot be rendered, and is shown as it is written: {error}"
        return [(number, _as_written(line, lead)) for number, line in enumerate(lines, start=1)], note


def _as_filled(line: Line, lead: Mapping[str, str]) -> tuple[Piece, ...]:
    return tuple(
        Piece(text, _safe(segment.href, lead), is_gap)
        for segment in line.segments
        for text, is_gap in filled(segment.text, lead)
    )


def _as_written(line: Line, lead: Mapping[str, str]) -> tuple[Piece, ...]:
    """The pieces with variables filled in; a tag of Liquid is text, and no variable that is missing."""
    pieces = _as_filled(line, lead)
    return tuple(Piece(one.text, one.href, one.is_gap and not liquid.has_tags(one.text)) for one in pieces)


def _safe(href: str | None, lead: Mapping[str, str]) -> str:
    """The address of a link for a lead. Only what a reader can safely click becomes a link on our page."""
    if href is None:
        return ""
    target = "".join(text for text, _ in filled(href.strip(), lead))
    return target if target.startswith(("http://", "https://")) and links.is_web_address(target) else ""


class _Rendering:
    """One e-mail with Liquid: rendered as a whole, because its tags span lines, then taken apart at the marks."""

    def __init__(self, lines: Sequence[Line], lead: Mapping[str, str]) -> None:
        self.written, self.lead = lines, lead
        self.segments = [segment for line in lines for segment in line.segments]
        self.own = liquid.assigned("\n".join(segment.text for segment in self.segments))
        self.tags: list[str] = []

    def lines(self) -> list[tuple[int, tuple[Piece, ...]]]:
        found: list[tuple[int, list[Piece]]] = []
        href = ""
        for kind, number, text in self._parts():
            if kind == "L":
                found.append((number, []))
            elif kind == "S":
                href = self._target(self.segments[number].href)
            elif kind == "T" and found:
                found[-1][1].extend(Piece(*pair) for pair in self._filled(self.tags[number], href))
            rest = _STRAY.sub("", text)
            if rest and found:
                found[-1][1].append(Piece(rest, href))
        return [(number, _joined(pieces)) for number, pieces in found if self._is_shown(number, pieces)]

    def _is_shown(self, number: int, pieces: Sequence[Piece]) -> bool:
        """A line that had only tags, or whose text was left out, takes no room; one that is written empty does."""
        return any(piece.text.strip() for piece in pieces) or self.written[number - 1].is_blank

    def _parts(self) -> list[tuple[str, int, str]]:
        """What was rendered, each part with the mark before it."""
        parts = _MARK.split(render(self._source(), self.lead))
        return [(parts[at], int(parts[at + 1]), parts[at + 2]) for at in range(1, len(parts), 3)]

    def _source(self) -> str:
        source, place = "", 0
        for number, line in enumerate(self.written, start=1):
            source += f"{_OPEN}L{number}{_CLOSE}"
            for segment in line.segments:
                source += f"{_OPEN}S{place}{_CLOSE}{self._masked(_STRAY.sub('', segment.text))}"
                place += 1
        return source

    def _masked(self, text: str) -> str:
        """The text with a mark for every tag that Liquid must not read: choices, fallbacks, what has no value."""
        for start, end, tag in reversed(outer_tags(text)):
            is_plain = _PLAIN.fullmatch(tag.source[2:-2].strip()) is not None
            has_value = bool(self.lead.get(tag.name)) or tag.name in self.own
            if (is_plain and has_value) or (not is_plain and self._is_filtered(tag.source, has_value=has_value)):
                continue
            self.tags.append(tag.source)
            text = f"{text[:start]}{_OPEN}T{len(self.tags) - 1}{_CLOSE}{text[end:]}"
        return text

    def _is_filtered(self, source: str, *, has_value: bool) -> bool:
        return liquid.is_filtered(source) and (has_value or "default" in source or source[2:].lstrip()[0] in "\"'")

    def _filled(self, source: str, href: str) -> list[tuple[str, str, bool]]:
        return [(text, href, is_gap) for text, is_gap in filled(source, self.lead)]

    def _target(self, href: str | None) -> str:
        if href is None or not liquid.is_used(href):
            return _safe(href, self.lead)
        shown, _ = shown_line(Segment(href), self.lead)
        return _safe("".join(piece.text for piece in shown), {})


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Text that stands together as one piece."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if last is not None and (last.href, last.is_gap) == (piece.href, piece.is_gap) and not piece.is_gap:
            found[-1] = Piece(last.text + piece.text, piece.href)
        else:
            found.append(piece)
    return tuple(found)
