"""Merge tags: which ones a text uses, which names Instantly knows, and their values for one lead."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from campaigns.copy import liquid, opt_out
from campaigns.copy.sequence import read_sequence

# Filled by Instantly itself, from the sending account. Assumed: the names.
SENDER_VARIABLES = frozenset(
    {
        "accountSignature",
        "sendingAccountName",
        "sendingAccountFirstName",
        "sendingAccountLastName",
        "sendingAccountEmail",
    }
)
# Source: instantly-facts.md §1 (camelCase merge tags) and Lead.payload.
CORE_VARIABLES = SENDER_VARIABLES | {
    "firstName",
    "lastName",
    "email",
    "companyName",
    "companyDomain",
    "jobTitle",
    "website",
    "phone",
    "personalization",
    "location",
    "linkedIn",
}
CHOICE = "RANDOM"
_BRACES = re.compile(r"\{\{|\}\}")
_SINGLE = re.compile(r"\{([^{}]*)\}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
# Only the text of a filter: an apostrophe in a fallback is no quote.
_ARGUMENT = re.compile(rf":\s*(?:{_QUOTED.pattern})")


@dataclass(frozen=True)
class Tag:
    """One `{{…}}`; `fallback` is what Instantly inserts where the lead has no value.

    `inner` are the tags inside it, which only a choice may have.
    """

    source: str
    name: str
    fallback: str | None
    choices: tuple[str, ...] = ()
    inner: tuple["Tag", ...] = ()

    @property
    def is_choice(self) -> bool:
        """Whether it is a `{{RANDOM | …}}`, which has choices and no name."""
        return bool(self.choices)


def tags_in(text: str) -> list[Tag]:
    """Return the merge tags of a text in order; what is inside a tag is in its `inner`."""
    return [_tag(text[start:end]) for start, end in _spans(text)]


def outer_tags(text: str) -> list[tuple[int, int, Tag]]:
    """Return where each outermost merge tag begins and ends, and the tag, in order."""
    return [(start, end, _tag(text[start:end])) for start, end in _spans(text)]


def replaced_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each merge tag begins and ends; behind a choice also the tags inside it."""
    for start, end, tag in outer_tags(text):
        yield start, end
        if tag.is_choice:
            inside = start + 2
            yield from ((inside + first, inside + last) for first, last in replaced_spans(text[inside : end - 2]))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the outermost pairs of double braces begin and end."""
    opened: list[int] = []
    for match in _BRACES.finditer(text):
        if match[0] == "{{":
            opened.append(match.start())
        elif opened:
            start = opened.pop()
            if not opened:
                yield start, match.end()


def _tag(source: str) -> Tag:
    content = source[2:-2]
    name, *rest = [part.strip() for part in parts(content)]
    inner = tuple(tags_in(content))
    if name == CHOICE:
        return Tag(source, "", None, tuple(rest) or ("",), inner)
    if rest and liquid.is_filter(rest[0]):
        return Tag(source, "" if _QUOTED.fullmatch(name) else name, liquid.default_of(rest), (), inner)
    return Tag(source, name, rest[0].strip("\"'") if rest else None, (), inner)


def parts(content: str) -> list[str]:
    """Split the inside of a tag at the bars that are not inside an inner tag or in the text of a filter."""
    hidden = list(content)
    for start, end in [*_spans(content), *(match.span() for match in _ARGUMENT.finditer(content))]:
        hidden[start:end] = "x" * (end - start)
    places = [place for place, character in enumerate(hidden) if character == "|"]
    return [content[start + 1 : end] for start, end in zip([-1, *places], [*places, len(content)], strict=True)]


def needed_names(sequences: object) -> tuple[str, ...]:
    """Return the variables that each lead must have for this copy: no fallback, not the sender's own; in order.

    Shapes: sequences - as Instantly returns them; switched-off variants are left out. A variable that a Liquid
        condition asks for is not needed: the copy says what is shown without it.
    """
    found: list[str] = []
    for variant in read_sequence(sequences).live_variants:
        text = f"{variant.subject} {unescape(variant.body)}"
        optional = liquid.asked_in_conditions(text) | liquid.assigned(text)
        found += [tag.name for tag in _with_inner(tags_in(text)) if _is_required(tag) and tag.name not in optional]
        found += sorted(liquid.asked_in_others(text) - optional - SENDER_VARIABLES)
    return tuple(dict.fromkeys(found))


def _with_inner(tags: list[Tag]) -> Iterator[Tag]:
    for tag in tags:
        yield tag
        yield from _with_inner(list(tag.inner))


def _is_required(tag: Tag) -> bool:
    is_own = tag.name in SENDER_VARIABLES or opt_out.is_name(tag.name)
    return bool(tag.name) and tag.fallback is None and not is_own


def nearest_name(name: str, known: Collection[str]) -> str | None:
    """Return the known name that was probably meant: "first_name" and "fristName" -> "firstName"."""
    flat = {re.sub(r"[^a-z0-9]", "", candidate.lower()): candidate for candidate in known}
    bare = re.sub(r"[^a-z0-9]", "", name.lower())
    close = difflib.get_close_matches(bare, flat, n=1, cutoff=0.8)
    return flat[close[0]] if close else None


def are_braces_balanced(text: str) -> bool:
    """Return whether every brace is matched; `{a|b}` and `{{name}}` are, `{{name}` is not."""
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def single_braced(text: str) -> list[tuple[int, int]]:
    """Return where the single braces are, which Instantly leaves as written: "{firstName}", "{Hi|Hello}"."""
    outside = liquid.without_tags(text)
    for start, end in _spans(outside):
        outside = outside[:start] + " " * (end - start) + outside[end:]
    return [match.span() for match in _SINGLE.finditer(outside)]


def filled(text: str, lead: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Replace the tags for one lead; returns (text, is_gap) pairs. A gap is the tag as written, also a Liquid tag."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for start, stop in _spans(text):
        pieces += liquid.pieces(text[end:start])
        tag = _tag(text[start:stop])
        if tag.is_choice:
            pieces += filled(tag.choices[0], lead)
        else:
            value = lead.get(tag.name) or tag.fallback
            pieces.append((tag.source, True) if value is None else (value, False))
        end = stop
    pieces += liquid.pieces(text[end:])
    return [piece for piece in pieces if piece[0]]
