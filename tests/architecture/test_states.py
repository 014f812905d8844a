"""One table of states per thing, one writer per thing, and drawings that say the same as the tables."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tree import PRODUCT, ROOT, name_of, parsed, text, under
from tests.state_tables import TABLES, TableEntry

MOVER = "iexdg/states.py"
FIELDS = {entry.table.field for entry in TABLES}
MODELS = {entry.model.__name__ for entry in TABLES}
CREATES = {"create", "acreate", "get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create"}
WRITES = CREATES | {"update", "aupdate"}
CODE = [path for path in under(*PRODUCT) if "iexdg/sandbox/" not in name_of(path)]
# `.update(**changes)` and the like, reviewed one by one: what is passed on can hold no state.
PASSES_ON = {
    "leads/lease.py": 1,  # Lease.write refuses a state
    "campaigns/mirror/analytics.py": 1,  # counters of a campaign
    MOVER: 1,
    "iexdg/crm/automations.py": 1,  # the columns of the form
    # A connection to a CRM has no state, nor have the lists of its location.
    "iexdg/crm/lists.py": 1,
    "iexdg/crm/tokens.py": 1,
    "iexdg/crm/verbs.py": 2,
}


def keywords(call: ast.Call) -> set[str]:
    """Names of the columns that a call writes: keywords, and the keys of `defaults={...}`."""
    found = {keyword.arg for keyword in call.keywords if keyword.arg}
    dicts = [keyword.value for keyword in call.keywords if keyword.arg in {"defaults", "create_defaults", None}]
    return found | {
        str(key.value)
        for one in dicts
        for inner in ast.walk(one)
        if isinstance(inner, ast.Dict)
        for key in inner.keys
        if isinstance(key, ast.Constant)
    }


def listed(call: ast.Call) -> set[str]:
    """Words of `bulk_update(rows, ["state"])`, `save(update_fields=["state"])`, `bulk_create(update_fields=[...])`."""
    return {str(node.value) for node in ast.walk(call) if isinstance(node, ast.Constant)}


def writes_a_state(node: ast.AST) -> bool:
    """Whether this sets a state in a row, by whatever way Django has."""
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(one, ast.Attribute) and one.attr in FIELDS for one in targets)
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in WRITES or name in MODELS:
        return bool(keywords(node) & FIELDS)
    return name in {"bulk_update", "abulk_update", "bulk_create", "save", "asave", "setattr"} and bool(
        listed(node) & FIELDS
    )


def is_passed_on(node: ast.AST) -> bool:
    """`.update(**changes)`: which columns it writes cannot be seen here."""
    if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in WRITES:
        return False
    return any(keyword.arg is None and not isinstance(keyword.value, ast.Dict) for keyword in node.keywords)


# A receipt's verdict is put onto the object in memory and written by `record_verdict`.
IN_MEMORY = {"leads/verification/receipts.py": ["receipt.verdict"]}


def test_no_module_writes_a_state_but_by_a_table() -> None:
    found: dict[str, list[str]] = {}
    for path in CODE:
        for node in ast.walk(parsed(path)):
            if not writes_a_state(node):
                continue
            what = ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else ast.unparse(node)
            if what not in IN_MEMORY.get(name_of(path), []):
                found.setdefault(name_of(path), []).append(what)
    assert found == {}


def test_what_is_passed_on_to_an_update_was_looked_at() -> None:
    counted = {name_of(path): sum(is_passed_on(node) for node in ast.walk(parsed(path))) for path in CODE}
    assert {name: count for name, count in counted.items() if count} == PASSES_ON


@pytest.mark.parametrize(
    "code",
    [
        "waiting.update(state=VOID)",
        "Approval.objects.filter(pk=1).update(note='', stage=LIVE)",
        "Approval.objects.create(campaign=campaign, state=APPROVED)",
        "rows.update_or_create(pk=1, defaults={'state': NEW})",
        "rows.update(**{'state': NEW})",
        "Row(imported=imported, state=NEW)",
        "receipt.verdict = REFUSED",
        "approval.state: str = VOID",
        "Row.objects.bulk_update(rows, ['reason', 'state'])",
        "Row.objects.bulk_create(rows, update_conflicts=True, update_fields=['state'])",
        "approval.save(update_fields=['state'])",
        "setattr(approval, 'state', VOID)",
    ],
)
def test_the_check_sees_every_way_of_writing_a_state(code: str) -> None:
    assert any(writes_a_state(node) for node in ast.walk(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "Approval.objects.filter(state=VOID)",
        "rows.filter(state=NEW).update(reason='')",
        "Judgement(setting, state=FINE)",
        "state = VOID",
        "words.update(more)",
    ],
)
def test_the_check_lets_reading_pass(code: str) -> None:
    assert not any(writes_a_state(node) for node in ast.walk(ast.parse(code)))


def test_the_check_sees_what_is_passed_on() -> None:
    assert is_passed_on(ast.parse("rows.update(**changes)", mode="eval").body)
    assert is_passed_on(ast.parse("rows.filter(pk=1).update(reason='', **of(row))", mode="eval").body)
    assert not is_passed_on(ast.parse("rows.update(**{'reason': ''})", mode="eval").body)


def holds(node: ast.AST, constant: str, writer: str) -> bool:
    """Whether this names the table, imports it, or reaches for it in its module: REQUESTS, lifecycle.REQUESTS."""
    if isinstance(node, ast.ImportFrom):
        return constant in {one.name for one in node.names}
    if isinstance(node, ast.Attribute):
        module = Path(writer).stem
        return node.attr == constant and module in {getattr(node.value, "id", ""), getattr(node.value, "attr", "")}
    return isinstance(node, ast.Name) and node.id == constant


@pytest.mark.parametrize("entry", TABLES, ids=str)
def test_only_its_writer_holds_the_table(entry: TableEntry) -> None:
    holding = {
        name_of(path) for path in CODE for node in ast.walk(parsed(path)) if holds(node, entry.constant, entry.writer)
    }
    assert holding == {entry.writer}


@pytest.mark.parametrize(
    ("code", "is_held"),
    [
        ("from leads.states import ROWS", True),
        ("from leads.states import ROWS as table", True),
        ("states.ROWS.move(rows, to=to, expected=expected)", True),
        ("leads.states.ROWS.lines()", True),
        ("ROWS.move(rows, to=to, expected=expected)", True),
        ("Watching.ROWS", False),
        ("from leads.states import move_rows", False),
    ],
)
def test_the_check_sees_who_reaches_for_a_table(code: str, is_held: bool) -> None:
    assert any(holds(node, "ROWS", "leads/states.py") for node in ast.walk(ast.parse(code))) == is_held


def test_every_table_is_listed() -> None:
    made = [
        (name_of(path), ast.unparse(node.targets[0]))
        for path in CODE
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if getattr(node.value.func, "id", "") == "StateTable"
    ]
    assert sorted(made) == sorted((entry.writer, entry.constant) for entry in TABLES)


@pytest.mark.parametrize("entry", TABLES, ids=str)
def test_the_writer_draws_its_table(entry: TableEntry) -> None:
    docstring = ast.get_docstring(parsed(ROOT / entry.writer), clean=False) or ""
    drawings = re.findall(r"(?:^    .*->.*\n)+", docstring, flags=re.M)
    assert entry.table.lines() in [[line.strip() for line in drawing.splitlines()] for drawing in drawings]


def test_the_page_of_states_draws_every_table_and_names_its_writer() -> None:
    page = text(ROOT / "docs" / "states.md")
    sections = dict(re.findall(r"^## (.+)\n\n((?:(?!^## ).*\n?)+)", page, flags=re.M))
    drawn = {name: re.findall(r"^```\n((?:.+\n)+)```$", body, flags=re.M) for name, body in sections.items()}
    assert drawn == {entry.table.name: ["\n".join(entry.table.lines()) + "\n"] for entry in TABLES}
    writers = {name: re.findall(r"Written by `([\w/.]+)`", body) for name, body in sections.items()}
    assert writers == {entry.table.name: [entry.writer] for entry in TABLES}
