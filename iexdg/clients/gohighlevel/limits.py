"""What is left of the two request limits, as the newest answer said.

Source: docs/api/gohighlevel-facts.md §3.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

REMAINING_TODAY_HEADER = "x-ratelimit-daily-remaining"
INTERVAL_HEADER = "x-ratelimit-interval-milliseconds"
_DIGITS = 9


@dataclass(frozen=True)
class LimitsSeen:
    """How many requests are left; None where the answer did not say. Units: read_at in epoch seconds."""

    in_interval: int | None
    left_in_interval: int | None
    today: int | None
    left_today: int | None
    read_at: float


class LimitsWatch:
    """Keeps the limits of the newest answer that named them; safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.seen: LimitsSeen | None = None

    def __call__(self, headers: Mapping[str, str]) -> None:
        """Look at the headers of an answer."""
        left_today = number_in(headers, REMAINING_TODAY_HEADER)
        left = number_in(headers, "x-ratelimit-remaining")
        if left_today is None and left is None:
            return
        self.seen = LimitsSeen(
            in_interval=number_in(headers, "x-ratelimit-max"),
            left_in_interval=left,
            today=number_in(headers, "x-ratelimit-limit-daily"),
            left_today=left_today,
            read_at=self._clock(),
        )


def number_in(headers: Mapping[str, str], name: str) -> int | None:
    """Return the number of a header; None where it is missing or no number."""
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
