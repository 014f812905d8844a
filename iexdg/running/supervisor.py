"""Starts the processes of one machine in order, keeps them running, and stops them together."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from iexdg.running.children import Child
from iexdg.running.managed import ManagedProcess

_CHECK_EVERY_S = 0.2
_INFRASTRUCTURE_READY_S = 20.0
_READY_S = 90.0
# Before everything was ready once, a process that exits this often is broken.
_MOST_EARLY_ENDS = 3
# Workers finish what they can within this; the rest is resumed after the next start.
_GRACE_S = 4.0
_INFRASTRUCTURE_GRACE_S = 3.0


class GaveUpError(Exception):
    """The product could not be brought up; everything that was started has been ended."""


class _Stopped(Exception):
    """A signal asked us to stop."""


class Supervisor:
    """Keeps a list of children running.

    Shapes: env - the children's whole environment; say - receives (line, name of the child or "").
    """

    def __init__(self, children: Sequence[Child], *, log_dir: Path, env: dict[str, str], cwd: Path) -> None:
        log_dir.mkdir(parents=True, exist_ok=True)
        self._log_dir = log_dir
        self._print_lock = threading.Lock()
        self._width = max(len(child.name) for child in children)
        self._processes = [ManagedProcess(child, log_dir=log_dir, env=env, cwd=cwd, say=self.say) for child in children]
        self._stop = False
        self._hurry = False

    def run(self, *, is_ready: Callable[[], bool], on_ready: Callable[[], None]) -> None:
        """Start everything, call `on_ready` once, and keep it running until a signal comes.

        Raises: GaveUpError - it did not come up; nothing is left running.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        infrastructure = [process for process in self._processes if process.child.is_infrastructure]
        try:
            self._bring_up(
                infrastructure,
                lambda: all(_is_ready(process) for process in infrastructure),
                within_s=_INFRASTRUCTURE_READY_S,
            )
            self._bring_up(self._processes, is_ready, within_s=_READY_S)
            on_ready()
            while True:
                self._check(self._processes)
        except _Stopped:
            self.say("stopping")
        finally:
            self._end_all(infrastructure)
            self.say("stopped")

    def say(self, line: str, name: str = "") -> None:
        """Print one line under the name of a child, or of the supervisor itself."""
        with self._print_lock:
            try:
                print(f"{name or 'up':{self._width}} | {line}", flush=True)  # noqa: T201
            except (BrokenPipeError, ValueError):
                # The reader of our output is gone; the log files continue.
                sys.stdout = open("/dev/null", "w")  # noqa: SIM115

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._hurry, self._stop = self._stop, True

    def _bring_up(self, processes: Sequence[ManagedProcess], is_ready: Callable[[], bool], *, within_s: float) -> None:
        deadline = time.monotonic() + within_s
        while True:
            self._check(processes)
            if is_ready():
                return
            for each in processes:
                if each.failures >= _MOST_EARLY_ENDS:
                    raise GaveUpError(f"{each.child.name} ends as soon as it starts. See {self._log_of(each)}.")
            if time.monotonic() > deadline:
                raise GaveUpError(f"Not ready after {within_s:g} s. See the files in {self._log_dir}.")

    def _check(self, processes: Sequence[ManagedProcess]) -> None:
        if self._stop:
            raise _Stopped
        for each in processes:
            each.ensure_running()
        time.sleep(_CHECK_EVERY_S)

    def _log_of(self, process: ManagedProcess) -> Path:
        return self._log_dir / f"{process.child.name}.log"

    def _end_all(self, infrastructure: Sequence[ManagedProcess]) -> None:
        self._end([process for process in self._processes if not process.child.is_infrastructure], _GRACE_S)
        self._end(infrastructure, _INFRASTRUCTURE_GRACE_S)

    def _end(self, processes: Sequence[ManagedProcess], grace_s: float) -> None:
        for each in processes:
            each.terminate()
        deadline = time.monotonic() + grace_s
        while any(each.is_running for each in processes) and time.monotonic() < deadline and not self._hurry:
            time.sleep(0.05)
        for each in processes:
            each.kill()


def _is_ready(process: ManagedProcess) -> bool:
    return process.child.is_ready is None or process.child.is_ready()
