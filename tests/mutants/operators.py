"""Mutation operators that take a guard out; cosmic-ray's own replace operators and constants, but remove nothing.

Each one is an `Operator` as cosmic-ray knows it, over the tree that parso makes of the code.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Keyword, Name

Node: TypeAlias = Any
Position: TypeAlias = tuple[tuple[int, int], tuple[int, int]]

_QUERIES = frozenset(
    {"filter", "exclude", "get", "update", "create", "get_or_create", "Q", "move", "move_rows", "move_batch"}
)
_KEPT_STATEMENTS = frozenset({"import_name", "import_from", "global_stmt", "nonlocal_stmt", "string", "strings"})


class RemoveStatement(Operator):
    """Puts `pass` in the place of a call, return, raise, or assignment to something that others see."""

    def mutation_positions(self, node: Node) -> list[Position]:
        is_target = node.type == "simple_stmt" and _is_in_function(node) and _does_something(node.children[0])
        return [_position(node)] if is_target and not _ends_its_function(node) else []

    def mutate(self, node: Node, index: int) -> Node:
        node.children[0] = _leaf(Name, "pass", node.children[0])
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (
            Example("def f():\n    guard()\n    a = 1\n", "def f():\n    pass\n    a = 1\n"),
            Example("def f():\n    if a:\n        return\n", "def f():\n    if a:\n        pass\n"),
            Example("def f():\n    raise A()\n", "def f():\n    pass\n"),
            Example(
                "def f():\n    if a:\n        b()\n    return None\n",
                "def f():\n    if a:\n        pass\n    return None\n",
            ),
            Example("def f():\n    a = 1\n    a.b = 2\n", "def f():\n    a = 1\n    pass\n"),
        )


class DecideCondition(Operator):
    """Puts True or False in the place of the condition of an `if`, `elif`, or conditional expression."""

    def mutation_positions(self, node: Node) -> list[Position]:
        return [_position(node.children[place]) for place in _conditions(node) for _ in ("True", "False")]

    def mutate(self, node: Node, index: int) -> Node:
        place = _conditions(node)[index // 2]
        node.children[place] = _leaf(Keyword, ("True", "False")[index % 2], node.children[place])
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (
            Example("if a > b:\n    c()\n", "if True:\n    c()\n"),
            Example("if a > b:\n    c()\n", "if False:\n    c()\n", occurrence=1),
            Example("if a:\n    c()\nelif b:\n    d()\n", "if a:\n    c()\nelif False:\n    d()\n", occurrence=3),
            Example("a = b if c else d\n", "a = b if False else d\n", occurrence=1),
        )


class DropOperand(Operator):
    """Leaves one part of an `and` or `or` out."""

    def mutation_positions(self, node: Node) -> list[Position]:
        is_either = node.type in {"and_test", "or_test"}
        return [_position(operand) for operand in node.children[::2]] if is_either else []

    def mutate(self, node: Node, index: int) -> Node:
        prefix = node.get_first_leaf().prefix
        if index == 0:
            del node.children[:2]
        else:
            del node.children[2 * index - 1 : 2 * index + 1]
        node.get_first_leaf().prefix = prefix
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (
            Example("a = b and not c\n", "a = not c\n"),
            Example("a = b and not c\n", "a = b\n", occurrence=1),
            Example("a = b or c or d\n", "a = b or d\n", occurrence=1),
        )


class DropArgument(Operator):
    """Leaves one condition or value out of a query: `filter(pk=1, state="x")` -> `filter(pk=1)`."""

    def mutation_positions(self, node: Node) -> list[Position]:
        return [_position(argument) for argument in _query_arguments(node)]

    def mutate(self, node: Node, index: int) -> Node:
        listed = node.children[1]
        if listed.type == "arglist":
            _drop(listed, 2 * index, keeps_comma=False)
        else:
            del node.children[1]
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (
            Example("a.filter(b=1, c=2)\n", "a.filter( c=2)\n"),
            Example("a.filter(b=1, c=2)\n", "a.filter(b=1)\n", occurrence=1),
            Example("a.filter(free)\n", "a.filter()\n"),
        )


class DropElement(Operator):
    """Leaves one element out of a list, tuple or set, and one entry out of a table of the module."""

    def mutation_positions(self, node: Node) -> list[Position]:
        return [_position(node.children[place]) for place in _elements(node)]

    def mutate(self, node: Node, index: int) -> Node:
        width = 3 if _is_table(node) else 1
        _drop(node, _elements(node)[index], keeps_comma=True, width=width)
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (
            Example("a = (b, c)\n", "a = ( c,)\n"),
            Example("a = (b, c)\n", "a = (b,)\n", occurrence=1),
            Example("a = (b,)\n", "a = ()\n"),
            Example("a = [b, c]\n", "a = [b,]\n", occurrence=1),
            Example("a = {b, c}\n", "a = { c,}\n"),
            Example("a = {b: 1, c: 2}\n", "a = {b: 1,}\n", occurrence=1),
            Example("a = {**b, **c}, d\ne = [b, c]\n", "a = {**b, **c}, d\ne = [ c,]\n"),
        )


class TurnMembership(Operator):
    """Puts `not in` in the place of `in`, and the other way round."""

    def mutation_positions(self, node: Node) -> list[Position]:
        is_target = node.type == "comparison" and any(_membership(child) for child in node.children)
        return [_position(node)] if is_target else []

    def mutate(self, node: Node, index: int) -> Node:
        place = next(place for place, child in enumerate(node.children) if _membership(child))
        turned = "in" if node.children[place].type == "comp_op" else "not in"
        node.children[place] = _leaf(Keyword, turned, node.children[place])
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return Example("a = b in c\n", "a = b not in c\n"), Example("a = b not in c\n", "a = b in c\n")


def _position(node: Node) -> Position:
    return node.start_pos, node.end_pos


def _leaf(kind: type[Name] | type[Keyword], value: str, replaced: Node) -> Node:
    leaf = kind(value, replaced.start_pos, prefix=replaced.get_first_leaf().prefix)
    leaf.parent = replaced.parent
    return leaf


def _is_in_function(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type != "funcdef":
        parent = parent.parent
    return parent is not None


def _does_something(statement: Node) -> bool:
    if statement.type in _KEPT_STATEMENTS or (statement.type == "keyword" and statement.value == "pass"):
        return False
    # A local name that is not bound is found by any test that runs the line.
    names_only = statement.type == "expr_stmt" and statement.children[0].type in {"name", "testlist_star_expr"}
    return not (names_only and statement.children[1].type in {"operator", "annassign"})


def _ends_its_function(node: Node) -> bool:
    """`return` or `return None` as the last line says what happens anyway."""
    body = node.parent
    is_last = body.type == "suite" and body.parent.type == "funcdef" and body.children[-1] is node
    return is_last and node.children[0].get_code().strip() in {"return", "return None"}


def _conditions(node: Node) -> list[int]:
    if node.type == "if_stmt":
        return [place for place in range(1, len(node.children)) if _word(node.children[place - 1]) in {"if", "elif"}]
    return [2] if node.type in {"test", "ternary"} else []


def _word(node: Node) -> str:
    return node.value if node.type == "keyword" else ""


def _query_arguments(node: Node) -> list[Node]:
    if node.type != "trailer" or len(node.children) != 3 or node.children[0].value != "(":
        return []
    called = node.get_previous_leaf()
    if called is None or called.value not in _QUERIES:
        return []
    listed = node.children[1]
    return list(listed.children[::2]) if listed.type == "arglist" else [listed]


def _elements(node: Node) -> list[int]:
    if node.type not in {"testlist_comp", "dictorsetmaker"}:
        return []
    if node.parent is None or node.parent.type != "atom" or node.children[-1].type.endswith("comp_for"):
        return []
    if _is_table(node):
        return [] if _is_in_function(node) else list(range(0, len(node.children), 4))
    return [] if node.get_first_leaf().value == "**" else list(range(0, len(node.children), 2))


def _is_table(node: Node) -> bool:
    return node.type == "dictorsetmaker" and getattr(node.children[1], "value", "") == ":"


def _drop(node: Node, place: int, *, keeps_comma: bool, width: int = 1) -> None:
    """Take one item out of a list with commas; `keeps_comma`: (a, b) -> (a,) stays a tuple."""
    ends = place + width
    if ends < len(node.children):
        comma = node.children[ends]
        del node.children[place : ends + 1]
        if keeps_comma and node.children and getattr(node.children[-1], "value", "") != ",":
            node.children.append(comma)
    else:
        del node.children[place if keeps_comma else place - 1 :]


def _membership(node: Node) -> bool:
    if node.type == "comp_op":
        return [child.value for child in node.children] == ["not", "in"]
    return node.type == "keyword" and node.value == "in"
