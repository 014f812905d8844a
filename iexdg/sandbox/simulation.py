"""One running simulator: its options, its world and the lock that guards them."""

import threading
from collections import deque
from typing import Any

from iexdg.sandbox.demo.empty import empty_world
from iexdg.sandbox.demo.workspace import demo_world
from iexdg.sandbox.http.edge import RateLimits
from iexdg.sandbox.http.faults import Faults
from iexdg.sandbox.http.wire import ApiError
from iexdg.sandbox.sending.tick import tick
from iexdg.sandbox.world.clock import WorldClock
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

_LOG_ENTRIES = 200_000
WORLDS = ("demo", "empty")


class Simulation:
    """What requests and the control plane share; code that uses `world` holds `lock`."""

    def __init__(self, options: SandboxOptions) -> None:
        self.options = options
        self.lock = threading.RLock()
        self.limits = RateLimits(options.clock)
        self.faults = Faults()
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOG_ENTRIES)
        self.world = self.fresh_world(options.world, options.seed)

    def fresh_world(self, name: str, seed: int) -> World:
        """Build a world by its name.

        Raises: ApiError 400 - there is no such world; nothing changed.
        """
        if name not in WORLDS:
            raise ApiError(400, f"world must be one of {', '.join(WORLDS)}")
        clock = WorldClock(self.options.clock, rate=self.options.speed)
        build = demo_world if name == "demo" else empty_world
        return build(seed=seed, clock=clock, options=self.options)

    def catch_up(self) -> float:
        """Play the world up to now and return now; the caller holds the lock."""
        now = self.world.now()
        tick(self.world, self.options, now)
        return now
