"""Reads YAML into plain data, and remembers where each value stands. Pure.

The scalars of YAML 1.2: `09:00`, `on`, `yes` and dates are text. Anchors, aliases and `<<` work; tags do not.
"""

import re
from collections.abc import Iterator, Mapping
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
    """Builds nodes only; the resolver of YAML 1.1 is not asked."""


def read_document(text: str) -> Document:
    """Read one YAML document.

    Raises: InvalidBlueprintError - it is no YAML, holds what is refused here, or is too large; with line and column.
    """
    if len(text) > LONGEST_FILE:
        raise InvalidBlueprintError([Problem(f"The file is longer than {LONGEST_FILE:,} characters")])
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is not None:
        raise InvalidBlueprintError([Problem(f"{control_words(found[0])} cannot be used here", *_place(text, found))])
    loader = _Composer(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(part for part in (error.context, error.problem) if part)
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise InvalidBlueprintError([Problem(f"This is no YAML: {words}", *place)]) from None
    except (yaml.YAMLError, RecursionError) as error:
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
    return (str(error).splitlines() or ["it is nested too deeply"])[0]


class _Reader:
    """Turns nodes into data; a problem is noted, and what holds it is left out."""

    def __init__(self) -> None:
        self.spots: dict[Path, Spot] = {}
        self.problems: list[Problem] = []
        self._values = 0

    def value(self, node: Node, path: Path, depth: int) -> Any:
        self._values += 1
        if self._values > MOST_VALUES or depth > DEEPEST:
            raise InvalidBlueprintError(
                [_problem(node, "The file holds too much, or is nested too deeply: look at its aliases")]
            )
        self.spots[path] = _spot_of(node)
        if isinstance(node, MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, place), depth + 1) for place, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: Path, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        seen: set[str] = set()
        for key, value in _merged_first(node):
            if key.value == _MERGE and not key.style:
                self._merge(value, found, path, depth)
                continue
            if key.value in seen:
                self.problems.append(_problem(key, f"{key.value} is there twice"))
            seen.add(key.value)
            self._forget(path, key.value)
            found[key.value] = self.value(value, (*path, key.value), depth + 1)
        return found

    def _merge(self, value: Node, found: dict[str, Any], path: Path, depth: int) -> None:
        """Take over the values of one mapping or several; the first of several wins, the mapping's own win over all."""
        several = value.value if isinstance(value, SequenceNode) else [value]
        for one in reversed(several):
            if not isinstance(one, MappingNode):
                self.problems.append(_problem(one, "Only mappings can be merged with <<"))
                continue
            for name in [key.value for key, _ in one.value if isinstance(key, ScalarNode)]:
                self._forget(path, name)
            spot = self.spots[path]
            found |= self.value(one, path, depth + 1)
            self.spots[path] = spot

    def _forget(self, path: Path, name: str) -> None:
        """Drop the places of a value that another one replaces."""
        start = (*path, name)
        if start in self.spots:
            for known in [one for one in self.spots if one[: len(start)] == start]:
                del self.spots[known]

    def _scalar(self, node: Node) -> Any:
        if not isinstance(node, ScalarNode):
            return None
        text = str(node.value)
        if node.tag not in _PLAIN_TAGS:
            self.problems.append(_problem(node, f"The tag {node.tag} is not used here"))
            return text
        return text if node.style else plain_value(text)


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


def _merged_first(node: MappingNode) -> Iterator[tuple[ScalarNode, Node]]:
    """Yield the entries of a mapping, those of `<<` first.

    Raises: InvalidBlueprintError - a key is no text.
    """
    for key, _ in node.value:
        if not isinstance(key, ScalarNode):
            raise InvalidBlueprintError([_problem(key, "A key has to be a word")])
    yield from sorted(node.value, key=lambda entry: entry[0].value != _MERGE)


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
        for path, spot in source.spots.items():
            if path[: len(start)] == start:
                spots[path[len(start) :]] = spot
    return Document(data, spots)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _filled(base: Any, over: Any) -> Any:
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    return {**base, **{name: _filled(base.get(name), value) for name, value in over.items()}}
