"""The HTML of an e-mail for one lead, with its markup: Liquid rendered, variables filled in as text. Pure.

It reads as `shown_text` shows it: the same Liquid, the same gaps.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape

from campaigns.copy import liquid
from campaigns.copy.body import Segment
from campaigns.copy.liquid_rendering import LiquidRenderingError
from campaigns.copy.masking import TAG, Masking, mark, not_rendered
from campaigns.copy.shown_text import shown_line
from campaigns.copy.variables import filled

_MARKUP = re.compile(r"""(<!--.*?-->|</?[A-Za-z](?:"[^"]*"|'[^']*'|[^"'<>])*>)""", re.DOTALL)
_VALUE = re.compile(r"""(=\s*)("[^"]*"|'[^']*')""")
# The kind of mark that stands for markup.
_ELEMENT = "M"


@dataclass(frozen=True)
class ShownHtml:
    """What is sent. Shapes: gaps - tags without a value, as written; note - why its Liquid is as written, or ""."""

    html: str
    gaps: tuple[str, ...]
    note: str = ""


def shown_html(html: str, lead: Mapping[str, str]) -> ShownHtml:
    """Return a body for a lead. The values of a lead are plain text: none of them becomes markup."""
    if not liquid.is_used(unescape(html)):
        return _made(_filled(html, lead))
    try:
        return _made(list(_rendered(html, lead)))
    except LiquidRenderingError as error:
        return _made(_filled(html, lead), not_rendered(error))


def _made(pieces: list[tuple[str, bool]], note: str = "") -> ShownHtml:
    # A tag of Liquid that stays as written is no variable without a value.
    gaps = dict.fromkeys(text for text, is_gap in pieces if is_gap and not liquid.has_tags(text))
    return ShownHtml("".join(text for text, _ in pieces), tuple(gaps), note)


def _filled(html: str, lead: Mapping[str, str]) -> list[tuple[str, bool]]:
    return filled(html, {name: escape(text) for name, text in lead.items()})


def _rendered(html: str, lead: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Render text and markup as a whole, because Liquid spans lines.

    Raises: LiquidRenderingError - the Liquid cannot be rendered.
    """
    parts = _MARKUP.split(html)
    masking = Masking(lead, liquid.assigned(unescape("".join(parts[::2]))))
    source = ""
    for at, part in enumerate(parts):
        source += mark(_ELEMENT, at) if at % 2 else masking.masked(unescape(part))
    for kind, number, text in masking.rendered(source):
        if kind == _ELEMENT:
            yield from _element(parts[number], lead)
        elif kind == TAG:
            yield from ((escape(piece), is_gap) for piece, is_gap in filled(masking.tags[number], lead))
        yield escape(text, quote=False), False


def _element(source: str, lead: Mapping[str, str]) -> list[tuple[str, bool]]:
    """An element with the variables of its attributes; Liquid in an attribute is rendered by itself."""
    if not liquid.is_used(unescape(source)):
        return _filled(source, lead)
    return [(_VALUE.sub(lambda match: f'{match[1]}"{_value(match[2][1:-1], lead)}"', source), False)]


def _value(written: str, lead: Mapping[str, str]) -> str:
    pieces, _ = shown_line(Segment(unescape(written)), lead)
    return escape("".join(piece.text for piece in pieces))
