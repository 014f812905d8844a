"""Writes e-mail bodies in the one form of HTML that Instantly's sanitizer leaves alone."""

import re
from html import escape
from urllib.parse import urlsplit

_LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]+)\)")
_LOOKS_LIKE_ADDRESS = re.compile(r"(https?://|www\.|\b[\w-]+\.[a-z]{2,}(/|\b))", re.IGNORECASE)
_BLANK_LINE = "<div><br></div>"


def to_div_html(text: str) -> str:
    """Wrap each line of plain text in a `<div>`, without a literal newline anywhere.

    Shapes: text - merge tags such as {{firstName}} stay; `[phrase](https://…)` becomes a link.
    Passing: "Hi\\n\\nBye" -> "<div>Hi</div><div><br></div><div>Bye</div>".
    Source: Law 4, the sanitizer strips bare text and `<br>` before a newline.
    """
    lines = text.strip("\r\n").splitlines()
    return "".join(f"<div>{_line_html(line.strip())}</div>" if line.strip() else _BLANK_LINE for line in lines)


def cta_link(url: str, phrase: str) -> str:
    """Return an `<a href>` around a phrase; punctuation belongs after it, never in it.

    Raises: ValueError - a url or phrase from which a broken link would come.
    Passing: ("https://example.com/clarity", "pick a time"). Failing: a phrase "example.com/clarity.".
    Source: Law 5, a bare address with its full stop was linked together with it and led to a 404.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(c.isspace() for c in url):
        raise ValueError(f"a link needs a whole http or https address, not {url!r}")
    if url[-1] in ".,;:!?)":
        raise ValueError(f"the address must not end with {url[-1]!r}: put it after the link")
    words = phrase.strip()
    if not words or _LOOKS_LIKE_ADDRESS.search(words):
        raise ValueError("the anchor text must be a phrase, not an address")
    if words[-1] in ".,;:!?":
        raise ValueError(f"the anchor text must not end with {words[-1]!r}: put it after the link")
    return f'<a href="{escape(url, quote=True)}">{escape(words, quote=False)}</a>'


def _line_html(line: str) -> str:
    pieces, end = [], 0
    for match in _LINK.finditer(line):
        pieces.append(escape(line[end : match.start()], quote=False))
        pieces.append(cta_link(match.group(2), match.group(1)))
        end = match.end()
    pieces.append(escape(line[end:], quote=False))
    return "".join(pieces)
