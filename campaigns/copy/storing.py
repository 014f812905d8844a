"""What Instantly drops of a body when it saves it: whatever stands outside every element, line breaks, comments. Pure.

Source: docs/api/instantly-facts.md §6.11 (Law 4).
"""

from dataclasses import dataclass
from html.parser import HTMLParser

_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


@dataclass(frozen=True)
class Dropped:
    """Shapes: text - words that a reader would miss; other - markup, spaces or line breaks without words."""

    text: bool = False
    other: bool = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = self.other = False
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _VOID:
            self.other = self.other or not self._depth
        else:
            self._depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag, attrs
        self.other = self.other or not self._depth

    def handle_endtag(self, tag: str) -> None:
        # Whichever element it names, it closes the one that is open.
        if self._depth and tag not in _VOID:
            self._depth -= 1
        else:
            self.other = True

    def handle_data(self, data: str) -> None:
        if not self._depth:
            self.text = self.text or bool(data.strip())
            self.other = True

    def handle_comment(self, data: str) -> None:
        del data
        self.other = True


def dropped(html: str) -> Dropped:
    """Return what of a body is not stored; any input is read without an exception."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Dropped(reader.text, reader.other or "\n" in html or "\r" in html)
