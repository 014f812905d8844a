"""The sandbox is standard library only, but for one reader of YAML: it starts where the product is not installed."""

import ast
import sys
from pathlib import Path

import iexdg.sandbox

ALLOWED = sys.stdlib_module_names
# The demo reads the example file of blueprints, with the parser and not with the code of the product.
ALSO = {("blueprint.py", "yaml")}


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_only_the_standard_library_and_itself_are_imported() -> None:
    paths = sorted(Path(iexdg.sandbox.__file__).parent.rglob("*.py"))
    assert len(paths) > 50
    foreign = {
        f"{path.name}: {name}"
        for path in paths
        for name in imported(path)
        if (path.name, name) not in ALSO
        if name.partition(".")[0] not in ALLOWED and not name.startswith("iexdg.sandbox")
    }
    assert foreign == set()
