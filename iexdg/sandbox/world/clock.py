"""The world's own time: it follows a real clock, can run fast, and can be pushed forward."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

# World seconds per real second, and world seconds at once, that still play in a moment.
FASTEST, FARTHEST_S = 1_000_000, 400 * 86_400


class WorldClock:
    """Epoch seconds of the simulated world.

    Units: rate in world seconds per real second; advance in world seconds.
    """

    def __init__(self, real: Callable[[], float] | None = None, *, rate: float = 1.0) -> None:
        self._real = real or time.time
        self._real_anchor = self._real()
        self._world_anchor = self._real_anchor
        self.rate = rate

    def now(self) -> float:
        """Return the world's time."""
        return self._world_anchor + (self._real() - self._real_anchor) * self.rate

    def advance(self, seconds: float) -> None:
        """Push the world's time forward."""
        self._world_anchor += seconds

    def set_rate(self, rate: float) -> None:
        """Let the world's time run faster or slower from here on."""
        self._rebase(self.now())
        self.rate = rate

    def saved(self) -> dict[str, float]:
        """Return what a state file needs to go on from here."""
        return {"real": self._real_anchor, "world": self._world_anchor, "rate": self.rate}

    def restore(self, saved: dict[str, float]) -> None:
        """Go on as the saved clock would have."""
        self._real_anchor, self._world_anchor, self.rate = saved["real"], saved["world"], saved["rate"]

    def _rebase(self, world_now: float) -> None:
        self._world_anchor, self._real_anchor = world_now, self._real()


@lru_cache(maxsize=65_536)
def iso(epoch: float) -> str:
    """Write an epoch time as the vendor does: UTC, milliseconds, Z."""
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def maybe_iso(epoch: float | None) -> str | None:
    """Write an epoch time that may be missing."""
    return None if epoch is None else iso(epoch)
