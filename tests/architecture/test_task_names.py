"""A task that is started by its name exists: a name that nobody answers to is work that silently never happens."""

import ast

from iexdg import celery
from iexdg.operations import heartbeat
from tests.architecture.tree import PRODUCT, ROOT, name_of, parsed, under

# These start what the tables name.
BY_TABLE = {"iexdg/celery.py"}


def registered() -> set[str]:
    celery.app.loader.import_default_modules()
    return set(celery.app.tasks)


def sent_by_name() -> list[tuple[str, ast.expr]]:
    """(module, name) of every `send_task(name, ...)`."""
    return [
        (name_of(path), node.args[0])
        for path in [*under(*PRODUCT), ROOT / "manage.py"]
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "send_task"
    ]


def test_every_task_of_the_beat_tables_is_registered() -> None:
    tables = celery.app.conf.beat_schedule | celery._BEATS_OWN
    names = {entry["task"] for entry in tables.values()} | {heartbeat.CHECK_TASK, heartbeat.NOTIFY_TASK}
    assert len(names) > 10
    assert sorted(names - registered()) == []


def test_every_task_that_is_sent_by_its_name_is_registered() -> None:
    sent = [(module, name) for module, name in sent_by_name() if module not in BY_TABLE]
    names = {name.value for _, name in sent if isinstance(name, ast.Constant)}
    assert "campaigns.tasks.sync_workspaces" in names
    assert sorted(names - registered()) == []
    assert [module for module, name in sent if not isinstance(name, ast.Constant)] == []


def test_nobody_else_sends_what_a_table_names() -> None:
    assert {module for module, name in sent_by_name() if not isinstance(name, ast.Constant)} == BY_TABLE
