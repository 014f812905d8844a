"""Which cache holds what, and how far it is shared."""

from typing import Any

DATABASE: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "team_cacheentry",
    # Beyond so many, expired entries are removed first. With Django's 300 someone who tries many names would push out
    # the counts of others.
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}
PROCESS: dict[str, Any] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"}


def aliases(redis_url: str) -> dict[str, Any]:
    """Return the CACHES entry.

    Shapes: `default` - in the database, for limits of signing in and codes that were used (allauth takes this one):
        the same for every web process, and there while Redis is down or was flushed; `shared` - in Redis, what
        processes tell each other; `process` - in the memory of one process, what is only a few seconds old.
    """
    return {
        "default": DATABASE,
        "shared": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url},
        "process": PROCESS,
    }
