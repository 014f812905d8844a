"""Where the links of a mail lead: anchors where they say, bare domains to what the vendor makes of them."""

import re
from html import unescape

_ANCHOR = re.compile(r"<a\b[^>]*\bhref\s*=\s*[\"']?([^\"'\s>]+)[^>]*>.*?</a\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"(<[^>]*>)")
# As greedy as the vendor's: a full stop behind the domain counts as a part of it.
# An e-mail address is no bare domain, on neither side of its sign.
_BARE = re.compile(r"(?<![\w@.-])(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w.%+-]*@)(?:/[^\s<]*)?\.?", re.IGNORECASE)


def auto_linked(body: str) -> str:
    """Return a body as it is sent: bare domains are links, and swallow the full stop that follows.

    Shapes: "see example.com." becomes "see <a href="http://example.com.">example.com.</a>".
    Source: instantly-facts.md §6.11 (Law 5).
    """
    parts, end = [], 0
    for anchor in _ANCHOR.finditer(body):
        parts += [_linked(body[end : anchor.start()]), anchor[0]]
        end = anchor.end()
    return "".join([*parts, _linked(body[end:])])


def has_link(body: str) -> bool:
    """Say whether a body has a link as it is sent, wherever that leads."""
    return bool(_ANCHOR.search(auto_linked(body)))


def has_working_link(body: str) -> bool:
    """Say whether a click can lead anywhere: a link that ends with a full stop is a 404.

    Source: instantly-facts.md §6.11 (Law 5).
    """
    return any(not unescape(anchor[1]).endswith(".") for anchor in _ANCHOR.finditer(auto_linked(body)))


def _linked(text: str) -> str:
    return "".join(part if part.startswith("<") else _BARE.sub(_anchor, part) for part in _TAG.split(text))


def _anchor(found: re.Match[str]) -> str:
    address = found[0] if "://" in found[0] else f"http://{found[0]}"
    return f'<a href="{address}">{found[0]}</a>'
