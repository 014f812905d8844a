"""Signs of life of worker and beat, kept in the cache so that any process can ask."""

import time
from typing import Any

from celery.beat import PersistentScheduler
from django.core.cache import cache

BEAT = "beat"
WORKER = "worker"
# Both beat at least every 2 s; five missed ones are not a hiccup any more.
LIMIT_S = 10.0


def beat_of(name: str) -> float | None:
    """Seconds since the last sign of life; None where there was none lately."""
    stamp: float | None = cache.get(f"heartbeat:{name}")
    return None if stamp is None else max(0.0, time.time() - stamp)


def leave(name: str) -> None:
    """Leave a sign of life now."""
    cache.set(f"heartbeat:{name}", time.time(), timeout=300)


class HeartbeatScheduler(PersistentScheduler):  # type: ignore[misc]
    """Beat that leaves a sign of life at every tick, so that /readyz can tell it from a dead worker."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Dispatch what is due; returns seconds until the next look."""
        leave(BEAT)
        wait: float = super().tick(*args, **kwargs)
        return wait
