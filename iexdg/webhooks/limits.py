"""How often the receiver may be called. Counted in Redis; without it in each process, so that there is always a limit.

A call with the right secret is refused only where its own receiver is called too often: the calls of strangers use up
nothing of it, even from the same address, since Instantly calls for all of its customers from the same ones.
"""

import redis
from django.core.cache import BaseCache, caches

# A burst of 600 in ten seconds, which is 3,600 a minute: more than any campaign sends.
MOST_DELIVERIES, PER_S = 600, 10
# Wrong paths and wrong secrets of one address before they are answered with 429.
MOST_MISSES, MISSES_PER_S = 30, 60
_DOWN, _DOWN_FOR_S = "webhooks:redis-down", 5


def may_deliver(receiver_pk: int) -> bool:
    """Count a delivery that was proved; False where the receiver had too many."""
    return _counted(f"webhooks:deliveries:{receiver_pk}", PER_S) <= MOST_DELIVERIES


def may_miss(address: str) -> bool:
    """Count a call without proof; False where its address had too many."""
    return _counted(f"webhooks:misses:{address}", MISSES_PER_S) <= MOST_MISSES


def _counted(key: str, per_s: int) -> int:
    here = caches["process"]
    if here.get(_DOWN) is None:
        try:
            return _count_in(caches["shared"], key, per_s)
        except (redis.RedisError, OSError):
            # Not tried again by every call: one that has to wait for Redis would not be answered fast.
            here.set(_DOWN, 1, timeout=_DOWN_FOR_S)
    return _count_in(here, key, per_s)


def _count_in(cache: BaseCache, key: str, per_s: int) -> int:
    cache.add(key, 0, timeout=per_s)
    try:
        return int(cache.incr(key))
    except ValueError:
        # It expired in between: this is the first of the next window.
        return 1
