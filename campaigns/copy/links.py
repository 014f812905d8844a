"""Law 5: links must be `<a href>` around a phrase, with the full stop outside."""

import re
from urllib.parse import urlsplit

# Endings that Instantly links automatically. Assumed: schemes, www and well-known endings; endings that
# are also English words count only when a path follows, so that "to.Me" is not taken for an address.
_PLAIN = "com|net|org|io|app|dev|edu|gov|info|biz|uk|de|ca|eu|nl|fr|ai|co|xyz|tech|agency|ch|au|nz|jp|example"
_ONLY_WITH_PATH = "[a-z]{2,24}"
# What a browser can resolve: names with an ending, or an IP address; a merge tag may become one.
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}|\d{1,3}(?:\.\d{1,3}){3}", re.IGNORECASE)
_BARE = re.compile(
    rf"""(?<![\w@.])(
        https?://\S+
        | www\.\S+
        | (?:[a-z0-9][a-z0-9-]*\.)+(?:{_PLAIN})(?![a-z0-9@])(?:/\S*)?\.?
        | (?:[a-z0-9][a-z0-9-]*\.)+(?:{_ONLY_WITH_PATH})/\S+
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# From the beginning of a word only: one word of ten thousand letters would be tried from each of them. What has a slash
# before its sign is linked as a path; other signs end a domain, though an address may have them.
_ADDRESS = re.compile(r"(?<![\w.%+/-])[\w.%+-]+@[\w.-]+")
_TAG = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
# Words with full stops between them and no space. From the beginning of a run only, so that a long one is read once.
_RUN = re.compile(r"(?<![\w.%-])-*((?:[a-z0-9][a-z0-9-]*\.)+([a-z]{2,}))", re.IGNORECASE)
# An ending and the beginning of a sentence: the case changes between them.
_GLUED = re.compile(rf"(?:{_PLAIN})(?=[A-Z])|(?:{_PLAIN.upper()})(?=[A-Z]?[a-z])")
_BRACED = re.compile(r"\{[^{}]*\}")
_SPACE = re.compile(r"\s")
_STOPS = ".,;:!?"


def bare_links(text: str) -> list[str]:
    """Return what Instantly would turn into a link automatically; e-mail addresses and `glued_links` are not included.

    Passing: "see example.com/clarity." -> ["example.com/clarity."]. Failing: "e.g. tomorrow" -> [].
    """
    without_mail = _ADDRESS.sub(lambda match: " " * len(match[0]), text)
    without_glued = _RUN.sub(lambda match: " " * len(match[0]) if _GLUED.match(match[2]) else match[0], without_mail)
    return [match[1] for match in _BARE.finditer(without_glued)]


def glued_links(text: str) -> list[str]:
    """Return addresses to which the next sentence is glued: Instantly links both together, and that leads nowhere.

    Passing: "go to EXAMPLE.COMSee you" -> ["EXAMPLE.COMSee"]. Failing: "tomorrow.Then", "example.com See" -> [].
    """
    return [match[1] for match in _RUN.finditer(text) if _GLUED.match(match[2])]


def doubtful_links(text: str) -> list[str]:
    """Return what Instantly may turn into a link too: a word, a full stop and a word, without a space.

    Passing: "see example.team." -> ["example.team"], "tomorrow.Then" -> ["tomorrow.Then"]. Failing: "e.g. now" -> [].
    """
    rest = text
    for pattern in (_ADDRESS, _BARE, _BRACED):
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    return [match[1] for match in _RUN.finditer(rest) if not _GLUED.match(match[2])]


def is_web_address(href: str) -> bool:
    """Return whether a link can work: http, https, mailto, or a merge tag or Liquid that becomes one.

    Passing: "https://example.com/a", "https://{{website}}". Failing: "https://calendly", "https://example.com/a b".
    """
    if href.startswith(("{{", "{%")):
        return True
    if _SPACE.search(_TAG.sub("", href)):
        return False
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    host = parts.netloc.rpartition("@")[2].partition(":")[0]
    return parts.scheme in {"http", "https"} and ("{{" in host or _HOST.fullmatch(host) is not None)


def ends_with_a_stop(text: str) -> bool:
    """Return whether the text ends with punctuation."""
    return text.rstrip()[-1:] in set(_STOPS)


def is_a_phrase(text: str) -> bool:
    """Return whether a link's text is words: not an address and not empty."""
    return bool(text.strip()) and not bare_links(text) and not glued_links(text)
