"""Awaiting what another process, thread or event loop brings about."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def eventually(true: Callable[[], Any], within_s: float = 120.0) -> bool:
    """Whether something comes to pass in time; asked again and again, never slept for."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def in_a_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it in an event loop in a thread of its own: where browser tests ran before, theirs still holds this one."""
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        return elsewhere.submit(asyncio.run, work).result()
