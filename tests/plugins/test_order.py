"""Tests that start processes come first, those that share a product next to each other; the rest is left alone."""

from types import SimpleNamespace
from typing import Any

from tests.plugins.order import pytest_collection_modifyitems, unit_of


def item(path: str, name: str, *fixtures: str) -> Any:
    return SimpleNamespace(nodeid=f"{path}::{name}", fixturenames=[*fixtures])


def test_files_that_start_processes_come_first_and_stay_whole() -> None:
    items = [
        item("b.py", "quick", "db"),
        item("c.py", "by_the_way"),
        item("a.py", "quick"),
        item("c.py", "slow", "stack"),
        item("tests/e2e/test_a.py", "story", "stack"),
        item("d.py", "slow", "bring_up", "services"),
        item("tests/e2e/test_b.py", "words"),
    ]
    pytest_collection_modifyitems(items)
    assert [one.nodeid for one in items] == [
        "tests/e2e/test_a.py::story",
        "tests/e2e/test_b.py::words",
        "c.py::by_the_way",
        "c.py::slow",
        "d.py::slow",
        "b.py::quick",
        "a.py::quick",
    ]


def test_one_worker_takes_a_file_or_all_that_share_a_product() -> None:
    assert unit_of("tests/leads/test_tasks.py::AnyCase::test_it[a::b]") == "tests/leads/test_tasks.py"
    assert unit_of("tests/e2e/test_control.py::test_it") == unit_of("tests/e2e/test_living.py::test_it") == "tests/e2e"
