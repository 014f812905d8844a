"""Runs the tests of a module against one mutant of it, in a forked process that alone has the mutant in memory.

The product and pytest's plugins are imported once; a fork puts the mutant into the module that is there already, which
takes a tenth of the time that a new process would take.
"""

import gc
import importlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import NoReturn

import pytest
from django.test import utils as test_utils

_OURS = ("iexdg.", "campaigns.", "leads.")
_OPTIONS = (
    "-x", "-q", "-n0", "--tb=no", "-p", "no:cacheprovider",
    # The fastest tests come first, as they are named.
    "-p", "no:randomly", "--hypothesis-seed=0",
    # What is imported already is not rewritten for better messages.
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip
_PASSED, _FAILED, _NO_TESTS = 0, 1, 5
_KEPT_KILLERS = 12


@dataclass
class Verdict:
    """What became of a mutant; `killed_by`: the test that noticed it, "" where none did or it could not be imported."""

    survived: bool
    killed_by: str = ""


class Runner:
    """Runs tests in forks of a process that has imported everything and made the test database."""

    def __init__(self) -> None:
        self.killers: list[str] = []

    def warm_up(self, tests: Sequence[str]) -> None:
        """Import the product and every plugin, and make the database, so that each fork has them already.

        Raises: RuntimeError - the tests cannot be collected.
        """
        with Silence():
            collected = pytest.main(["--collect-only", *_OPTIONS, *tests])
        if collected != _PASSED:
            raise RuntimeError(f"These cannot be collected: {' '.join(tests)}")
        with Silence():
            test_utils.setup_databases(verbosity=0, interactive=False)
        test_utils.setup_databases = lambda *args, **options: []
        test_utils.teardown_databases = lambda *args, **options: None
        # What is here now is not garbage; without this every fork would look through all of it.
        gc.freeze()

    def test(self, module: str, code: str, tests: Sequence[str], *, timeout_s: float) -> Verdict:
        """Run the tests with `code` in the place of the module. One that never ends is noticed as well.

        Raises: RuntimeError - no test ran.
        """
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            _end_with(lambda: _run(module, code, tests, _KillersFirst(self.killers, writing)))
        os.close(writing)
        exit_code = _wait(pid, timeout_s)
        with os.fdopen(reading) as heard:
            killed_by = heard.read()
        if exit_code == _NO_TESTS:
            raise RuntimeError(f"No test ran for {module}.")
        if killed_by:
            self.killers = [killed_by, *[test for test in self.killers if test != killed_by]][:_KEPT_KILLERS]
        return Verdict(exit_code == _PASSED, killed_by)


class _KillersFirst:
    """A plugin: tests that noticed other mutants lately run first, and the one that notices this one is reported."""

    def __init__(self, killers: Sequence[str], report_to: int) -> None:
        self.killers, self.report_to = {test: place for place, test in enumerate(killers)}, report_to

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.killers.get(item.nodeid, _KEPT_KILLERS))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os.write(self.report_to, report.nodeid.encode())


def _run(module: str, code: str, tests: Sequence[str], plugin: _KillersFirst) -> int:
    with Silence():
        put_in_place(importlib.import_module(module.removesuffix(".py").replace("/", ".")), code)
        # Tests take hold of the product when they are imported.
        for name in [name for name in sys.modules if name == "tests" or name.startswith("tests.")]:
            del sys.modules[name]
        return int(pytest.main([*_OPTIONS, *tests], plugins=[plugin]))


def put_in_place(module: ModuleType, code: str) -> None:
    """Execute other code as a module that has been imported, and give its names to everyone who has imported them."""
    before = dict(vars(module))
    exec(compile(code, str(module.__file__), "exec"), vars(module))
    after = vars(module)
    for name in [name for name, value in before.items() if isinstance(value, type) and _own_name(value, module)]:
        _take_methods(before[name], after.get(name))
    others = [other for name, other in list(sys.modules.items()) if name.startswith(_OURS) and other is not module]
    for other in others:
        for name, value in list(vars(other).items()):
            origin = name if name in before and value is before[name] else _own_name(value, module)
            if before.get(origin) is value and after.get(origin) is not value:
                setattr(other, name, after.get(origin))


def _take_methods(old: type, new: object) -> None:
    """Objects of the class that others hold already behave as the new one says."""
    for name, value in vars(new).items() if isinstance(new, type) else ():
        if isinstance(value, FunctionType | property | classmethod | staticmethod):
            setattr(old, name, value)


def _own_name(value: object, module: ModuleType) -> str:
    """What the module itself calls a function or class of its own that was imported by another name."""
    return getattr(value, "__name__", "") if getattr(value, "__module__", "") == module.__name__ else ""


class Silence:
    """Nothing that is printed meanwhile is seen, unless MUTANTS_VERBOSE is set."""

    def __enter__(self) -> None:
        sys.stdout.flush()
        self.kept = [os.dup(1), os.dup(2)]
        if not os.environ.get("MUTANTS_VERBOSE"):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            os.close(nowhere)

    def __exit__(self, *error: object) -> None:
        sys.stdout.flush()
        for number, kept in enumerate(self.kept, start=1):
            os.dup2(kept, number)
            os.close(kept)


def _end_with(work: Callable[[], int]) -> NoReturn:
    """Work as a forked process, which must never return to the code of its parent."""
    exit_code = _FAILED
    try:
        os.setsid()
        exit_code = work()
    except BaseException:  # noqa: BLE001
        if os.environ.get("MUTANTS_VERBOSE"):
            traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(exit_code)


def _wait(pid: int, timeout_s: float) -> int | None:
    """The exit code of the process; None where it had to be ended, with all that it has started."""
    ends_at = time.monotonic() + timeout_s
    while time.monotonic() < ends_at:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None
