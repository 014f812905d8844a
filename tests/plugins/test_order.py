"""Tests that start processes come first; the rest of the order is left alone."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.plugins.order import pytest_collection_modifyitems


def item(path: str, name: str, *fixtures: str) -> Any:
    return SimpleNamespace(path=Path(path), name=name, fixturenames=[*fixtures])


def test_files_that_start_processes_come_first_and_stay_whole() -> None:
    items = [
        item("b.py", "quick", "db"),
        item("c.py", "by_the_way"),
        item("a.py", "quick"),
        item("c.py", "slow", "stack"),
        item("d.py", "slow", "bring_up", "services"),
    ]
    pytest_collection_modifyitems(items)
    assert [f"{one.path} {one.name}" for one in items] == [
        "c.py by_the_way",
        "c.py slow",
        "d.py slow",
        "b.py quick",
        "a.py quick",
    ]
