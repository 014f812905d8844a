"""A form of a page as a browser without JavaScript would send it: what is checked, chosen and written, in its order."""

from html.parser import HTMLParser
from typing import Any

Fields = list[tuple[str, str]]


class _Form(HTMLParser):
    """Collects the successful controls of one form; buttons are named beside them."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.fields: Fields = []
        self.buttons: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self._text: str | None = None
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.form_id
            if self.inside:
                self.attributes = found
        elif self.inside and tag == "input":
            self._input(found)
        elif self.inside and tag == "textarea":
            self._text = ""
            self.fields.append((str(found["name"]), ""))
        elif self.inside and tag == "select":
            self._select, self._options = str(found["name"]), []
        elif self.inside and tag == "option" and self._select is not None:
            self._options.append((found.get("value") or "", "selected" in found))
        elif self.inside and tag == "button" and found.get("name") == "do" and "disabled" not in found:
            self.buttons.append(str(found["value"]))

    def _input(self, found: dict[str, str | None]) -> None:
        kind, name, value = found.get("type") or "text", found.get("name"), found.get("value") or ""
        if not name or "disabled" in found or (kind == "checkbox" and "checked" not in found):
            return
        # A field of one line drops the breaks of its value.
        self.fields.append(
            (name, value if kind in {"checkbox", "hidden"} else value.replace("\r", "").replace("\n", ""))
        )

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self._text is not None:
            # The first break after the tag is not part of the text, and a browser sends every break as two characters.
            text = self._text.removeprefix("\n").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
            self.fields[-1] = (self.fields[-1][0], text)
            self._text = None
        elif tag == "select" and self._select is not None:
            chosen = [value for value, is_chosen in self._options if is_chosen] or [self._options[0][0]]
            self.fields.append((self._select, chosen[-1]))
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data


def form_of(html: str, form_id: str = "editor") -> _Form:
    """Read the form of a page."""
    found = _Form(form_id)
    found.feed(html)
    return found


def sent(fields: Fields, **other: str) -> dict[str, Any]:
    """What is posted, with other values in some fields. Shapes: other - `__` stands for `-` in their names."""
    made: dict[str, Any] = {}
    for name, value in fields:
        made.setdefault(name, []).append(value)
    return made | {name.replace("__", "-"): value for name, value in other.items()}
