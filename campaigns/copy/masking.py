"""Text with Liquid made ready for its renderer: what Liquid must not touch becomes a mark, and is put back. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping

from campaigns.copy import liquid
from campaigns.copy.liquid_rendering import LiquidRenderingError, render
from campaigns.copy.variables import outer_tags

# Signs of the private use area stand for what Liquid must not touch.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([A-Z])(\\d+){_CLOSE}")
_STRAY = re.compile(f"[{_OPEN}{_CLOSE}]")
_PLAIN = re.compile(r"[A-Za-z_]\w*")
# How a message of the parser, which quotes as Python does, shows either of them.
_QUOTED = re.compile(f"[{_OPEN}{_CLOSE}]|\\\\ue00[01]")
_LONGEST_QUOTE = 60
# The kind of mark that stands for a merge tag; whoever renders has others of its own.
TAG = "T"


def mark(kind: str, number: int) -> str:
    """A mark, which comes out of the rendering as a part."""
    return f"{_OPEN}{kind}{number}{_CLOSE}"


NOT_RENDERED = "The Liquid of this e-mail cannot be rendered, and is shown as it is written"


def not_rendered(error: Exception) -> str:
    """Why a text with Liquid is shown as it is written."""
    return f"{NOT_RENDERED}: {error}"


class Masking:
    """The merge tags of one e-mail that Liquid must not read: choices, fallbacks, what has no value.

    Shapes: own - variables that the copy makes itself; tags - what the marks of kind `TAG` stand for.
    """

    def __init__(self, lead: Mapping[str, str], own: Collection[str]) -> None:
        self.lead, self.own = lead, own
        self.tags: list[str] = []

    def masked(self, text: str) -> str:
        """The text with a mark for every tag that Liquid must not read."""
        text = _STRAY.sub("", text)
        for start, end, tag in reversed(outer_tags(text)):
            is_plain = _PLAIN.fullmatch(tag.source[2:-2].strip()) is not None
            has_value = bool(self.lead.get(tag.name)) or tag.name in self.own
            if (is_plain and has_value) or (not is_plain and _is_filtered(tag.source, has_value=has_value)):
                continue
            self.tags.append(tag.source)
            text = f"{text[:start]}{mark(TAG, len(self.tags) - 1)}{text[end:]}"
        return text

    def rendered(self, source: str) -> Iterator[tuple[str, int, str]]:
        """Render; yields each part as (kind of the mark before it, its number, text), ("", 0, text) before the first.

        Raises: LiquidRenderingError - as `render`.
        """
        try:
            parts = _MARK.split(render(source, self.lead))
        except LiquidRenderingError as error:
            raise LiquidRenderingError(self._unmasked(error, source)) from None
        yield "", 0, _STRAY.sub("", parts[0])
        for at in range(1, len(parts), 3):
            yield parts[at], int(parts[at + 1]), _STRAY.sub("", parts[at + 2])

    def _unmasked(self, error: LiquidRenderingError, source: str) -> str:
        """What the parser says, in what the author wrote: a mark is none of it."""
        words, at = str(error), error.at or 0
        if not _QUOTED.search(words):
            return words
        begun = max(source.rfind("{{", 0, at), source.rfind("{%", 0, at), 0)
        written = _STRAY.sub("", _MARK.sub("", source[begun:at]))
        found = _MARK.match(source, at)
        if found is not None and found[1] == TAG:
            return f"“{_clipped(written + self.tags[int(found[2])])}” has a variable in braces inside a tag"
        return f"“{_clipped(written.rstrip())}” is not closed before the line ends or a link begins"


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _is_filtered(source: str, *, has_value: bool) -> bool:
    return liquid.is_filtered(source) and (has_value or "default" in source or source[2:].lstrip()[0] in "\"'")
