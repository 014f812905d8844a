"""The running simulator: one world for each workspace, and what all of them share."""

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from iexdg.sandbox.demo.empty import empty_world
from iexdg.sandbox.demo.workspace import demo_world
from iexdg.sandbox.http.edge import RateLimits
from iexdg.sandbox.http.faults import Faults
from iexdg.sandbox.http.wire import ApiError
from iexdg.sandbox.resources.jobs.work import play
from iexdg.sandbox.webhooks.delivery import play_due
from iexdg.sandbox.webhooks.transfer import sender_of
from iexdg.sandbox.world.accounts import settle_accounts
from iexdg.sandbox.world.clock import WorldClock
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

_LOG_ENTRIES = 200_000
WORLDS = ("demo", "empty")


@dataclass
class Shared:
    """What the workspaces of one simulator have in common: one lock guards everything."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    faults: Faults = field(default_factory=Faults)
    log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_LOG_ENTRIES))
    simulations: list["Simulation"] = field(default_factory=list)


class Simulation:
    """One workspace: what requests and the control plane share; code that uses `world` holds `lock`."""

    def __init__(self, options: SandboxOptions, shared: Shared | None = None, number: int = 1) -> None:
        """Build the workspace. Shapes: number - its place among all, from 1; each has a key and a seed of its own."""
        shared = shared or Shared()
        self.number = number
        self.first_options = replace(options, api_key=options.key_of(number), seed=options.seed + number - 1)
        self.options = self.first_options
        self.lock, self.faults, self.log = shared.lock, shared.faults, shared.log
        self.limits = RateLimits(options.clock)
        self.sends_webhooks = sender_of(self.options) is not None
        self.world = self.fresh_world(self.options.world, self.options.seed)
        self._all = shared.simulations
        self._all.append(self)

    def fresh_world(self, name: str, seed: int) -> World:
        """Build a world by its name.

        Raises: ApiError 400 - there is no such world; nothing changed.
        """
        if name not in WORLDS:
            raise ApiError(400, f"world must be one of {', '.join(WORLDS)}")
        clock = WorldClock(self.options.clock, rate=self.options.speed)
        build = demo_world if name == "demo" else empty_world
        world = build(seed=seed, clock=clock, options=self.options)
        if self.number > 1:
            world.workspace_name = f"{world.workspace_name} {self.number}"
        return world

    def worlds(self) -> dict[str, World]:
        """Return every workspace of the simulator by its id; the caller holds the lock."""
        return {one.world.organization: one.world for one in self._all}

    def catch_up(self) -> float:
        """Play the world up to now and return now; the caller holds the lock."""
        now = self.world.now()
        settle_accounts(self.world, now)
        play(self.world, self.options, now)
        if not self.sends_webhooks:
            play_due(self.world, now)
        return now


class Simulations:
    """All workspaces of one simulator, in order; the first is meant where none is named."""

    def __init__(self, options: SandboxOptions) -> None:
        self.options = options
        self.shared = Shared()
        self.lock = self.shared.lock
        self.all = [Simulation(options, self.shared, number) for number in range(1, options.workspaces + 1)]

    def numbered(self, number: int) -> Simulation:
        """Return a workspace by its place, from 1.

        Raises: ApiError 404 - there are not so many.
        """
        if not 1 <= number <= len(self.all):
            raise ApiError(404, f"There is no workspace {number}")
        return self.all[number - 1]
