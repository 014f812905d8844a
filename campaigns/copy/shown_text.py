"""Lines of an e-mail for one lead: Liquid rendered, variables filled in, links that are safe. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.copy import links, liquid
from campaigns.copy.body import Line, Segment
from campaigns.copy.liquid_rendering import LiquidRenderingError
from campaigns.copy.masking import TAG, Masking, mark, not_rendered
from campaigns.copy.variables import filled

# What the rendering is taken apart at: where a line begins, and where a piece of it does.
_LINE, _PIECE = "L", "S"


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
        written = [(number, _as_written(line, lead)) for number, line in enumerate(lines, start=1)]
        return written, not_rendered(error)


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
        self.masking = Masking(lead, liquid.assigned("\n".join(segment.text for segment in self.segments)))

    def lines(self) -> list[tuple[int, tuple[Piece, ...]]]:
        found: list[tuple[int, list[Piece]]] = []
        href = ""
        for kind, number, text in self.masking.rendered(self._source()):
            if kind == _LINE:
                found.append((number, []))
            elif kind == _PIECE:
                href = self._target(self.segments[number].href)
            elif kind == TAG and found:
                found[-1][1].extend(Piece(*pair) for pair in self._filled(self.masking.tags[number], href))
            if text and found:
                found[-1][1].append(Piece(text, href))
        return [(number, _joined(pieces)) for number, pieces in found if self._is_shown(number, pieces)]

    def _is_shown(self, number: int, pieces: Sequence[Piece]) -> bool:
        """A line that had only tags, or whose text was left out, takes no room; one that is written empty does."""
        return any(piece.text.strip() for piece in pieces) or self.written[number - 1].is_blank

    def _source(self) -> str:
        source, place = "", 0
        for number, line in enumerate(self.written, start=1):
            source += mark(_LINE, number)
            for segment in line.segments:
                source += mark(_PIECE, place) + self.masking.masked(segment.text)
                place += 1
        return source

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
