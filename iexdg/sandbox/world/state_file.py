"""Saving the world to a file and loading it again: atomic, at most about a second behind."""

import json
import os
import threading
import time
from pathlib import Path
from typing import Protocol

from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

_INTERVAL_S = 0.5
# A big world takes long to write; then it is written less often, so that saving never eats the processor.
_BUSY_FACTOR = 10


class Keeper(Protocol):
    """The simulation whose world is saved; code that uses `world` holds `lock`."""

    options: SandboxOptions
    lock: threading.RLock
    world: World


class StateFile:
    """Keeps one simulation's world in one JSON file."""

    def __init__(self, simulation: Keeper, path: Path) -> None:
        self._simulation = simulation
        self._path = path
        self._saved_changes: tuple[int, int] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_saving, name="sandbox-state", daemon=True)

    def load(self) -> bool:
        """Become the saved world if there is one, keeping the wanted speed; say whether there was."""
        if not self._path.exists():
            return False
        with self._simulation.lock:
            world = self._simulation.world
            world.restore(json.loads(self._path.read_text()))
            world.clock.set_rate(self._simulation.options.speed)
        return True

    def save(self) -> None:
        """Write the world now if it has changed; a reader never sees half a file."""
        with self._simulation.lock:
            world = self._simulation.world
            mark = (id(world), world.changes)
            if mark == self._saved_changes:
                return
            text = json.dumps(world.saved(), separators=(",", ":"))
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        beside.write_text(text)
        beside.replace(self._path)
        self._saved_changes = mark

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
