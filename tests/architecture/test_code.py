"""Rules of this project that no linter checks."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import PRODUCT, ROOT, name_of, parsed, text, under

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CODE = [*under(*PRODUCT, "bench"), ROOT / "manage.py"]
FORBIDDEN_NAMES = {"utils", "helpers", "services", "common", "misc", "manager", "signals"}


def places(path: Path, nodes: list[ast.AST]) -> list[str]:
    return [f"{name_of(path)}:{getattr(node, 'lineno', 0)}" for node in nodes]


def test_nothing_is_imported_inside_a_function() -> None:
    # A bench chooses its database first and may import Django's models only then.
    found = [
        place
        for path in under(*PRODUCT)
        for function in ast.walk(parsed(path))
        if isinstance(function, FUNCTIONS)
        for place in places(path, [n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)])
    ]
    assert found == []


def catches_everything(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    last = node.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False  # it tidies up and lets the error go on
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or getattr(kind, "id", "") in {"Exception", "BaseException"} for kind in kinds)


def test_nothing_catches_every_error() -> None:
    assert [
        p for path in CODE for p in places(path, [n for n in ast.walk(parsed(path)) if catches_everything(n)])
    ] == []


def test_the_check_for_catching_everything_sees_all_its_forms() -> None:
    forms = ["except:", "except Exception:", "except (OSError, Exception):", "except BaseException as e:"]
    for form in forms:
        assert any(catches_everything(n) for n in ast.walk(ast.parse(f"try: pass\n{form} pass")))
    assert not any(catches_everything(n) for n in ast.walk(ast.parse("try: pass\nexcept (OSError, ValueError): pass")))


@pytest.mark.parametrize(("folders", "most"), [((*PRODUCT, "bench"), 400), (("tests",), 600)])
def test_no_file_is_too_long_to_read(folders: tuple[str, ...], most: int) -> None:
    lengths = {name_of(path): text(path).count("\n") for path in under(*folders)}
    assert {name: lines for name, lines in lengths.items() if lines > most} == {}


def test_no_function_is_too_long_to_read() -> None:
    lengths = {
        f"{name_of(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in CODE
        for node in ast.walk(parsed(path))
        if isinstance(node, FUNCTIONS)
    }
    assert {name: lines for name, lines in lengths.items() if lines > 50} == {}


BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.match_case)


def paths_through(function: ast.AST) -> int:
    """Cyclomatic complexity, counting what the linter leaves out: every `and`, `or` and comprehension is a branch."""
    inner = [node for node in ast.walk(function) if node is not function and isinstance(node, FUNCTIONS)]
    own = [node for node in ast.walk(function) if not any(node in ast.walk(one) for one in inner)]
    operands = sum(len(node.values) - 1 for node in own if isinstance(node, ast.BoolOp))
    loops = sum(1 + len(node.ifs) for node in own if isinstance(node, ast.comprehension))
    return 1 + sum(isinstance(node, BRANCHES) for node in own) + operands + loops


def test_no_function_has_too_many_paths_to_follow() -> None:
    paths = {
        f"{name_of(path)}:{node.lineno} {node.name}": paths_through(node)
        for path in CODE
        for node in ast.walk(parsed(path))
        if isinstance(node, FUNCTIONS)
    }
    assert {name: count for name, count in paths.items() if count > 13} == {}


def test_every_and_or_and_comprehension_is_a_path() -> None:
    source = "def f(a):\n if a and a or not a: return [b for b in a if b]\n def g(): return 1 if a else 2\n return g"
    assert paths_through(ast.parse(source).body[0]) == 1 + 1 + 2 + 2


def test_every_module_says_what_lives_in_it() -> None:
    silent = [name_of(path) for path in CODE if text(path).strip() and not ast.get_docstring(parsed(path))]
    assert silent == []


def test_every_package_says_in_its_first_line_what_belongs_there() -> None:
    by_convention = {"management", "commands", "migrations", "templatetags"}
    packages = [
        path for path in under(*PRODUCT) if path.name == "__init__.py" and path.parent.name not in by_convention
    ]
    assert len(packages) > 40
    assert [name_of(path) for path in packages if not ast.get_docstring(parsed(path))] == []


def test_no_module_is_named_after_nothing() -> None:
    assert [name_of(path) for path in CODE if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES] == []


def test_every_package_is_in_the_import_contract() -> None:
    contract = text(ROOT / "pyproject.toml").partition("[tool.importlinter]")[2]
    packages = {path.relative_to(ROOT).parts[1].removesuffix(".py") for path in under("iexdg")} - {"__init__"}
    assert sorted(name for name in packages if f"iexdg.{name}" not in contract) == []
