"""Shares a vendor's request budget between all processes, with a lane that bulk work cannot block.

One token bucket per workspace lives in Redis and is driven by one Lua script on the server's clock.
A bulk call may only take while more than the reserve is left, so a safety call finds a token at once.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from iexdg.clients.http.errors import RateLimitError

logger = logging.getLogger("iexdg.clients")

_SCRIPT = Path(__file__).with_name("limiter.lua").read_text(encoding="utf-8")
_LONGEST_SLEEP_S = 1.0
_LEAVE_REDIS_ALONE_S = 5.0


class Lane(StrEnum):
    """The priority of a request: `SAFETY` reads status and pauses, `BULK` is everything else."""

    SAFETY = "safety"
    BULK = "bulk"


class Limiter(Protocol):
    """Asked before every request; `acquire` returns when the request may be sent."""

    def acquire(self, lane: Lane) -> None: ...

    def penalise(self, retry_after_s: float | None) -> None: ...

    def used_last_minute(self) -> int | None: ...


class NullLimiter:
    """Lets everything through at once, for tests and the REPL."""

    def acquire(self, lane: Lane) -> None:
        return

    def penalise(self, retry_after_s: float | None) -> None:
        return

    def used_last_minute(self) -> int | None:
        return None


class LocalLimiter:
    """A slow bucket inside one process, one per lane; used while Redis cannot be reached."""

    def __init__(
        self,
        *,
        rate_per_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap_s = 1.0 / rate_per_s
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next_free: dict[Lane, float] = {}

    def acquire(self, lane: Lane) -> None:
        with self._lock:
            now = self._clock()
            slot = max(now, self._next_free.get(lane, now))
            self._next_free[lane] = slot + self._gap_s
        if slot > now:
            self._sleep(slot - now)

    def penalise(self, retry_after_s: float | None) -> None:
        if retry_after_s:
            with self._lock:
                until = self._clock() + retry_after_s
                self._next_free[Lane.BULK] = max(until, self._next_free.get(Lane.BULK, until))

    def used_last_minute(self) -> int | None:
        return None


class WindowLimiter:
    """A budget of so many requests in any window of time, inside one process; for operations with a limit of their own.

    Units: period_s, longest_wait_s in seconds. Each call gets its moment when it asks, so it waits once.
    """

    def __init__(
        self,
        most: int,
        period_s: float,
        *,
        longest_wait_s: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._period_s = period_s
        self._longest_wait_s = longest_wait_s
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._granted: deque[float] = deque(maxlen=most)
        self._not_before = float("-inf")

    def acquire(self, lane: Lane) -> None:
        """Wait until one more request fits; every lane counts, since the vendor counts every request.

        Raises: RateLimitError - that would take too long for whoever waits for the answer; nothing was sent or counted.
        """
        with self._lock:
            now = self._clock()
            is_full = len(self._granted) == self._granted.maxlen
            slot = max(now, self._not_before, self._granted[0] + self._period_s if is_full else now)
            if slot - now > self._longest_wait_s:
                used_up = f"{self._granted.maxlen} calls in {self._period_s:.0f} s are used up"
                raise RateLimitError(used_up, retry_after_s=slot - now, request_arrived=False)
            self._granted.append(slot)
        if slot > now:
            self._sleep(slot - now)

    def penalise(self, retry_after_s: float | None) -> None:
        """Wait as long as the vendor asks, or as one call takes when all are spread evenly."""
        with self._lock:
            wait_s = retry_after_s or self._period_s / (self._granted.maxlen or 1)
            self._not_before = max(self._not_before, self._clock() + wait_s)

    def used_last_minute(self) -> int | None:
        return None


def redis_for_limiter(url: str) -> Redis:
    """Open Redis so that an outage is noticed at once: the client's own retries would take many seconds."""
    # One retry without a pause: an idle connection that the server has closed is not an outage.
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2, retry=Retry(NoBackoff(), 1))


class RedisLimiter:
    """The shared budget of one workspace.

    Shapes: redis - a `redis.Redis`, best from `redis_for_limiter`; workspace_key - any stable text.
    Units: rates per second, per_minute in requests, times in seconds.
    Source: docs/api/instantly-facts.md §1 rate limits, 100 requests/s and 6000 a minute together (read 2026-11-22);
        the defaults stay below both in every window. `clock` replaces the server's TIME in tests.
    """

    def __init__(
        self,
        redis: Any,
        workspace_key: str,
        *,
        rate_per_s: float = 97.0,
        burst: int = 10,
        safety_reserve: int = 3,
        per_second: int | None = None,
        per_minute: int = 5900,
        slow_for_s: float = 10.0,
        fallback_rate_per_s: float = 5.0,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        base = f"limiter:{{{workspace_key}}}"
        self._keys = [base, f"{base}:recent", f"{base}:minute"]
        # The vendor counts per second too: 97 for bulk and 3 in reserve are the 100 it allows.
        per_second = per_second or math.ceil(rate_per_s) + safety_reserve
        self._settings = [rate_per_s, burst, safety_reserve, per_second, per_minute, slow_for_s]
        self._script = redis.register_script(_SCRIPT)
        self._clock = clock
        self._sleep = sleep
        self._local_clock = clock or time.monotonic
        self._fallback = LocalLimiter(rate_per_s=fallback_rate_per_s, clock=self._local_clock, sleep=sleep)
        self._is_redis_away = False
        self._ask_redis_from = float("-inf")
        self._probing = threading.Lock()

    def acquire(self, lane: Lane) -> None:
        """Wait until one request of `lane` may be sent.

        Raises: nothing; while Redis is down the process continues with a slow limit of its own, never without one.
        """
        while True:
            answer = self._ask("take", lane.value)
            if answer is None:
                self._fallback.acquire(lane)
                return
            wait_s = float(answer)
            if wait_s <= 0:
                return
            self._sleep(min(wait_s, _LONGEST_SLEEP_S))

    def penalise(self, retry_after_s: float | None) -> None:
        """Halve the bulk rate of every process for a while, after the vendor answered 429."""
        if self._ask("penalise", retry_after_s or 0) is None:
            self._fallback.penalise(retry_after_s)

    def used_last_minute(self) -> int | None:
        """Return how many requests all processes sent in the last minute; None means unknown."""
        answer = self._ask("used", "")
        return None if answer is None else int(answer)

    def _ask(self, what: str, argument: object) -> str | None:
        if self._is_redis_away and not self._may_probe():
            return None
        now = self._clock() if self._clock else 0
        try:
            answer = self._script(keys=self._keys, args=[what, argument, now, *self._settings])
        except RedisError as error:
            self._ask_redis_from = self._local_clock() + _LEAVE_REDIS_ALONE_S
            if not self._is_redis_away:
                logger.warning("limiter: Redis does not answer (%s), going on slowly", type(error).__name__)
            self._is_redis_away = True
            return None
        if self._is_redis_away:
            logger.warning("limiter: Redis answers again")
            self._is_redis_away = False
        return answer.decode() if isinstance(answer, bytes) else str(answer)

    def _may_probe(self) -> bool:
        """Let one caller at a time find out whether Redis is back; it may cost that one a socket timeout."""
        with self._probing:
            now = self._local_clock()
            if now < self._ask_redis_from:
                return False
            self._ask_redis_from = now + _LEAVE_REDIS_ALONE_S
            return True
