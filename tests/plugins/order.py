"""Puts what starts real processes first, so that two workers end at about the same time.

Within that, pytest-randomly's order stays: the seed it prints says everything about the order.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

_PROCESSES = {"bring_up", "stack", "shared_instance"}
# The tests of this folder share one running product, which ends with the last of them.
_ONE_PRODUCT = "tests/e2e"


def starts_processes(item: pytest.Item) -> bool:
    """Tell whether a test runs the product as processes of its own, which takes many seconds."""
    return not _PROCESSES.isdisjoint(getattr(item, "fixturenames", ()))


def unit_of(nodeid: str) -> str:
    """Return what a worker takes as a whole: the file of a test, or the folder whose tests share one product."""
    return _ONE_PRODUCT if nodeid.startswith(f"{_ONE_PRODUCT}/") else nodeid.partition("::")[0]


class WholeUnits(LoadFileScheduling):
    """Gives a worker one unit after the other."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeUnits | None:
    """Take the place of `--dist loadfile`."""
    return WholeUnits(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move whole units, so that their own fixtures are made once."""
    slow = {unit_of(item.nodeid) for item in items if starts_processes(item)}

    def place(item: pytest.Item) -> int:
        unit = unit_of(item.nodeid)
        return 0 if unit == _ONE_PRODUCT else 1 if unit in slow else 2

    items.sort(key=place)
