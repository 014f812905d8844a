"""Clients of a connection, one per process and budget; a client's connection pool is thread safe."""

import math
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac

from iexdg.clients.http.limiter import Limiter, NullLimiter, RedisLimiter, redis_for_limiter
from iexdg.clients.http.public_address import PublicTransport
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.http.transport import BaseTransport, Timeouts
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.clients.maton import Connections, connect_through_maton, hosts_of
from iexdg.connections.access import Access
from iexdg.connections.addresses import is_known_address
from iexdg.connections.models import Transport

_NO_BUDGET = ""
_ONCE = RetryPolicy(max_attempts=1)
# Which workspace it is, and which connections there are: read while someone or a start waits.
_BRIEF = Timeouts(answer_s=5.0, safety_answer_s=5.0)
# Source: docs/api/instantly-facts.md §1, Rate limits: what a workspace may ask in a second, bulk and safety together.
_VENDOR_PER_S = 100
_MOST_RESERVE = 3
# Source: docs/api/maton-facts.md §4: what a Maton account may ask in a second over all its apps.
_MATON_PER_S = 10
_MATON_RESERVE = 1
# A client for every connection and budget that is in use; one too many is opened again.
_MOST_CLIENTS = 128


def limiter_of(budget: str) -> Limiter:
    """The rate limit shared by all processes that name the same budget."""
    return _limiter(settings.REDIS_URL, budget)


def client_of(access: Access, *, budget: str) -> InstantlyClient:
    """The client of a connection; its calls count against the budget, and against that of its Maton account."""
    return _client(access, budget)


def identifying_client_of(access: Access) -> InstantlyClient:
    """A client that only reads which workspace this is. No rate limit is known yet, and beat retries soon."""
    return _client(access, _NO_BUDGET)


def maton_of(base_url: str, key: str) -> Connections:
    """The control plane of a Maton account.

    Raises: ValueError - the key cannot be one.
    """
    return _maton(base_url, key)


@lru_cache(maxsize=_MOST_CLIENTS)
def _limiter(redis_url: str, budget: str) -> Limiter:
    if not redis_url:
        return NullLimiter()
    rate_per_s = settings.API_LIMIT_PER_S
    # What bulk work leaves of the vendor's limit is the reserve of safety calls, never more on top of it.
    reserve = max(1, min(_MOST_RESERVE, _VENDOR_PER_S - math.ceil(rate_per_s)))
    return RedisLimiter(
        redis_for_limiter(redis_url),
        budget,
        rate_per_s=rate_per_s,
        safety_reserve=reserve,
        per_second=min(_VENDOR_PER_S, math.ceil(rate_per_s) + reserve),
    )


@lru_cache(maxsize=_MOST_CLIENTS)
def _maton_limiter(redis_url: str, account: str) -> Limiter:
    """The budget of one Maton account, whatever it is used for."""
    if not redis_url:
        return NullLimiter()
    return RedisLimiter(
        redis_for_limiter(redis_url),
        f"maton:{account}",
        rate_per_s=_MATON_PER_S - _MATON_RESERVE,
        burst=_MATON_PER_S,
        safety_reserve=_MATON_RESERVE,
        per_second=_MATON_PER_S,
        per_minute=60 * _MATON_PER_S,
        fallback_rate_per_s=1.0,
    )


def _gateway_limiter(key: str) -> Limiter:
    account = salted_hmac("iexdg.connections.maton", key, algorithm="sha256").hexdigest()[:32]
    return _maton_limiter(settings.REDIS_URL, account)


@lru_cache(maxsize=_MOST_CLIENTS)
def _client(access: Access, budget: str) -> InstantlyClient:
    timeout, retry = (_BRIEF, _ONCE) if budget == _NO_BUDGET else (None, None)
    limiter = limiter_of(budget) if budget != _NO_BUDGET else None
    http_transport = _http_transport(access.base_url)
    if access.transport != Transport.MATON:
        return connect(
            access.base_url,
            access.api_key,
            timeout=timeout,
            retry=retry,
            limiter=limiter,
            http_transport=http_transport,
        )
    return connect_through_maton(
        access.base_url,
        access.api_key,
        access.maton_connection,
        gateway_limiter=_gateway_limiter(access.api_key),
        limiter=limiter,
        timeout=timeout,
        retry=retry,
        http_transport=http_transport,
    )


@lru_cache(maxsize=_MOST_CLIENTS)
def _maton(base_url: str, key: str) -> Connections:
    control = hosts_of(base_url).control
    limiter, http_transport = _gateway_limiter(key), _http_transport(base_url)
    return Connections(control, key, limiter=limiter, timeout=_BRIEF, retry=_ONCE, http_transport=http_transport)


def _http_transport(base_url: str) -> BaseTransport | None:
    """The one that refuses addresses inside the network where an address was typed in; None for the usual one."""
    if is_known_address(base_url):
        return None
    return PublicTransport(allowed_hosts=settings.CONNECTION_ALLOWED_HOSTS)
