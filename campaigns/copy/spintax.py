"""Choices in single braces, `{Hi|Hello}`, as other tools spin them: Instantly sends them as they are written. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from campaigns.copy import liquid

# A brace behind or before one of these signs is a placeholder of another tool, such as ${name|there}.
_SIGNS = frozenset("!#$@%")
# More would make an advice that nobody reads.
_MOST_GROUPS = 6
_MOST_TEXTS = 8


@dataclass
class _Pair:
    """Two braces that belong together; `bars` are the bars of its own level, `inner` what is in braces inside it."""

    start: int
    end: int = 0
    bars: list[int] = field(default_factory=list)
    inner: list["_Pair"] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """One `{a|b}`. Shapes: start, end - its place in the text; marks - where its braces and bars are."""

    start: int
    end: int
    marks: tuple[int, ...]

    def choices(self, text: str) -> list[str]:
        """What is between its bars."""
        return [text[before + 1 : after] for before, after in zip(self.marks, self.marks[1:], strict=False)]


def groups(text: str) -> list[Group]:
    """Return the choices in single braces in order, those inside another one as well.

    Passing: "{Hi|Hello {{firstName}}}", "{{RANDOM | Hi | {Hello|Hey}}}". Failing: "{{{firstName|there}}}", "${a|b}".
    """
    found: list[Group] = []
    waiting = [(pair, False) for pair in _pairs(text)]
    while waiting:
        pair, is_in_double = waiting.pop()
        is_double = len(pair.inner) == 1 and (pair.inner[0].start, pair.inner[0].end) == (pair.start + 1, pair.end - 1)
        waiting += [(one, is_double) for one in pair.inner]
        signs = {text[pair.start - 1 : pair.start], text[pair.start + 1]}
        if pair.bars and not is_double and not is_in_double and not signs & _SIGNS:
            found.append(Group(pair.start, pair.end, (pair.start, *pair.bars, pair.end - 1)))
    return sorted(found, key=lambda one: one.start)


def outermost(found: list[Group]) -> Iterator[Group]:
    """Yield the groups that are in no other one."""
    end = 0
    for one in found:
        if one.start >= end:
            end = one.end
            yield one


def without_groups(text: str, found: list[Group]) -> str:
    """The text with spaces in place of the braces of its groups, so that the rest stands where it stood."""
    characters = list(text)
    for one in found:
        characters[one.start] = characters[one.end - 1] = " "
    return "".join(characters)


def texts(written: str) -> list[str]:
    """Return every text that a spun one can become, without repeating any: "Hi {you|all}" -> "Hi you", "Hi all".

    Empty where it would be too many to be written out.
    """
    found = groups(written)
    if len(found) > _MOST_GROUPS:
        return []
    made = list(dict.fromkeys(" ".join(one.split()) for one in _spun(written)))
    return made if len(made) <= _MOST_TEXTS else []


def _spun(written: str) -> Iterator[str]:
    pieces: list[list[str]] = []
    end = 0
    for one in outermost(groups(written)):
        pieces += [[written[end : one.start]], [text for choice in one.choices(written) for text in _spun(choice)]]
        end = one.end
    for made in product(*pieces, [written[end:]]):
        yield "".join(made)


def _pairs(text: str) -> list[_Pair]:
    """The outermost pairs of braces; those of Liquid tags are none."""
    found = _Pair(-1)
    opened = [found]
    skipped = {place for start, end in liquid.tag_spans(text) for place in range(start, end)}
    for place, character in enumerate(text):
        if place in skipped:
            continue
        if character == "{":
            opened.append(_Pair(place))
        elif character == "|":
            opened[-1].bars.append(place)
        elif character == "}" and len(opened) > 1:
            closed = opened.pop()
            closed.end = place + 1
            opened[-1].inner.append(closed)
    # What is inside a brace that is never closed is there all the same.
    return [pair for one in opened for pair in one.inner]
