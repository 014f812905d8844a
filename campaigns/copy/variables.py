"""Merge tags: which ones a text uses, which names Instantly knows, and their values for one lead."""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import unescape

from campaigns.copy.sequence import read_sequence

# Filled by Instantly itself, from the sending account or the e-mail. Assumed: the names.
SENDER_VARIABLES = frozenset(
    {
        "accountSignature",
        "sendingAccountName",
        "sendingAccountFirstName",
        "sendingAccountLastName",
        "sendingAccountEmail",
        "unsubscribeLink",
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
_TAG = re.compile(r"\{\{([^{}]*)\}\}")
_SINGLE = re.compile(r"(?<!\{)\{\s*[A-Za-z_][\w ]*\}(?!\})")
_CHOICE = "RANDOM"


@dataclass(frozen=True)
class Tag:
    """One `{{…}}`; `fallback` is what Instantly inserts where the lead has no value."""

    source: str
    name: str
    fallback: str | None
    choices: tuple[str, ...] = ()


def tags_in(text: str) -> list[Tag]:
    """Return the merge tags of a text in order; `{{RANDOM | a | b}}` is a choice and has no name."""
    return [_tag(match) for match in _TAG.finditer(text)]


def _tag(match: re.Match[str]) -> Tag:
    name, *rest = [part.strip() for part in match[1].split("|")]
    if name == _CHOICE:
        return Tag(match[0], "", None, tuple(rest))
    return Tag(match[0], name, rest[0].strip("\"'") if rest else None)


def needed_names(sequences: object) -> tuple[str, ...]:
    """Return the variables that each lead must have for this copy: no fallback, not the sender's own; in order.

    Shapes: sequences - as Instantly returns them; switched-off variants are left out.
    """
    live = read_sequence(sequences).live_variants
    tags = [tag for variant in live for tag in tags_in(f"{variant.subject} {unescape(variant.body)}")]
    return tuple(dict.fromkeys(tag.name for tag in tags if _is_required(tag)))


def _is_required(tag: Tag) -> bool:
    return bool(tag.name) and tag.fallback is None and tag.name not in SENDER_VARIABLES


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


def single_braced(text: str) -> list[str]:
    """Return names in single braces, which reach the reader as written: "{firstName}". Choices are not included."""
    return _SINGLE.findall(text)


def filled(text: str, lead: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Replace the tags for one lead; returns (text, is_gap) pairs. A gap is the tag as written."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _TAG.finditer(text):
        pieces.append((text[end : match.start()], False))
        value = _value(_tag(match), lead)
        pieces.append((match[0], True) if value is None else (value, False))
        end = match.end()
    pieces.append((text[end:], False))
    return [piece for piece in pieces if piece[0]]


def _value(tag: Tag, lead: Mapping[str, str]) -> str | None:
    if tag.choices:
        return tag.choices[0]
    return lead.get(tag.name) or tag.fallback
