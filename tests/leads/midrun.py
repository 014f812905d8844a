"""Lets a test act between two batches, or between two requests, while an import runs."""

import time
from collections.abc import Callable


def when(is_time: Callable[[], bool], act: Callable[[], None]) -> Callable[[], float]:
    """A clock for `drive.advance`, which reads it repeatedly; it calls `act` once, as soon as `is_time` is true."""
    acted = False

    def clock() -> float:
        nonlocal acted
        if not acted and is_time():
            acted = True
            act()
        return time.monotonic()

    return clock
