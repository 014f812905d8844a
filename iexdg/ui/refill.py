"""Puts what someone had entered back into the form of a page. Pure: HTML and values in, HTML out."""

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from django.utils.html import escape

Values = Mapping[str, Sequence[str]]
_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S | re.I)
_CHOSEN = {"checkbox", "radio"}
# Never filled in: the page's own hidden values, and what was never kept.
_LEFT_ALONE = {"hidden", "submit", "button", "reset", "image", "file", "password"}


def refill(html: str, *, action: str, page: str, values: Values) -> str | None:
    """Return the page with the values in the form that posts to `action`; None where it has no such form.

    Several forms may post to one address: the right one has the hidden values that were posted.
    Shapes: page - address of the page itself, to which a form without an action posts.
    """
    for found in _FORM.finditer(html):
        reader = _Filler(values)
        reader.feed(found.group())
        if (reader.action or page) == action and reader.matches:
            return html[: found.start()] + "".join(reader.pieces) + html[found.end() :]
    return None


class _Filler(HTMLParser):
    """Copies one form, with the values in its fields."""

    def __init__(self, values: Values) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[str] = []
        self.action = ""
        self.matches = True
        self._values = {name: list(given) for name, given in values.items()}
        self._select = ""
        self._is_typed_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag == "form":
            self.action = fields.get("action") or ""
        if tag == "input":
            fields = self._input(fields)
        elif tag == "select":
            self._select = fields.get("name") or ""
        elif tag == "option" and self._select in self._values:
            fields = _marked(fields, "selected", is_on=fields.get("value") in self._values[self._select])
        self.pieces.append(self.get_starttag_text() or "" if fields == dict(attrs) else _tag(tag, fields))
        if tag == "textarea" and (name := fields.get("name") or "") in self._values:
            self.pieces.append(escape(self._next(name)))
            self._is_typed_over = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copy as it is: a drawing is full of them, and no field of ours is written like this."""
        self.pieces.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._is_typed_over = False
        if tag == "select":
            self._select = ""
        self.pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._is_typed_over:
            self.pieces.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _input(self, fields: dict[str, str | None]) -> dict[str, str | None]:
        name, kind = fields.get("name") or "", fields.get("type") or "text"
        if kind in _CHOSEN:
            return _marked(fields, "checked", is_on=(fields.get("value") or "on") in self._values.get(name, []))
        if kind == "hidden" and name in self._values and fields.get("value", "") not in self._values[name]:
            self.matches = False
        if kind not in _LEFT_ALONE and name in self._values:
            return {**fields, "value": self._next(name)}
        return fields

    def _next(self, name: str) -> str:
        """The next value of a name; fields that share a name take theirs in the order of the page."""
        given = self._values[name]
        return given.pop(0) if len(given) > 1 else given[0] if given else ""


def _marked(fields: dict[str, str | None], mark: str, *, is_on: bool) -> dict[str, str | None]:
    rest = {name: value for name, value in fields.items() if name != mark}
    return {**rest, mark: None} if is_on else rest


def _tag(tag: str, fields: Mapping[str, str | None]) -> str:
    written = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in fields.items())
    return f"<{tag}{written}>"
