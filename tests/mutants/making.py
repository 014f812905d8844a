"""Makes the mutants of a module: cosmic-ray's operators, ours, and what tells one mutant from another."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutants import operators as ours

# Of the many replacements that cosmic-ray knows, one of each kind and the boundaries; deciding a condition both ways
# (ours) says more than turning it round.
_KINDS = re.compile(
    r"NumberReplacer|ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceAndWithOr|ReplaceOrWithAnd|ZeroIterationForLoop"
    r"|ReplaceUnaryOperator_(Delete_Not|Delete_USub)|RemoveDecorator|ExceptionReplacer|ReplaceContinueWithBreak"
    r"|ReplaceBreakWithContinue"
    r"|ReplaceComparisonOperator_(Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Lt_Gt|Gt_Lt)"
    r"|ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul|Pow_Mul|Mod_Mul|BitOr_BitAnd|BitAnd_BitOr)"
)
_OURS = (
    ours.RemoveStatement,
    ours.DecideCondition,
    ours.DropOperand,
    ours.DropArgument,
    ours.DropElement,
    ours.TurnMembership,
)


@dataclass(frozen=True)
class Mutant:
    """One change of one module.

    Shapes: function - where it is, "" for the module itself; before, after - the lines it changes, on one line.
    """

    module: str
    function: str
    before: str
    after: str
    line: int
    code: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names it in docs/mutants.md; line numbers move, so they are not in it."""
        return self.module, self.function, self.before, self.after


def mutants_of(path: Path, module: str) -> Iterator[Mutant]:
    """Every mutant of a module that Python can compile, each changed text once."""
    code = path.read_text(encoding="utf-8")
    seen = {code}
    theirs = [get_operator(name) for name in operator_names() if _KINDS.search(name)]
    for operator in [make() for make in (*theirs, *_OURS)]:
        for occurrence, (node, line) in enumerate(_places(code, operator)):
            changed = mutate_code(code, operator, occurrence)
            if changed is None or changed in seen or _decides_nothing(node) or not _compiles(changed):
                continue
            seen.add(changed)
            before, after = changed_lines(code, changed)
            yield Mutant(module, ASTQuery(node).get_definition_name() or "", before, after, line, changed)


def _places(code: str, operator: Operator) -> list[tuple[Any, int]]:
    return [(node, start[0]) for node in ast_nodes(get_ast(code)) for start, _ in operator.mutation_positions(node)]


def _decides_nothing(node: Any) -> bool:
    """Types in a signature, the bare `*` of one, and what makes a class a frozen record: mypy looks after these."""
    if node.type == "operator" and node.value in {"*", "**"} and node.parent.type not in {"term", "power"}:
        return True
    child, parent = node, node.parent
    while parent is not None and parent.type != "simple_stmt":
        if parent.type == "expr_stmt" and "= TypeVar(" in parent.get_code():
            return True
        if parent.type in {"annassign", "tfpdef"} and child is not parent.children[0]:
            return parent.type == "tfpdef" or child is parent.children[1]
        if parent.type == "funcdef" and child is parent.annotation:
            return True
        if parent.type == "decorator" and parent.get_code().strip().startswith("@dataclass"):
            return True
        child, parent = parent, parent.parent
    return False


def _compiles(code: str) -> bool:
    try:
        compile(code, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def changed_lines(code: str, changed: str) -> tuple[str, str]:
    """The lines that differ, each side on one line: ("if a:", "if True:")."""
    old, new = code.splitlines(), changed.splitlines()
    gone, come = [], []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            gone += old[a:b]
            come += new[c:d]
    return _in_one_line(gone), _in_one_line(come)


def _in_one_line(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
