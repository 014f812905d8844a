"""Beat's scheduler; apart from the heartbeats, since importing Celery's beat takes 6 MB that only beat needs."""

import logging
import threading
import time
from datetime import datetime
from typing import Any

from celery.beat import PersistentScheduler
from django.db import DatabaseError, connection

from iexdg.operations.heartbeat import BEAT, CHECK_EVERY_S, CHECK_TASK, GRACE_S, NOTIFY_TASK, record_heartbeat

logger = logging.getLogger(__name__)

# What last ran further ahead than this ran before the clock was set back.
CLOCK_SLACK_S = 60.0


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
