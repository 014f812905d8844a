"""The options of the simulator, and nothing that acts on them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class SandboxOptions:
    """How one simulator behaves; every default is what the vendor is assumed to do.

    Units: latency_ms per request; speed in world seconds per real second; list_lag_s, first_send_s in world seconds;
        bounce_protect_ratio 0-1; clock returns epoch seconds.
    Source: instantly-facts.md §6; what is only assumed there is an option here.
    """

    world: str = "demo"
    api_key: str = "sandbox-key"
    seed: int = 5
    edge: str = "browser"
    limits: bool = True
    pending_polls: int = 2
    pending_share: float = 1.0
    pending_max_s: float = 7.0
    autoflip: frozenset[int] = frozenset({3})
    latency_ms: float = 0
    speed: float = 1.0
    state_file: Path | str | None = None
    scopes: frozenset[str] = frozenset({"all:all"})
    paid_plan: bool = True
    list_lag_s: float = 5.0
    first_send_s: float = 120.0
    analytics_empty_until_sent: bool = False
    legacy_accept_all: bool = False
    verification_cost: float = 0.25
    bounce_protect_floor: int = 200
    bounce_protect_ratio: float = 0.05
    clock: Callable[[], float] | None = None
    sleep: Callable[[float], None] = time.sleep
