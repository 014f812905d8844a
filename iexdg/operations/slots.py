"""The share of a queue's processes that one workspace may use, so that one that hangs leaves the others theirs.

Two processes serve each queue, or as many as WORKER_PROCESSES says. Every workspace may use an equal part of them, at
least one. A slot is a key in the shared cache that its holder renews; that of a process that crashed expires soon.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from django.conf import settings
from django.core.cache import BaseCache, caches

logger = logging.getLogger(__name__)

_LIFE_S = 20
_RENEW_EVERY_S = 5.0
_SHARED = "shared"


@contextmanager
def slot(workspace_pk: int, queue: str, *, workspaces: int) -> Iterator[bool]:
    """Take a slot of a workspace for the block; False where all of them are in use.

    Shapes: workspaces - how many are connected. With one, it may use everything. Without the cache nothing is limited.
    """
    most = max(1, settings.WORKER_PROCESSES // max(workspaces, 1))
    if most >= settings.WORKER_PROCESSES:
        yield True
        return
    cache = caches[_SHARED]
    try:
        key = _taken(cache, workspace_pk, queue, most)
    except (redis.RedisError, OSError) as error:
        logger.warning("The slots of workspaces cannot be read: %s", type(error).__name__)
        yield True
        return
    if key is None:
        yield False
        return
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(cache, key, ended), daemon=True)
    renewing.start()
    try:
        yield True
    finally:
        ended.set()
        renewing.join()
        _free(cache, key)


def _taken(cache: BaseCache, workspace_pk: int, queue: str, most: int) -> str | None:
    keys = (f"slot:{queue}:{workspace_pk}:{number}" for number in range(most))
    return next((key for key in keys if cache.add(key, 1, timeout=_LIFE_S)), None)


def _renew(cache: BaseCache, key: str, ended: threading.Event) -> None:
    while not ended.wait(_RENEW_EVERY_S):
        try:
            cache.touch(key, _LIFE_S)
        except (redis.RedisError, OSError):
            # It expires then, and one more task of this workspace runs than its share.
            continue


def _free(cache: BaseCache, key: str) -> None:
    try:
        cache.delete(key)
    except (redis.RedisError, OSError) as error:
        logger.warning("A slot could not be freed and expires: %s", type(error).__name__)
