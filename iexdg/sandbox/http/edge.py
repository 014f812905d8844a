"""The gate in front of the API: Cloudflare's check of the User-Agent and the vendor's rate limits."""

import time
from collections.abc import Callable

# Source: instantly-facts.md §6.1; the names that Python's own libraries send by themselves.
_DEFAULT_AGENTS = (
    "python-urllib",
    "python-requests",
    "python-httpx",
    "aiohttp",
    "urllib3",
    "python/",
)
EDGE_MODES = ("browser", "default-agents", "off")
EDGE_BLOCK = b"error code: 1010"


def is_blocked(user_agent: str, mode: str) -> bool:
    """Say whether the edge refuses a client by its User-Agent.

    Shapes: mode "browser" wants Mozilla/5.0; "default-agents" refuses only a missing or a library's own agent.
        Passes both: "Mozilla/5.0 … Chrome/124.0"; passes the second only: "instantly-sdk-python/0.1.0".
    Source: instantly-facts.md §5, UA (Law 1).
    """
    if mode == "off":
        return False
    if mode == "browser":
        return "Mozilla/5.0" not in user_agent
    return not user_agent or user_agent.lower().startswith(_DEFAULT_AGENTS)


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
    """The workspace's request budget; both buckets must have a token.

    Source: instantly-facts.md §1, Rate limits: 100 requests/s and 6,000 a minute, all keys together.
    """

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or time.monotonic
        now = self._clock()
        self._buckets = (TokenBucket(100, 1, now), TokenBucket(6000, 60, now))

    def allow(self) -> bool:
        """Take a token if there is one; a refused request costs nothing."""
        now = self._clock()
        for bucket in self._buckets:
            bucket.refill(now)
        if any(bucket.tokens < 1 for bucket in self._buckets):
            return False
        for bucket in self._buckets:
            bucket.tokens -= 1
        return True
