"""Puts what starts real processes first, so that two workers end at about the same time.

Within that, pytest-randomly's order stays: the seed it prints says everything about the order.
"""

import pytest

_PROCESSES = {"bring_up", "stack", "shared_instance"}


def starts_processes(item: pytest.Item) -> bool:
    """Tell whether a test runs the product as processes of its own, which takes many seconds."""
    return not _PROCESSES.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move whole files, so that a file's own fixtures are made once."""
    slow = {item.path for item in items if starts_processes(item)}
    items.sort(key=lambda item: item.path not in slow)
