"""How sure a rate is: the Wilson interval, and whether one variant is ahead of the others. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from campaigns.pages.figures import FLOOR, Rate

# 95 % of such intervals contain the true rate.
Z = 1.959964
FORMULA = "Wilson interval, 95 %: the true rate is inside in 19 of 20 cases"

TOO_EARLY = "too early to tell"
AHEAD = "ahead"
BEHIND = "behind"


@dataclass(frozen=True)
class Interval:
    """Between which two ratios (0 to 1) the true one lies."""

    low: float
    high: float

    @property
    def words(self) -> str:
        """The interval in percent: "2.2 – 11.2 %"."""
        return f"{self.low * 100:.1f} – {self.high * 100:.1f} %"


def wilson(part: int | None, whole: int | None) -> Interval | None:
    """Return the Wilson score interval of part ÷ whole; None where one is unknown or nothing was counted.

    Passing: 5 of 100 -> 0.0215 to 0.1118. Failing: 5 of 0, or 6 of 5 -> None.
    """
    if part is None or whole is None or not 0 <= part <= whole or whole <= 0:
        return None
    ratio, square = part / whole, Z * Z
    middle = (ratio + square / (2 * whole)) / (1 + square / whole)
    half = Z * sqrt(ratio * (1 - ratio) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def verdicts(rates: Sequence[Rate]) -> list[str]:
    """Say for each variant of one step whether it is ahead, behind, or too early to tell; "" where there is only one.

    One is ahead only when its whole interval is above those of all others, each of at least 50 e-mails.
    """
    if len(rates) < 2:
        return [""] * len(rates)
    best = _clearly_best([wilson(rate.part, rate.whole) for rate in rates if (rate.whole or 0) >= FLOOR], len(rates))
    if best is None:
        return [TOO_EARLY] * len(rates)
    return [AHEAD if place == best else BEHIND for place in range(len(rates))]


def _clearly_best(intervals: Sequence[Interval | None], of: int) -> int | None:
    """The place of the one that is above all others; None where one of them is not known or two overlap."""
    known = [one for one in intervals if one is not None]
    if len(known) < of:
        return None
    best = max(range(of), key=lambda place: known[place].low)
    others = [one.high for place, one in enumerate(known) if place != best]
    return best if known[best].low > max(others) else None
