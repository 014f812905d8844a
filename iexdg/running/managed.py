"""One child process: its start, its output, its exit."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

from iexdg.running.children import Child
from iexdg.running.parent_death import with_parent_death_signal

_LOG_BYTES = 5_000_000
_FIRST_BACKOFF_S = 0.5
_LONGEST_BACKOFF_S = 15.0
# One that ran this long was healthy: its next restart is quick again.
_HEALTHY_AFTER_S = 30.0
# Heartbeats come every 2 s; a process without one for this long hangs, however busy the machine is.
HUNG_AFTER_S = 60.0
# The environment variable that names the file that a child touches at each heartbeat.
HEARTBEAT_VARIABLE = "HEARTBEAT_FILE"


class ManagedProcess:
    """A child that is restarted whenever it exits, and replaced when it hangs."""

    def __init__(
        self, child: Child, *, log_dir: Path, env: dict[str, str], cwd: Path, say: Callable[[str, str], None]
    ) -> None:
        self.child = child
        self.failures = 0
        self._env, self._cwd, self._say = env, cwd, say
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        path = log_dir / f"{child.name}.log"
        self._file = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process; only from the main thread, which the parent-death signal is tied to."""
        env = self._env
        if self.child.heartbeat is not None:
            self.child.heartbeat.unlink(missing_ok=True)
            env = env | {HEARTBEAT_VARIABLE: str(self.child.heartbeat)}
        self._process = subprocess.Popen(
            with_parent_death_signal(self.child.command, signal_number=self.child.orphan_signal),
            env=env,
            cwd=self._cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C in the terminal reaches the supervisor only, which ends all in order.
            start_new_session=True,
        )
        self._started_at = time.monotonic()
        threading.Thread(target=self._pump, args=(self._process.stdout,), daemon=True).start()

    def ensure_running(self) -> None:
        """Restart it if it has exited and its backoff is over; kill it first if it hangs."""
        if self.is_running and self._is_hung():
            self._say(f"{self.child.name} has had no heartbeat for {HUNG_AFTER_S:g} s; it is ended", "")
            self.kill()
        if self.is_running:
            return
        now = time.monotonic()
        if self._process is not None:
            self._schedule_restart(now)
        if now >= self._start_at:
            self.start()

    def terminate(self) -> None:
        """Send SIGTERM."""
        if self._process is not None and self.is_running:
            self._process.terminate()

    def kill(self) -> None:
        """Kill its process group: what is left of it and everything it has started."""
        if self._process is not None:
            _kill_group(self._process.pid)
            self._process.wait()

    def _is_hung(self) -> bool:
        file = self.child.heartbeat
        if file is None or time.monotonic() - self._started_at < HUNG_AFTER_S:
            return False
        # Without any heartbeat, the age of the process counts.
        return not file.exists() or time.time() - file.stat().st_mtime > HUNG_AFTER_S

    def _schedule_restart(self, now: float) -> None:
        assert self._process is not None  # noqa: S101  (ensure_running() checked)
        self.kill()
        self.failures = 0 if now - self._started_at > _HEALTHY_AFTER_S else self.failures
        pause_s = min(_LONGEST_BACKOFF_S, _FIRST_BACKOFF_S * 2.0**self.failures)
        self.failures += 1
        self._start_at = now + pause_s
        self._say(
            f"{self.child.name} {_how_it_ended(self._process.returncode)}; starting it again in {pause_s:g} s", ""
        )
        self._process = None

    def _pump(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                text = line.decode("utf-8", "replace").rstrip()
                self._file.handle(logging.makeLogRecord({"msg": text}))
                self._say(text, self.child.name)


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    return f"was ended by signal {-code} ({signal.strsignal(-code)})"
