"""Liquid in the copy: `{% if … %}` and filters, which Instantly renders when it sends. Parsed here only. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liquid import Environment

_OUTPUT = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"\{%-?\s*(\w*)(.*?)-?%\}", re.DOTALL)
_CONDITIONS = frozenset({"if", "elsif", "unless", "case"})
_NAME = re.compile(r"\"[^\"]*\"|'[^']*'|[A-Za-z_][\w.]*")
_WORDS = frozenset({"and", "or", "contains", "blank", "empty", "nil", "null", "true", "false", "not"})
_FILTER = re.compile(r"(\w+)\s*(:?)")
_DEFAULT = re.compile(r"default\s*:\s*(.*)", re.DOTALL)


def has_tags(text: str) -> bool:
    """Whether a text has Liquid tags, also unfinished ones."""
    return "{%" in text or "%}" in text


def is_used(text: str) -> bool:
    """Whether a text has something that Liquid renders: a tag, or a merge tag with a filter."""
    return has_tags(text) or any(is_filtered(source) for source in _outputs(text))


def without_tags(text: str) -> str:
    """The text with spaces in place of its Liquid tags, so that the rest stands where it stood."""
    return _TAG.sub(lambda match: " " * len(match[0]), text)


def tag_spans(text: str) -> list[tuple[int, int]]:
    """Return where each Liquid tag begins and ends, in order."""
    return [match.span() for match in _TAG.finditer(text)]


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in order, and for each part whether it is a Liquid tag."""
    end = 0
    for match in _TAG.finditer(text):
        yield text[end : match.start()], False
        yield match[0], True
        end = match.end()
    yield text[end:], False


def problem_of(text: str) -> str:
    """What is wrong with the Liquid of a whole e-mail, in the words of the parser; "" where nothing is.

    Passing: "{% if firstName %}Hi{% endif %}". Failing: "{% if firstName %}Hi", "{% iff firstName %}".
    """
    if has_tags(text):
        # What is between double braces is Instantly's own syntax too, so it is checked by itself.
        found = _problem(_OUTPUT.sub("x", text))
        if found:
            return found
    filtered = [source for source in _outputs(text) if is_filtered(source)]
    return next((problem for source in filtered if (problem := _problem(source))), "")


def _outputs(text: str) -> Iterator[str]:
    """The merge tags as Liquid reads them. Only to the last end of one: behind it each beginning would be tried."""
    yield from (match[0] for match in _OUTPUT.finditer(text, 0, text.rfind("}}") + 2))


def is_filtered(source: str) -> bool:
    """Whether a merge tag has a Liquid filter: `{{ firstName | capitalize }}`."""
    rest = source[2:-2].split("|")[1:]
    return bool(rest) and is_filter(rest[0].strip())


@cache
def _environment() -> "Environment":
    """The parser, loaded when it is needed: it takes 6 MB, which a process that stages files would hold for nothing."""
    liquid = import_module("liquid")
    made: Environment = liquid.Environment(tolerance=liquid.Mode.STRICT)
    return made


@lru_cache(maxsize=512)
def _problem(text: str) -> str:
    try:
        _environment().from_string(text)
    except import_module("liquid.exceptions").LiquidError as error:
        first = str(error.args[0] if error.args else error).splitlines() or [""]
        return first[0].strip()
    return ""


def is_filter(part: str) -> bool:
    """Whether what follows the bar is a Liquid filter and not a fallback: `default: "there"`, `capitalize`."""
    match = _FILTER.match(part)
    if match is None or match[1] not in _environment().filters:
        return False
    return bool(match[2]) or match[0].strip() == part.strip()


def default_of(parts: Sequence[str]) -> str | None:
    """The text of a `default` filter; None where there is none."""
    for part in parts:
        match = _DEFAULT.match(part)
        if match is not None:
            return match[1].strip().strip("\"'")
    return None


def asked_in_conditions(text: str) -> frozenset[str]:
    """The variables that a condition asks for: `{% if jobTitle %}` -> jobTitle."""
    return frozenset(name for word, rest in _TAG.findall(text) if word in _CONDITIONS for name in _names(rest))


def asked_in_others(text: str) -> frozenset[str]:
    """The variables that other tags read: `{% assign day = weekday | capitalize %}` -> weekday."""
    sources = [rest.partition("=")[2].partition("|")[0] for word, rest in _TAG.findall(text) if word == "assign"]
    sources += [rest.partition(" in ")[2].split(" ")[0] for word, rest in _TAG.findall(text) if word == "for"]
    return frozenset(name for source in sources for name in _names(source)) - assigned(text)


def assigned(text: str) -> frozenset[str]:
    """The variables that the copy makes itself: `{% assign day = … %}` -> day."""
    made = [rest.split("=")[0].strip() for word, rest in _TAG.findall(text) if word in {"assign", "capture"}]
    return frozenset(made) | {_loop_variable(rest) for word, rest in _TAG.findall(text) if word == "for"}


def _loop_variable(rest: str) -> str:
    return rest.split()[0] if rest.split() else ""


def _names(rest: str) -> list[str]:
    found = [name for name in _NAME.findall(rest) if name[0] not in "\"'" and name not in _WORDS]
    return [name.split(".")[0] for name in found]
