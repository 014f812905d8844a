"""The pace of an import, measured between two page requests."""

import time
from dataclasses import dataclass

from django.core.cache import caches

_WINDOW_S = 30.0
_SAMPLES_EXPIRE_S = 120


@dataclass(frozen=True)
class Pace:
    """Answers (or loaded rows) per second and the seconds left; None until it can be measured."""

    per_s: float | None
    left_s: float | None


def pace_of(import_pk: int, phase: str, done: int, total: int, *, now: float | None = None) -> Pace:
    """Compare with the progress some seconds ago. Without the cache the pace is unknown."""
    moment = time.time() if now is None else now
    cache, key = caches["process"], f"import-pace:{import_pk}:{phase}"
    samples: list[tuple[float, int]] = [
        (at, number) for at, number in cache.get(key, []) if moment - _WINDOW_S <= at <= moment
    ]
    cache.set(key, [*samples, (moment, done)], timeout=_SAMPLES_EXPIRE_S)
    if not samples or moment - samples[0][0] < 1 or done <= samples[0][1]:
        return Pace(None, None)
    per_s = (done - samples[0][1]) / (moment - samples[0][0])
    return Pace(per_s, (total - done) / per_s)


def pace_in_words(pace: Pace, unit: str) -> str:
    """Describe the pace: "41 answers/s · about 2 min left"."""
    if pace.per_s is None or pace.left_s is None:
        return ""
    return f"{pace.per_s:,.0f} {unit}/s · {_about(pace.left_s)} left"


def _about(seconds: float) -> str:
    if seconds < 60:
        return "less than a minute"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} h"
