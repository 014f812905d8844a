"""Which cache holds what: only what processes share goes through Redis."""

from typing import Any


def aliases(redis_url: str) -> dict[str, Any]:
    """Return the CACHES entry. Signing in must work while Redis is down, so its limits are counted per process."""
    return {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "shared": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url},
    }
