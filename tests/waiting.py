"""Awaiting what another process or thread brings about."""

import time
from collections.abc import Callable
from typing import Any


def eventually(true: Callable[[], Any], within_s: float = 15.0) -> bool:
    """Whether something comes to pass in time; asked again and again, never slept for."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False
