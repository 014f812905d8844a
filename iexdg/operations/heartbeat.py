"""Heartbeats of workers and beat, stored in the cache so that any process can read them."""

import logging
import os
import time
from pathlib import Path

import redis
from django.core.cache import caches

from iexdg.running.managed import HEARTBEAT_VARIABLE

logger = logging.getLogger(__name__)

_SHARED = "shared"
BEAT = "beat"
QUEUES = ("safety", "watch", "bulk")
# Both record one at least every 2 s; five missed ones are a failure.
LIMIT_S = 10.0
# The task that reports silent watchers, and how often beat runs it in its own process.
CHECK_TASK = "campaigns.tasks.check_watchers"
CHECK_EVERY_S = 10.0
# After this long without a heartbeat beat has stopped or hangs: workers start what it would.
SILENT_AFTER_S = 30.0
# The task that sends what no worker has sent: they may be the ones that stopped.
NOTIFY_TASK = "iexdg.incidents.tasks.send_overdue"
# After a start every watcher is silent until its first check.
GRACE_S = 60.0


def worker_name(queue: str) -> str:
    """Return the name under which the workers of a queue record their heartbeat."""
    return f"worker-{queue}"


def heartbeat_age(name: str) -> float | None:
    """Seconds since the last heartbeat; None without a recent one."""
    stamp: float | None = caches[_SHARED].get(f"heartbeat:{name}")
    return None if stamp is None else max(0.0, time.time() - stamp)


def record_heartbeat(name: str) -> None:
    """Record a heartbeat now. Without the broker it cannot be recorded, and its absence is what others see."""
    if file := os.environ.get(HEARTBEAT_VARIABLE):
        Path(file).touch()
    try:
        caches[_SHARED].set(f"heartbeat:{name}", time.time(), timeout=300)
    except (redis.RedisError, OSError) as error:
        logger.warning("The heartbeat of %s could not be recorded: %s", name, type(error).__name__)
