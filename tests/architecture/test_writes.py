"""Every write to Instantly goes through a door that keeps what became of it; the table of promises is true."""

import ast
import re

import pytest

from tests.architecture.tree import PRODUCT, ROOT, name_of, parsed, text, under

# The last two names of a call that changes something at Instantly -> the only modules that may make it.
DOORS = {
    ("campaigns", "pause"): "campaigns/sending/lifecycle.py",
    ("campaigns", "activate"): "campaigns/sending/lifecycle.py",
    ("leads", "add"): "leads/loading/run.py",
    ("verification", "create"): "leads/verification/run.py",
    ("emails", "send_test"): "iexdg/golive/sample_email.py",
}
RESOURCES = {path.stem: parsed(path) for path in under("iexdg/clients/instantly/resources")}
WRITES = {"POST", "PATCH", "DELETE", "PUT"}
# POST, but it reads.
READS_BY_POST = {("leads", "list"), ("leads", "count")}


def writing_methods() -> set[tuple[str, str]]:
    """Methods of the client's resources that send anything but a GET."""
    return {
        (resource, function.name)
        for resource, tree in RESOURCES.items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        if any(isinstance(node, ast.Constant) and node.value in WRITES for node in ast.walk(function))
    } - READS_BY_POST


def calls() -> list[tuple[str, tuple[str, str]]]:
    """(module, (resource, method)) of every call that could be one of the client's."""
    return [
        (name_of(path), names)
        for path in under(*PRODUCT)
        if "iexdg/clients/" not in name_of(path) and "iexdg/sandbox/" not in name_of(path)
        for node in ast.walk(parsed(path))
        if (names := _names(node)) is not None
    ]


def test_every_write_to_instantly_goes_through_a_door_that_keeps_its_outcome() -> None:
    known = writing_methods() | set(DOORS)
    made = [(module, call) for module, call in calls() if call in known]
    assert {call for _, call in made} == set(DOORS)
    assert [one for one in made if DOORS.get(one[1]) != one[0]] == []


@pytest.mark.parametrize("module", sorted(set(DOORS.values())))
def test_every_write_is_an_argument_of_the_one_door(module: str) -> None:
    """`send` gets the write as a lambda; threads ask and their answers are given to `hear`."""
    tree = parsed(ROOT / module)
    writes = [node for node in ast.walk(tree) if _names(node) in DOORS]
    doors = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    sent = {id(inner) for door in doors if door.func.id == "send" for inner in ast.walk(door)}
    is_heard = any(door.func.id == "hear" for door in doors)
    assert writes
    assert is_heard or {id(write) for write in writes} <= sent


def _names(node: ast.AST) -> tuple[str, str] | None:
    """("leads", "add") of `client.leads.add(...)` and of `leads.add(...)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    owner = node.func.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return name, node.func.attr


@pytest.mark.parametrize("place", sorted(set(re.findall(r"`([\w/]+\.py::\w+)`", text(ROOT / "docs/safety.md")))))
def test_every_place_that_the_table_of_promises_names_is_there(place: str) -> None:
    path, _, name = place.partition("::")
    definitions = (ast.FunctionDef, ast.ClassDef)
    assert name in {node.name for node in ast.walk(parsed(ROOT / path)) if isinstance(node, definitions)}
