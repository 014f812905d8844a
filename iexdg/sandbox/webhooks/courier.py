"""Sends what is due in the background; no lock is held while a request is on its way."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from iexdg.sandbox.webhooks.delivery import outgoing_of, record
from iexdg.sandbox.webhooks.transfer import Sender
from iexdg.sandbox.world.hooks import Delivery
from iexdg.sandbox.world.world import World

_PAUSE_S = 0.1
_AT_ONCE = 8


class Played(Protocol):
    """One workspace whose world is used while `lock` is held."""

    lock: threading.RLock
    world: World

    def catch_up(self) -> float:
        """Play the world up to now and return now."""
        ...


class Courier:
    """Delivers the webhooks of every workspace, in the background or by `send_due`."""

    def __init__(self, workspaces: Sequence[Played], sender: Sender) -> None:
        self._workspaces = workspaces
        self._sender = sender
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="sandbox-webhook")
        self._thread = threading.Thread(target=self._run, name="sandbox-webhooks", daemon=True)

    def send_due(self) -> int:
        """Send everything that is due, one after the other, and return how many."""
        taken = self._taken()
        for workspace, delivery in taken:
            self._carry(workspace, delivery)
        return len(taken)

    def start(self) -> None:
        """Send in the background until stopped."""
        self._thread.start()

    def stop(self) -> None:
        """End the background sending; what is in flight is sent again after a restart."""
        self._stop.set()
        self._thread.join()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stop.wait(_PAUSE_S):
            for workspace, delivery in self._taken():
                self._pool.submit(self._carry, workspace, delivery)

    def _taken(self) -> list[tuple[Played, Delivery]]:
        found: list[tuple[Played, Delivery]] = []
        for workspace in self._workspaces:
            with workspace.lock:
                now = workspace.catch_up()
                while (delivery := workspace.world.hooks.take_due(now)) is not None:
                    found.append((workspace, delivery))
        return found

    def _carry(self, workspace: Played, delivery: Delivery) -> None:
        outcome = self._sender(outgoing_of(delivery))
        with workspace.lock:
            record(workspace.world, delivery, outcome, workspace.world.now())
