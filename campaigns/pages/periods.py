"""The period that a campaign's figures are shown for, and the one before it to compare with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.mirror.analytics import HISTORY
from campaigns.models import Campaign, DailyStat
from campaigns.pages.figures import Period, period, period_before
from campaigns.queries import last_day
from iexdg.ui.formatting import date_words, plural

# In the address -> the words of the choice and the number of days; the whole run has none.
PERIODS: Mapping[str, tuple[str, int]] = {
    "7": ("7 days", 7),
    "14": ("14 days", 14),
    "30": ("30 days", 30),
    "90": ("90 days", 90),
    "all": ("All", 0),
}
# The whole run is compared by its last days.
_WEEK = 7


@dataclass(frozen=True)
class PeriodChoice:
    """One choice of the selector."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class ShownPeriod:
    """The days that are shown, and the two that are compared: the same days and those before, or the last two weeks."""

    choices: tuple[PeriodChoice, ...]
    is_whole: bool
    first: date
    last: date
    words: str
    range_words: str
    current: Period
    before: Period
    compared: str
    unknown: str

    @property
    def length(self) -> int:
        """How many days are shown."""
        return (self.last - self.first).days + 1


def shown_period(campaign: Campaign, days: Sequence[DailyStat], asked: str) -> ShownPeriod:
    """Read the period from the address; anything else shows the whole run. Shapes: days - all that are known."""
    name = asked if asked in PERIODS else "all"
    label, length = PERIODS[name]
    last = last_day(day.date for day in days)
    begins = min((day.date for day in days), default=last)
    current = period(days, last, length or _WEEK)
    before = period_before(days, current, read_from=_read_from(campaign))
    first = current.first if length else begins
    return ShownPeriod(
        choices=tuple(PeriodChoice(value, words, value == name) for value, (words, _) in PERIODS.items()),
        is_whole=not length,
        first=first,
        last=last,
        words=f"in {label}" if length else "since the start",
        range_words=f"{date_words(first, today=last)} – {date_words(last, today=last)}" if days else "",
        current=current,
        before=before,
        compared=f"{plural(length, 'day')} before" if length else f"{_WEEK} before",
        unknown="" if before.sent is not None else _why_unknown(days, begins, before, last),
    )


def _read_from(campaign: Campaign) -> date | None:
    """The first day that was read from Instantly; days from then on that are not stored had nothing."""
    return campaign.analytics_read_at.date() - HISTORY if campaign.analytics_read_at else None


def _why_unknown(days: Sequence[DailyStat], begins: date, before: Period, last: date) -> str:
    span = f"{date_words(before.first, today=last)} – {date_words(before.last, today=last)}"
    if not days:
        return "Nothing to compare with yet"
    return f"{span} is not known in full: the daily figures begin on {date_words(begins, today=last)}"
