"""The demo world of the sandbox, built once per process and copied for every test."""

import pickle
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from iexdg.sandbox import simulation
from iexdg.sandbox.app import Sandbox, SandboxOptions, create_app
from iexdg.sandbox.demo.workspace import demo_world
from iexdg.sandbox.world.clock import WorldClock
from iexdg.sandbox.world.world import World
from tests.wiring import wire_up


@dataclass
class SandboxClock:
    """The sandbox's time in seconds since 1970; moves only on request."""

    now: float = 1_795_442_400.0  # Monday 2026-11-23 15:00 UTC, 10:00 in Detroit

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


def wired_sandbox(monkeypatch: pytest.MonkeyPatch, clock: SandboxClock, **options: Any) -> Sandbox:
    """Return an in-process sandbox of the demo without limits, to which every client of the product talks."""
    defaults = {"world": "demo", "limits": False, "clock": clock, "sleep": lambda seconds: None}
    app = sandbox_app(**{**defaults, **options})
    wire_up(monkeypatch, httpx.WSGITransport(app=app), clock.advance)
    return app


def sandbox_app(**options: Any) -> Sandbox:
    """Return an in-process sandbox with these `SandboxOptions`; its first world is a copy where that is the same."""
    with patch.object(simulation, "demo_world", _copied_world):
        return create_app(SandboxOptions(**options))


def _copied_world(*, seed: int, clock: WorldClock, options: SandboxOptions) -> World:
    """Return what `demo_world` returns, in a twentieth of its time."""
    knobs = tuple(
        (field.name, getattr(options, field.name)) for field in fields(options) if field.name not in {"clock", "sleep"}
    )
    world = World.__new__(World)
    vars(world).update(pickle.loads(_built(seed, clock.now(), knobs)), clock=clock)
    return world


@lru_cache(maxsize=32)
def _built(seed: int, now: float, knobs: tuple[tuple[str, Any], ...]) -> bytes:
    """Return the attributes of a world whose history ends at `now`, all but its clock."""
    options = SandboxOptions(**dict(knobs), clock=lambda: now)
    world = demo_world(seed=seed, clock=WorldClock(lambda: now, rate=options.speed), options=options)
    return pickle.dumps({name: value for name, value in vars(world).items() if name != "clock"})
