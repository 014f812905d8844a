"""Children are started in order, kept, and ended together, with real processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[3]

# A stand-in for the product: two children that write their process id, one of which has a child of its own.
PROGRAM = """
import sys
from pathlib import Path
from iexdg.running.children import Child
from iexdg.running.supervisor import GaveUpError, Supervisor

here = Path(sys.argv[1])
BODY = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); print('hello', flush=True); "
def child(name, rest="time.sleep(600)", **more):
    return Child(name, [sys.executable, "-c", BODY + rest, str(here / name)], **more)

FORKING = "os.fork() or open(sys.argv[1] + '-inner', 'w').write(str(os.getpid())); time.sleep(600)"
ready = lambda: (here / "ground").exists()
children = {
    "normal": [child("ground", is_infrastructure=True, is_ready=ready), child("top", FORKING)],
    "broken": [child("ground", is_infrastructure=True, is_ready=ready), child("top", "sys.exit(3)")],
}[sys.argv[2]]
env = {"PYTHONPATH": sys.argv[3], "PATH": "/usr/bin:/bin"}
supervisor = Supervisor(children, log_dir=here / "logs", env=env, cwd=here)
try:
    supervisor.run(
        is_ready=lambda: sys.argv[2] == "normal" and (here / "top-inner").exists(),
        on_ready=lambda: (here / "ready").write_text("yes"),
    )
except GaveUpError as error:
    sys.exit(str(error))
"""


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Run:
    def __init__(self, here: Path, kind: str) -> None:
        self.here = here
        command = [sys.executable, "-c", PROGRAM, str(here), kind, str(ROOT)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def pid(self, name: str) -> int:
        path = self.here / name
        assert eventually(lambda: path.exists() and path.read_text() != "")
        return int(path.read_text())

    def pids(self) -> list[int]:
        return [self.pid(name) for name in ("ground", "top", "top-inner")]

    def end(self) -> str:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        output, _ = self.process.communicate(timeout=20)
        return output


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    it = Run(tmp_path, "normal")
    assert eventually((tmp_path / "ready").exists)
    innermost = it.pid("top-inner")
    yield it
    it.process.kill()
    it.process.communicate()
    # Only a supervisor that lives ends what its children started.
    if is_alive(innermost):
        os.kill(innermost, signal.SIGKILL)


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's")


def test_ctrl_c_ends_every_process(run: Run) -> None:
    pids = run.pids()
    output = run.end()
    assert run.process.returncode == 0
    assert not any(is_alive(pid) for pid in pids)
    assert output.splitlines()[-1].split("| ")[1] == "stopped"


def test_the_supervisor_killed_leaves_no_orphan(run: Run) -> None:
    ground, top, _ = run.pids()
    run.process.kill()
    assert eventually(lambda: not is_alive(ground) and not is_alive(top), within_s=3)


def test_a_killed_child_is_started_again_and_its_own_children_do_not_survive_it(run: Run) -> None:
    _, top, inner = run.pids()
    os.kill(top, signal.SIGKILL)
    assert eventually(lambda: run.pid("top") != top and is_alive(run.pid("top")))
    assert not is_alive(inner)
    assert "top    | hello" in run.end()


def test_the_output_of_a_child_is_also_in_its_log(run: Run) -> None:
    run.end()
    assert (run.here / "logs" / "top.log").read_text() == "hello\n"


def test_a_child_that_never_comes_up_ends_the_start_with_one_clear_line(tmp_path: Path) -> None:
    it = Run(tmp_path, "broken")
    output, _ = it.process.communicate(timeout=30)
    assert it.process.returncode == 1
    assert output.splitlines()[-1] == f"top ends as soon as it starts. See {tmp_path}/logs/top.log."
    assert not is_alive(it.pid("ground"))
