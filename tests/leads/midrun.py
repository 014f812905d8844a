"""Lets a test step in between two batches, or between two questions, while the engine runs."""

import time
from collections.abc import Callable


def when(is_time: Callable[[], bool], act: Callable[[], None]) -> Callable[[], float]:
    """A clock for `engine.advance`, which looks at it in every round: it acts once, as soon as it is time."""
    acted = False

    def clock() -> float:
        nonlocal acted
        if not acted and is_time():
            acted = True
            act()
        return time.monotonic()

    return clock
