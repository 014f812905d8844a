"""`manage.py up` as a whole: real processes, own broker, own sandbox, in a folder of its own."""

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[3]
_MANAGE = [sys.executable, "manage.py"]
_EVERYBODY = 10

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def environment(var_dir: Path, **more: str) -> dict[str, str]:
    own = {"VAR_DIR": str(var_dir), "PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return {**kept, **own, **more}


class Instance:
    """One folder with its ports, in which the product is started as often as a test has ended it."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.output = Path(env["VAR_DIR"]) / "out"
        self.process: subprocess.Popen[bytes] | None = None

    def ensure_up(self) -> None:
        if self.process is None or self.process.poll() is not None:
            with self.output.open("w") as file:
                self.process = subprocess.Popen([*_MANAGE, "up"], cwd=ROOT, env=self.env, stdout=file, stderr=file)
        assert eventually(self.is_complete, 180), self.output.read_text()

    def is_complete(self) -> bool:
        """Whether it says that it is ready, and web, three workers with their pools, beat, broker and sandbox run."""
        has_greeted = "data and logs are in" in self.output.read_text()
        return has_greeted and self.is_ready() and len(self.family()) >= _EVERYBODY

    def supervisor(self) -> "subprocess.Popen[bytes]":
        assert self.process is not None
        return self.process

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", int(self.env["PORT"]), timeout=5)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except OSError:
            return 0, b""
        finally:
            connection.close()

    def is_ready(self) -> bool:
        assert self.supervisor().poll() is None, self.output.read_text()
        return self.get("/readyz")[0] == 200

    def family(self) -> list[int]:
        """Everything of this instance but the supervisor: it has our VAR_DIR in its environment or its title."""
        var_dir = self.env["VAR_DIR"].encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                # A broker writes its title over its environment, so both are read.
                facts = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if var_dir in facts:
                found.append(int(folder.name))
        return [pid for pid in found if pid != self.supervisor().pid]


def cmdline(pid: int) -> bytes:
    """The command of a process; empty where it has ended since it was listed."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.fixture
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def shared_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """What the tests share: a folder is prepared once, and only a test that ends the product makes it start again."""
    shared = Instance(environment(tmp_path_factory.mktemp("shared")))
    yield shared
    if shared.process is not None:
        shared.process.kill()
        shared.process.wait()


@pytest.fixture
def instance(shared_instance: Instance) -> Instance:
    """An instance that is ready."""
    shared_instance.ensure_up()
    return shared_instance


def run(env: dict[str, str], *arguments: str) -> tuple[int, list[str], str]:
    done = subprocess.run(
        [*_MANAGE, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stderr.splitlines(), done.stdout


def test_it_comes_up_is_found_by_its_commands_and_goes_without_a_trace(instance: Instance) -> None:
    assert instance.get("/healthz") == (200, b"ok")
    assert "sign in as admin@example.com" in instance.output.read_text()

    # It is ready before every watcher has reported for the first time.
    eventually(lambda: run(instance.env, "doctor")[0] == 0)
    code, _, output = run(instance.env, "doctor", "--json")
    assert (code, json.loads(output)["ok"]) == (0, True), output

    code, errors, _ = run(instance.env, "up")
    assert (code, len(errors)) == (1, 1)
    assert "Another `make up` runs in" in errors[0]

    other = environment(instance.output.parent / "other", PORT=instance.env["PORT"])
    code, errors, _ = run(other, "up")
    assert (code, errors) == (
        1,
        [f"CommandError: Port {other['PORT']} is in use by another program. Set PORT to a free one."],
    )

    assert len(instance.family()) >= _EVERYBODY
    instance.supervisor().send_signal(signal.SIGTERM)
    assert instance.supervisor().wait(timeout=20) == 0
    assert instance.family() == []


def test_killing_the_supervisor_leaves_no_orphan(instance: Instance) -> None:
    instance.supervisor().kill()
    instance.supervisor().wait()
    assert eventually(lambda: instance.family() == [], 5)


def test_a_killed_worker_and_broker_come_back_by_themselves(instance: Instance) -> None:
    for mark in (b"bulk", b"valkey-server"):
        os.kill(min(pid for pid in instance.family() if mark in cmdline(pid)), signal.SIGKILL)
    assert eventually(lambda: instance.output.read_text().count("starting it again") >= 2, 10)
    assert eventually(instance.is_ready, 30)


def test_demo_people_and_a_real_key_do_not_start_together(instance: Instance, var_dir: Path) -> None:
    env = environment(var_dir)
    # A copy of a database that `up` has prepared: preparing takes ten seconds.
    prepared = sqlite3.connect(instance.output.parent / "outreach.sqlite3")
    with closing(prepared), closing(sqlite3.connect(var_dir / "outreach.sqlite3")) as copy:
        prepared.backup(copy)
    code, errors, _ = run({**env, "INSTANTLY_API_KEY": "a-real-key"}, "up")
    assert (code, len(errors)) == (1, 1)
    assert "Demo sign-ins exist" in errors[0]


def test_a_setting_that_makes_no_sense_is_one_line(var_dir: Path) -> None:
    code, errors, _ = run(environment(var_dir, PORT="eighty"), "up")
    assert (code, errors) == (1, ["error: PORT must be a whole number, not 'eighty'."])
