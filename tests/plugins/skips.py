"""A skipped test proves nothing. With ONLY_KNOWN_SKIPS=1, as CI sets it, every skip fails but those known here."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

# The reason as the test gives it, and why that is no loss in CI.
KNOWN = {
    "long: make attack": "the short attack runs in its place; the long one is started by hand",
    "docker compose is not installed here": "the file's shape and commands are tested without an engine",
    "Postgres keeps its index itself": "there is no trigger that could be missing; SQLite's are, in the same CI run",
    "workers write at once on Postgres only": "CI runs the tests of rows on Postgres too",
    "Postgres plans by statistics": "the same plan is asserted on SQLite, in the same CI run",
}
_VARIABLE = "ONLY_KNOWN_SKIPS"


def _reason(longrepr: Any) -> str:
    """Return the reason out of (path, line, "Skipped: reason")."""
    text = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix("Skipped: ")


def _refuse_unknown(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get(_VARIABLE, "") in {"", "0"} or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = _reason(report.longrepr)
    if reason not in KNOWN:
        report.outcome = "failed"
        report.longrepr = f"{_VARIABLE} is set, but {report.nodeid} was skipped: {reason}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Fail a test that was skipped by a mark, a fixture or itself."""
    outcome: Any = yield
    _refuse_unknown(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """Fail a module that skipped itself as a whole, or that lacks an import."""
    outcome: Any = yield
    _refuse_unknown(outcome.get_result())
