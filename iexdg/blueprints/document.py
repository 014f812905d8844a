"""Reads YAML into plain data, and remembers where each value stands. Pure.

The scalars of YAML 1.2: `09:00`, `on`, `yes` and dates are text. Anchors, aliases and `<<` work; tags do not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from iexdg.blueprints.errors import InvalidBlueprintError, Problem

Path: TypeAlias = tuple[str | int, ...]

# Aliases multiply what they stand for: a file of a hundred lines could fill the memory.
MOST_VALUES = 100_000
DEEPEST = 40
LONGEST_FILE = 2_000_000
_MERGE = "<<"
_STR = "tag:yaml.org,2002:str"
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?")
_MOST_DIGITS = 18
# YAML breaks lines at these too, editors mostly do not: every line behind one would have another number.
_RARE_BREAK = re.compile("[\x85\u2028\u2029]")
_TOO_MUCH = "The file holds too much, or is nested too deeply: look at its aliases"
# What cannot begin a text without quotes, and what people begin texts with nevertheless.
_NEEDS_QUOTES = re.compile(r"(?:^|[:-])\s+(?:\{[{%]|[%@`])")


@dataclass(frozen=True)
class Spot:
    """Where a value stands. Shapes: line, column - from 1; text_line - where the first line of a block of text is, or
    None where its lines in the file are not those of the text.
    """

    line: int
    column: int
    text_line: int | None = None


@dataclass
class Document:
    """The data of a file, and the place of each of its values by path."""

    data: Any
    spots: dict[Path, Spot] = field(default_factory=dict)
    _under: dict[int, dict[Path, list[tuple[Path, Spot]]]] = field(default_factory=dict, repr=False)

    def spots_under(self, start: Path) -> list[tuple[Path, Spot]]:
        """The places of a value and of all in it, by what their paths go on with; all values of its depth at once."""
        if len(start) not in self._under:
            groups = self._under[len(start)] = {}
            for path, spot in self.spots.items():
                if len(path) >= len(start):
                    groups.setdefault(path[: len(start)], []).append((path[len(start) :], spot))
        return self._under[len(start)].get(start, [])

    def spot(self, path: Path) -> Spot:
        """The place of a value, or of the nearest thing around it."""
        found = self.spots.get((), Spot(1, 1))
        here: Path = ()
        for part in path:
            # What checks the data has names on its way that the file does not have.
            if (*here, part) in self.spots:
                here = (*here, part)
                found = self.spots[here]
        return found


class _Composer(yaml.SafeLoader):
    """Builds nodes only, and no more than may be used; the resolver of YAML 1.1 is not asked."""

    _nodes = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        self._nodes += 1
        if self._nodes > MOST_VALUES:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise InvalidBlueprintError([Problem(_TOO_MUCH, mark.line + 1, mark.column + 1)])
        found: Node | None = super().compose_node(parent, index)
        return found


def read_document(text: str) -> Document:
    """Read one YAML document.

    Raises: InvalidBlueprintError - it is no YAML, holds what is refused here, or is too large; with line and column.
    """
    if len(text) > LONGEST_FILE:
        raise InvalidBlueprintError([Problem(f"The file is longer than {LONGEST_FILE:,} characters")])
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is not None:
        raise InvalidBlueprintError([Problem(f"{control_words(found[0])} cannot be used here", *_place(text, found))])
    found = _RARE_BREAK.search(text)
    if found is not None:
        message = f"The line break U+{ord(found[0]):04X} cannot be used here; write a line break, or take it out"
        raise InvalidBlueprintError([Problem(message, *_place(text, found))])
    loader = _Composer(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(part for part in (error.context, error.problem) if part)
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise InvalidBlueprintError([Problem(f"This is no YAML: {words}{_hint(text, place[0])}", *place)]) from None
    except RecursionError:
        raise InvalidBlueprintError([Problem(_TOO_MUCH)]) from None
    except yaml.YAMLError as error:
        raise InvalidBlueprintError([Problem(f"This is no YAML: {_first_line(error)}")]) from None
    finally:
        loader.dispose()
    reader = _Reader()
    document = Document(reader.value(node, (), 0) if node else None, reader.spots)
    if reader.problems:
        raise InvalidBlueprintError(reader.problems)
    return document


def control_words(character: str) -> str:
    """Name a character that cannot be shown."""
    return f"The control character U+{ord(character):04X}"


def _place(text: str, found: re.Match[str]) -> tuple[int, int]:
    """Line and column of a match, from 1."""
    before = text[: found.start()]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["it cannot be read"])[0]


def _hint(text: str, line: int) -> str:
    """What most often is meant by a line that cannot be read."""
    lines = text.splitlines()
    needs = line <= len(lines) and _NEEDS_QUOTES.search(lines[line - 1]) is not None
    return f"; {_QUOTES}" if needs else ""


_QUOTES = "put text that begins with {{, {%, %, @ or ` between quotes"


class _Reader:
    """Turns nodes into data; a problem is noted, and what holds it is left out."""

    def __init__(self) -> None:
        self.spots: dict[Path, Spot] = {}
        self.problems: list[Problem] = []
        self._values = 0

    def value(self, node: Node, path: Path, depth: int) -> Any:
        self._count(node, depth)
        self.spots[path] = _spot_of(node)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if node.tag not in _COLLECTION_TAGS:
            self.problems.append(_problem(node, f"The tag {node.tag} is not used here"))
        if isinstance(node, MappingNode):
            entries = self._entries(node, depth)
            return {name: self.value(value, (*path, name), depth + 1) for name, value in entries.items()}
        return [self.value(item, (*path, place), depth + 1) for place, item in enumerate(node.value)]

    def _count(self, node: Node, depth: int) -> None:
        self._values += 1
        if self._values > MOST_VALUES or depth > DEEPEST:
            raise InvalidBlueprintError([_problem(node, _TOO_MUCH)])

    def _entries(self, node: MappingNode, depth: int) -> dict[str, Node]:
        """The entries of a mapping. What `<<` merges comes first, and its own win over all of that.

        Raises: InvalidBlueprintError - a key is no text.
        """
        merged: dict[str, Node] = {}
        own: dict[str, Node] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise InvalidBlueprintError([_problem(key, f"A key has to be a word; {_QUOTES}")])
            if key.value == _MERGE and not key.style:
                self._merge(value, merged, depth)
                continue
            if key.value in own:
                self.problems.append(_problem(key, f"The key {key.value} is there twice"))
            own[key.value] = value
        return {**merged, **own}

    def _merge(self, value: Node, merged: dict[str, Node], depth: int) -> None:
        """Take over the entries of one mapping or several; the first of several wins."""
        for one in value.value if isinstance(value, SequenceNode) else [value]:
            self._count(one, depth)
            if not isinstance(one, MappingNode):
                self.problems.append(_problem(one, "Only mappings can be merged with <<"))
                continue
            for name, entry in self._entries(one, depth + 1).items():
                merged.setdefault(name, entry)

    def _scalar(self, node: ScalarNode) -> Any:
        text = str(node.value)
        if node.tag not in _PLAIN_TAGS:
            self.problems.append(_problem(node, f"The tag {node.tag} is not used here"))
            return text
        return text if node.style else plain_value(text)


_COLLECTION_TAGS = frozenset({"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
# What the resolver of YAML 1.1 writes on a plain scalar; what the text is, is decided here.
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)


def plain_value(text: str) -> Any:
    """Return what a scalar without quotes means: null, true, a number, or the text.

    Passing: "20" -> 20. "09:00", "yes", "2027-01-04" and "1_000" stay text.
    """
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text) and len(text) <= _MOST_DIGITS:
        return int(text)
    if _FLOAT.fullmatch(text) and len(text) <= _MOST_DIGITS * 2:
        return float(text)
    return text


def _spot_of(node: Node) -> Spot:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if not isinstance(node, ScalarNode):
        return Spot(line, column)
    # A block of text begins on the line below its bar; one line of text is where it stands.
    if node.style == "|":
        return Spot(line, column, line + 1)
    return Spot(line, column, line if "\n" not in node.value else None)


def _problem(node: Node, message: str) -> Problem:
    return Problem(message, node.start_mark.line + 1, node.start_mark.column + 1)


def merged(base: Document, base_path: Path, over: Document, over_path: Path) -> Document:
    """Return what stands at `over_path`, filled up with what stands at `base_path`: mappings are merged, lists not."""
    spots: dict[Path, Spot] = {}
    data = _filled(_at(base.data, base_path), _at(over.data, over_path))
    for source, start in ((base, base_path), (over, over_path)):
        spots |= source.spots_under(start)
    return Document(data, spots)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _filled(base: Any, over: Any) -> Any:
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    return {**base, **{name: _filled(base.get(name), value) for name, value in over.items()}}
