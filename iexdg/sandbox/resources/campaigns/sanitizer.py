"""What the vendor's sanitizer leaves of a mail body: only lines that are wrapped in an element."""

import re
from html.parser import HTMLParser
from typing import Any

_VOID = frozenset({"br", "img", "hr"})
_BREAK_AND_NEWLINE = re.compile(r"<br\s*/?>[ \t]*\r?\n", re.IGNORECASE)


def sanitized_body(body: str) -> str:
    """Return what is stored of a body.

    Shapes: "<div>Hi</div><div><br></div>" stays as it is; "Hi<br>\\nthere" leaves nothing.
    Source: instantly-facts.md §6.11 (Law 4).
    """
    keeper = _Keeper(convert_charrefs=False)
    keeper.feed(_BREAK_AND_NEWLINE.sub("", body).replace("\r", "").replace("\n", ""))
    keeper.close()
    return "".join(keeper.kept)


def sanitized_sequences(sequences: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return sequences with every body as it is stored."""
    return [sequence | {"steps": [_step(step) for step in sequence["steps"]]} for sequence in sequences]


def _step(step: dict[str, Any]) -> dict[str, Any]:
    return step | {
        "variants": [variant | {"body": sanitized_body(variant["body"])} for variant in step["variants"]],
    }


class _Keeper(HTMLParser):
    """Copies everything but text that stands outside of any element."""

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.kept: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._keep(self.get_starttag_text() or "", inside=self._depth > 0 or tag not in _VOID)
        self._depth += tag not in _VOID

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._keep(self.get_starttag_text() or "", inside=self._depth > 0)

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in _VOID:
            self.kept.append(f"</{tag}>")
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        self._keep(data, inside=self._depth > 0)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};", inside=self._depth > 0)

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};", inside=self._depth > 0)

    def _keep(self, text: str, *, inside: bool) -> None:
        if inside:
            self.kept.append(text)
