"""One child process: started again when it ends, replaced when it hangs."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from iexdg.running import managed as module
from iexdg.running.children import Child
from iexdg.running.managed import ManagedProcess
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[3]
WAITS = "import time; time.sleep(60)"
BEATS = (
    "import os, pathlib, time\n"
    "while True:\n"
    "    pathlib.Path(os.environ['HEARTBEAT_FILE']).touch()\n"
    "    time.sleep(0.02)\n"
)


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def made(tmp_path: Path, lines: list[str]) -> Iterator[list[ManagedProcess]]:
    made: list[ManagedProcess] = []
    yield made
    for one in made:
        one.kill()


def keep(code: str, tmp_path: Path, made: list[ManagedProcess], lines: list[str]) -> ManagedProcess:
    child = Child("child", [sys.executable, "-c", code], heartbeat=tmp_path / "child.alive")
    one = ManagedProcess(
        child,
        log_dir=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        say=lambda line, _: lines.append(line),
    )
    made.append(one)
    one.start()
    return one


def test_a_process_without_a_heartbeat_is_killed_and_restarted(
    tmp_path: Path, made: list[ManagedProcess], lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HUNG_AFTER_S", 0.5)
    monkeypatch.setattr(module, "_FIRST_BACKOFF_S", 0.01)
    one = keep(WAITS, tmp_path, made, lines)

    def is_replaced() -> bool:
        one.ensure_running()
        return one.failures == 1 and one.is_running

    assert eventually(is_replaced)
    assert lines[0] == "child has had no heartbeat for 0.5 s; it is ended"


def test_a_process_with_heartbeats_is_left_alone(
    tmp_path: Path, made: list[ManagedProcess], lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = keep(BEATS, tmp_path, made, lines)
    file = tmp_path / "child.alive"
    assert eventually(file.exists)
    # As old as a hung one: only a fresh heartbeat differs.
    monkeypatch.setattr(one, "_started_at", one._started_at - 2 * module.HUNG_AFTER_S)
    one.ensure_running()
    assert (one.is_running, one.failures, lines) == (True, 0, [])


def test_a_heartbeat_of_the_last_run_does_not_count(
    tmp_path: Path, made: list[ManagedProcess], lines: list[str]
) -> None:
    (tmp_path / "child.alive").touch()
    keep(WAITS, tmp_path, made, lines)
    assert not (tmp_path / "child.alive").exists()
