"""The gate in front of the API: Cloudflare's check of the User-Agent and the vendor's rate limits."""

import time
from collections.abc import Callable, Mapping
from typing import Any

# Source: instantly-facts.md §5, UA: the one library whose own agent is known to be blocked.
_BLOCKED_AGENT = "python-urllib"
EDGE_BLOCK = b"error code: 1010"
_LOOPBACK = ("127.", "::1", "::ffff:127.")


def is_loopback(environ: Mapping[str, Any]) -> bool:
    """Say whether a request comes from the own machine."""
    return str(environ.get("REMOTE_ADDR") or "127.0.0.1").startswith(_LOOPBACK)


def is_blocked(user_agent: str, mode: str) -> bool:
    """Say whether the edge refuses a client by its User-Agent.

    Shapes: mode "browser" wants Mozilla/5.0; "named" refuses a missing agent and Python's own urllib; "off" nothing.
        Passes the first two: "Mozilla/5.0 … Chrome/124.0"; only the second: "instantly-sdk-python/0.1.0".
    Source: instantly-facts.md §5, UA (Law 1).
    """
    if mode == "off":
        return False
    if mode == "browser":
        return "Mozilla/5.0" not in user_agent
    return not user_agent.strip() or user_agent.lower().startswith(_BLOCKED_AGENT)


class TokenBucket:
    """A bucket that holds `size` tokens and refills evenly over a period."""

    def __init__(self, size: int, period_s: float, now: float) -> None:
        self.size = size
        self.rate = size / period_s
        self.tokens = float(size)
        self.filled_at = now

    def refill(self, now: float) -> None:
        """Add what has accrued since the last call."""
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.filled_at) * self.rate)
        self.filled_at = now


class RateLimits:
    """The workspace's request budgets: one for everything, and one for each operation that has its own.

    Source: instantly-facts.md §1, Rate limits: 100 requests/s and 6,000 a minute, all keys together.
    """

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or time.monotonic
        now = self._clock()
        self._buckets = (TokenBucket(100, 1, now), TokenBucket(6000, 60, now))
        self._of_operation: dict[str, TokenBucket] = {}

    def allow(self, operation: str = "", budget: tuple[int, float] | None = None) -> bool:
        """Take a token of every budget that counts if each has one; a refused request costs nothing.

        Shapes: budget - requests and seconds that the operation alone is limited to.
        """
        now = self._clock()
        buckets = list(self._buckets)
        if budget is not None:
            buckets.append(self._of_operation.setdefault(operation, TokenBucket(*budget, now)))
        for bucket in buckets:
            bucket.refill(now)
        if any(bucket.tokens < 1 for bucket in buckets):
            return False
        for bucket in buckets:
            bucket.tokens -= 1
        return True
