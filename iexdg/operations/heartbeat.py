"""Heartbeats of workers and beat, stored in the cache so that any process can read them."""

import logging
import os
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import redis
from celery.beat import PersistentScheduler
from django.core.cache import caches
from django.db import DatabaseError, connection

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
# What last ran further ahead than this ran before the clock was set back.
CLOCK_SLACK_S = 60.0
# The task that sends what no worker has sent: they may be the ones that stopped.
NOTIFY_TASK = "iexdg.incidents.tasks.send_overdue"
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


class HeartbeatScheduler(PersistentScheduler):
    """Beat that records a heartbeat at every tick, so that /readyz sees it apart from the workers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start with a grace period: after a restart every watcher is silent until its first check."""
        self._checked_at = time.monotonic() + GRACE_S
        self._notifier: threading.Thread | None = None
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Dispatch what is due; returns seconds until the next tick."""
        record_heartbeat(BEAT)
        self._forget_the_future()
        self._check_watchers()
        wait: float = super().tick(*args, **kwargs)
        return wait

    def _forget_the_future(self) -> None:
        """After the clock was set back, what ran "tomorrow" would not run until then: it is due now."""
        # Not open yet, as in a scheduler that is made lazily.
        if not getattr(self, "_store", None):
            return
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if _seconds_until(entry.last_run_at, now) > CLOCK_SLACK_S]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            logger.warning("The clock was set back: %d tasks are timed anew", len(ahead))
            # Beat sorts its entries by the time when each is due, and keeps that order until this is cleared.
            self._heap = None

    def _check_watchers(self) -> None:
        """Check for silent watchers here and not in a worker: workers that have all stopped cannot report it."""
        if time.monotonic() - self._checked_at < CHECK_EVERY_S:
            return
        self._checked_at = time.monotonic()
        try:
            self.app.tasks[CHECK_TASK].run()
        except DatabaseError as error:
            # Beat continues: what it dispatches may not need the database.
            logger.warning("Watchers could not be checked: %s", type(error).__name__)
            connection.close()
        self._notify()

    def _notify(self) -> None:
        """Send in a thread, since a hanging mail server must not delay what beat dispatches; one at a time."""
        if self._notifier is not None and self._notifier.is_alive():
            return
        self._notifier = threading.Thread(target=notify_overdue, args=(self.app.tasks[NOTIFY_TASK],), daemon=True)
        self._notifier.start()


def _seconds_until(moment: datetime | None, now: datetime) -> float:
    return (moment - now).total_seconds() if moment is not None else 0.0


def notify_overdue(task: Any) -> None:
    """Run the task that sends overdue notifications, in the calling thread."""
    try:
        task.run()
    except DatabaseError as error:
        logger.warning("Overdue notifications could not be sent: %s", type(error).__name__)
    finally:
        connection.close()
