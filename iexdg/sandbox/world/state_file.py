"""Saving the simulator's state to a file and loading it again: atomic, at most about a second behind."""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any, Protocol

_INTERVAL_S = 0.5
# A big world takes long to write; then it is written less often, so that saving never eats the processor.
_BUSY_FACTOR = 10


class Keeper(Protocol):
    """The simulator that is saved; `lock` is held while its state is read or replaced."""

    lock: threading.RLock

    @property
    def mark(self) -> tuple[int, ...]:
        """What differs once something worth saving has changed."""
        ...

    def saved(self) -> dict[str, Any]:
        """Return the whole state as plain JSON data."""
        ...

    def restore(self, saved: dict[str, Any]) -> None:
        """Become what was saved."""
        ...


class StateFile:
    """Keeps one simulator's state in one JSON file."""

    def __init__(self, keeper: Keeper, path: Path) -> None:
        self._keeper = keeper
        self._path = path
        self._saved_mark: tuple[int, ...] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_saving, name="sandbox-state", daemon=True)

    def load(self) -> bool:
        """Become the saved state if there is one; say whether there was.

        Raises: ValueError - the file is no saved state; nothing changed.
        """
        if not self._path.exists():
            return False
        saved = json.loads(self._path.read_text())
        with self._keeper.lock:
            self._keeper.restore(saved)
        return True

    def save(self) -> None:
        """Write the state now if it has changed; a reader never sees half a file."""
        with self._keeper.lock:
            mark = self._keeper.mark
            if mark == self._saved_mark:
                return
            text = json.dumps(self._keeper.saved(), separators=(",", ":"))
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        beside.write_text(text)
        beside.replace(self._path)
        self._saved_mark = mark

    def start(self) -> None:
        """Save in the background until stopped."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """End the background saving and save a last time."""
        self._stop.set()
        self._thread.join()
        self.save()

    def _keep_saving(self) -> None:
        pause_s = _INTERVAL_S
        while not self._stop.wait(pause_s):
            began = time.perf_counter()
            self.save()
            pause_s = max(_INTERVAL_S, (time.perf_counter() - began) * _BUSY_FACTOR)
