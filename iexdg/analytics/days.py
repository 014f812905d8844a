"""Ranges of days as the address of a page names them, and the range before. Pure; days are Instantly's (UTC)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# In the address -> the words of the choice and the number of days; the whole run has none.
PRESETS: Mapping[str, tuple[str, int]] = {
    "7": ("7 days", 7),
    "14": ("14 days", 14),
    "30": ("30 days", 30),
    "90": ("90 days", 90),
    "all": ("Since the start", 0),
}
DEFAULT = "30"
# Longer ones are read as the whole run.
MOST_DAYS = 366


@dataclass(frozen=True, order=True)
class Days:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Days":
        """As many days right before: 8 to 14 November gives 1 to 7 November."""
        return Days(self.first - timedelta(days=self.length), self.first - timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last

    def each(self) -> list[date]:
        """Every day, the first one first."""
        return [self.first + timedelta(days=place) for place in range(self.length)]


@dataclass(frozen=True)
class Chosen:
    """What the address asks for. `days` is None for everything since the start.

    Shapes: preset - a name of PRESETS, "" for days of one's own; problem - why what was asked for is not shown, or "".
    """

    days: Days | None
    preset: str
    problem: str = ""

    def named(self) -> dict[str, str]:
        """The range by name in the address."""
        if self.preset or self.days is None:
            return {"days": "" if self.preset == DEFAULT else self.preset}
        return {"from": self.days.first.isoformat(), "to": self.days.last.isoformat()}


def last_days(length: int, today: date) -> Days:
    """The last days up to today."""
    return Days(today - timedelta(days=length - 1), today)


def chosen_days(query: Mapping[str, str], today: date) -> Chosen:
    """Read the range of an address; what makes no sense falls back to the last 30 days and says why.

    Passing: from=2026-11-01&to=2026-11-07 -> those seven days. Failing: to before from -> 30 days and a problem.
    """
    preset = query.get("days", "") or DEFAULT
    first, last = query.get("from", "").strip(), query.get("to", "").strip()
    if not first and not last:
        if preset not in PRESETS:
            preset = DEFAULT
        length = PRESETS[preset][1]
        return Chosen(last_days(length, today) if length else None, preset)
    days = _own_days(first, last, today)
    if isinstance(days, str):
        return Chosen(last_days(PRESETS[DEFAULT][1], today), DEFAULT, days)
    return Chosen(days, "")


def _own_days(first: str, last: str, today: date) -> Days | str:
    """The days between two dates, or what is wrong with them; a missing end is today."""
    try:
        begins = date.fromisoformat(first)
        ends = date.fromisoformat(last) if last else today
    except ValueError:
        return "A range needs a first day, written like 2026-11-01. The last 30 days are shown."
    if begins > today:
        return "The range begins in the future. The last 30 days are shown."
    if ends < begins:
        return "The last day is before the first. The last 30 days are shown."
    days = Days(begins, min(ends, today))
    if days.length > MOST_DAYS:
        return f"A range has at most {MOST_DAYS} days. The last 30 days are shown."
    return days


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def week_before(today: date) -> Days:
    """The last whole week, Monday to Sunday."""
    monday = monday_of(today) - timedelta(days=7)
    return Days(monday, monday + timedelta(days=6))
