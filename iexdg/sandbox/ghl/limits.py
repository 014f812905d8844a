"""The two budgets of one location, which the headers of every answer tell apart.

Source: gohighlevel-facts.md §3: 100 requests in 10 s and 200,000 a day.
"""

import time
from collections.abc import Callable

from iexdg.sandbox.world.options import SandboxOptions

_WINDOW_S = 10.0
_DAY_S = 86_400


class CrmLimits:
    """Counts the requests of one location; the windows are those of the real clock."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or time.time
        self._window = self._day = -1
        self._in_window = self._in_day = 0

    def take(self, options: SandboxOptions) -> tuple[bool, tuple[tuple[str, str], ...]]:
        """Count a request; return whether it is let through, and the headers of its answer."""
        now = self._clock()
        if (window := int(now // _WINDOW_S)) != self._window:
            self._window, self._in_window = window, 0
        if (day := int(now // _DAY_S)) != self._day:
            self._day, self._in_day = day, 0
        is_free = self._in_window < options.crm_burst and self._in_day < options.crm_daily
        if is_free:
            self._in_window += 1
            self._in_day += 1
        return is_free or not options.limits, self._headers(options)

    def _headers(self, options: SandboxOptions) -> tuple[tuple[str, str], ...]:
        return (
            ("X-RateLimit-Max", str(options.crm_burst)),
            ("X-RateLimit-Remaining", str(max(options.crm_burst - self._in_window, 0))),
            ("X-RateLimit-Interval-Milliseconds", str(int(_WINDOW_S * 1000))),
            ("X-RateLimit-Limit-Daily", str(options.crm_daily)),
            ("X-RateLimit-Daily-Remaining", str(max(options.crm_daily - self._in_day, 0))),
        )
