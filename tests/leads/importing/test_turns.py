"""Only so many files are surveyed at the same time on one machine."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.shape import Shape
from leads.importing.records import survey
from leads.importing.turns import turn

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys
from leads.importing.turns import turn
with turn():
    print("holding", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Turns of this test alone; who finds none free does not wait."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(limits, "WAIT_FOR_TURN_S", 0.0)


def test_so_many_hold_a_turn_and_the_next_one_is_refused_with_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("Email\nada@example.com\n")
    with ExitStack() as held:
        for _ in range(limits.READERS):
            held.enter_context(turn())
        with pytest.raises(UnreadableFileError, match="Too many files are being read at this moment") as caught:
            survey(path, Shape())
    assert caught.value.next_step == "Wait a minute and try again"
    assert survey(path, Shape()).count == 1


def test_who_waits_gets_the_turn_that_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WAIT_FOR_TURN_S", 60.0)
    monkeypatch.setattr(limits, "READERS", 1)
    with ExitStack() as held:
        held.enter_context(turn())
        monkeypatch.setattr("leads.importing.turns.time.sleep", lambda _: held.close())
        with turn():
            pass


def test_a_process_that_is_killed_gives_its_turn_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READERS", 1)
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"holding\n"
        with pytest.raises(UnreadableFileError), turn():
            pass
        holder.kill()
        holder.wait()
        with turn():
            pass
