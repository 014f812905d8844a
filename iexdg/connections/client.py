"""Clients of a connection, one per process and budget; a client's connection pool is thread safe."""

from functools import lru_cache

from django.conf import settings

from iexdg.clients.http.limiter import Limiter, NullLimiter, RedisLimiter, redis_for_limiter
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.http.transport import Timeouts
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.connections.configured import Connection

_NO_BUDGET = ""


def limiter_of(budget: str) -> Limiter:
    """The rate limit shared by all processes that name the same budget."""
    return _limiter(settings.REDIS_URL, budget)


def client_of(connection: Connection, *, budget: str) -> InstantlyClient:
    """The client of a connection; its calls count against the budget."""
    return _client(connection, budget)


def identifying_client_of(connection: Connection) -> InstantlyClient:
    """A client that only reads which workspace this is. No rate limit is known yet, and beat retries soon."""
    return _client(connection, _NO_BUDGET)


@lru_cache(maxsize=16)
def _limiter(redis_url: str, budget: str) -> Limiter:
    if not redis_url:
        return NullLimiter()
    return RedisLimiter(redis_for_limiter(redis_url), budget, rate_per_s=settings.API_LIMIT_PER_S)


@lru_cache(maxsize=16)
def _client(connection: Connection, budget: str) -> InstantlyClient:
    if budget == _NO_BUDGET:
        once = RetryPolicy(max_attempts=1)
        return connect(connection.base_url, connection.api_key, timeout=Timeouts(answer_s=5.0), retry=once)
    return connect(connection.base_url, connection.api_key, limiter=limiter_of(budget))
