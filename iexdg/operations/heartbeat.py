"""Signs of life of workers and beat, kept in the cache so that any process can ask."""

import logging
import os
import threading
import time
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
# Both beat at least every 2 s; five missed ones are not a hiccup any more.
LIMIT_S = 10.0
# The task that tells on silent watchers, and how often beat runs it in its own process.
CHECK_TASK = "campaigns.tasks.check_watchers"
CHECK_EVERY_S = 10.0
# Beat that is silent for longer is not late but gone or hung: workers start what it would.
SILENT_AFTER_S = 30.0
# The task that sends what no worker has sent: those that should may be the silent ones.
NOTIFY_TASK = "iexdg.incidents.tasks.send_overdue"
GRACE_S = 60.0


def worker_name(queue: str) -> str:
    """Return the name under which the workers of a queue leave their signs."""
    return f"worker-{queue}"


def heartbeat_age(name: str) -> float | None:
    """Seconds since the last sign of life; None where there was none lately."""
    stamp: float | None = caches[_SHARED].get(f"heartbeat:{name}")
    return None if stamp is None else max(0.0, time.time() - stamp)


def record_heartbeat(name: str) -> None:
    """Leave a sign of life now. Where the broker is gone none can be left for others, and its absence tells so."""
    if file := os.environ.get(HEARTBEAT_VARIABLE):
        Path(file).touch()
    try:
        caches[_SHARED].set(f"heartbeat:{name}", time.time(), timeout=300)
    except (redis.RedisError, OSError) as error:
        logger.warning("No sign of life of %s could be left: %s", name, type(error).__name__)


class HeartbeatScheduler(PersistentScheduler):
    """Beat that leaves a sign of life at every tick, so that /readyz can tell it from a dead worker."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start with a grace: after a night off everybody has been silent, and looks again within a minute."""
        self._checked_at = time.monotonic() + GRACE_S
        self._notifier: threading.Thread | None = None
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Dispatch what is due; returns seconds until the next look."""
        record_heartbeat(BEAT)
        self._check_watchers()
        wait: float = super().tick(*args, **kwargs)
        return wait

    def _check_watchers(self) -> None:
        """Look for silent watchers here and in no worker: where every worker is dead, none of them would tell."""
        if time.monotonic() - self._checked_at < CHECK_EVERY_S:
            return
        self._checked_at = time.monotonic()
        try:
            self.app.tasks[CHECK_TASK].run()
        except DatabaseError as error:
            # Beat goes on: what it dispatches may not need the database that is away, and it will be back.
            logger.warning("Watchers could not be checked: %s", type(error).__name__)
            connection.close()
        self._notify()

    def _notify(self) -> None:
        """Send in a thread, since a mail server that hangs must not hold up what beat dispatches; one at a time."""
        if self._notifier is not None and self._notifier.is_alive():
            return
        self._notifier = threading.Thread(target=notify_overdue, args=(self.app.tasks[NOTIFY_TASK],), daemon=True)
        self._notifier.start()


def notify_overdue(task: Any) -> None:
    """Run the task that tells people here and now, in whatever thread this is."""
    try:
        task.run()
    except DatabaseError as error:
        logger.warning("Nobody could be told: %s", type(error).__name__)
    finally:
        connection.close()
