"""Law 5: links must be `<a href>` around a phrase, with the full stop outside."""

import re
from urllib.parse import urlsplit

# Endings that Instantly links by itself. Assumed: it goes for schemes, www and well-known endings; endings that
# are also English words count only with a path behind them, so that "to.Me" is not taken for an address.
_PLAIN = "com|net|org|io|app|dev|edu|gov|info|biz|uk|de|ca|eu|nl|fr|ai|example"
_ONLY_WITH_PATH = "co|me|us|to|ly|it|is|at|be|in"
_BARE = re.compile(
    rf"""(?<![\w@.-])(
        https?://\S+
        | www\.\S+
        | (?:[a-z0-9][a-z0-9-]*\.)+(?:{_PLAIN})\b(?!@)(?:/\S*)?\.?
        | (?:[a-z0-9][a-z0-9-]*\.)+(?:{_ONLY_WITH_PATH})/\S+
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+")
_STOPS = ".,;:!?"


def bare_links(text: str) -> list[str]:
    """Return what Instantly would turn into a link by itself; e-mail addresses are none.

    Passing: "see example.com/clarity." -> ["example.com/clarity."]. Failing: "e.g. tomorrow" -> [].
    """
    without_mail = _ADDRESS.sub(lambda match: " " * len(match[0]), text)
    return [match[1] for match in _BARE.finditer(without_mail)]


def is_web_address(href: str) -> bool:
    """Tell whether a click can lead somewhere: http, https, mailto, or a merge tag that becomes one."""
    if href.startswith("{{"):
        return True
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def ends_with_a_stop(text: str) -> bool:
    """Tell whether punctuation has slipped into the end."""
    return text.rstrip()[-1:] in set(_STOPS)


def is_a_phrase(text: str) -> bool:
    """Tell whether a link's text is words, not an address and not nothing."""
    return bool(text.strip()) and not bare_links(text)
