"""Clients of a connection, one per process and budget; a client's connection pool is thread safe."""

from functools import lru_cache

from django.conf import settings

from iexdg.clients.http.limiter import Limiter, NullLimiter, RedisLimiter, redis_for_limiter
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.connections.configured import Connection


def limiter_of(budget: str) -> Limiter:
    """The rate limit that all processes share which name the same budget."""
    return _limiter(settings.REDIS_URL, budget)


def client_of(connection: Connection, *, budget: str) -> InstantlyClient:
    """The client of a connection; its calls count against the budget."""
    return _client(connection, budget)


@lru_cache(maxsize=16)
def _limiter(redis_url: str, budget: str) -> Limiter:
    if not redis_url:
        return NullLimiter()
    return RedisLimiter(redis_for_limiter(redis_url), budget, rate_per_s=settings.API_LIMIT_PER_S)


@lru_cache(maxsize=16)
def _client(connection: Connection, budget: str) -> InstantlyClient:
    return connect(connection.base_url, connection.api_key, limiter=limiter_of(budget))
