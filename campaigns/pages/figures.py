"""Rates, totals and comparisons, each with its formula. Pure; None is unknown and stays unknown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

UNTRACKED = "not tracked"
# Assumed: below this many a rate is mostly chance.
FLOOR = 50

OPEN_FORMULA = "people who opened ÷ people e-mailed"
REPLY_FORMULA = "people who replied, no auto-replies ÷ people e-mailed"
BOUNCE_FORMULA = "bounced ÷ e-mails sent"
CLICK_FORMULA = "people who clicked ÷ people e-mailed"
UNSUBSCRIBED_FORMULA = "people who unsubscribed ÷ people e-mailed"
OPPORTUNITY_FORMULA = "leads that Instantly counts as opportunities"
INTERESTED_FORMULA = "people marked interested ÷ people e-mailed"


def worth_words(count: int | None, value: float | None) -> str:
    """Return "worth 12,500"; Instantly reports 0 where no value was set, so a worth of 0 is never claimed."""
    if value:
        return f"worth {value:,.0f}"
    return "no value set" if value is not None and count else ""


class Counters(Protocol):
    """The counters of a campaign (or anything shaped like it); None is unknown."""

    sent: int | None
    contacted: int | None
    opened: int | None
    replied: int | None
    bounced: int | None
    clicked: int | None
    interested: int | None
    unsubscribed: int | None

    @property
    def tracks_opens(self) -> bool: ...
    @property
    def tracks_clicks(self) -> bool: ...


class Day(Protocol):
    """The figures of one day; read-only, so that frozen sums of several campaigns fit too."""

    @property
    def date(self) -> date: ...
    @property
    def sent(self) -> int: ...
    @property
    def contacted(self) -> int: ...
    @property
    def unique_opened(self) -> int: ...
    @property
    def unique_replies(self) -> int: ...


@dataclass(frozen=True)
class Rate:
    """A ratio with its parts; without `ratio`, `missing_reason` says why there is none."""

    part: int | None
    whole: int | None
    formula: str
    ratio: float | None
    missing_reason: str = ""

    @property
    def is_untracked(self) -> bool:
        """Whether it is not counted at all; it must not be shown as 0."""
        return self.missing_reason == UNTRACKED


@dataclass(frozen=True)
class Period:
    """Some days summed up. Everything is None where no day of the period is known."""

    first: date
    last: date
    sent: int | None
    contacted: int | None
    opened: int | None
    replied: int | None


@dataclass(frozen=True)
class Delta:
    """The difference to the period before; `value` in `unit`, None where one side is unknown."""

    value: float | None
    unit: str

    @property
    def is_up(self) -> bool:
        """Whether it grew."""
        return self.value is not None and self.value > 0


def rate(part: int | None, whole: int | None, formula: str, *, floor: int = FLOOR, of: str = "e-mailed") -> Rate:
    """Divide, or return why that is not possible.

    Passing: 5 of 100 -> 0.05. Failing: 5 of 20 -> no ratio, "under 50 e-mailed"; None of 100 -> "unknown".
    """
    if part is None or whole is None:
        return Rate(part, whole, formula, None, "unknown")
    if whole < max(floor, 1):
        return Rate(part, whole, formula, None, f"under {floor} {of}")
    return Rate(part, whole, formula, part / whole)


def tracked_rate(part: int | None, whole: int | None, formula: str, *, is_tracked: bool) -> Rate:
    """Divide where it is counted; what was counted before tracking was switched off is no rate of everybody since."""
    return rate(part, whole, formula) if is_tracked else Rate(None, None, formula, None, UNTRACKED)


def open_rate(counters: Counters) -> Rate:
    """People who opened ÷ people e-mailed. Scanners open too, so read it as an upper bound."""
    return tracked_rate(counters.opened, counters.contacted, OPEN_FORMULA, is_tracked=counters.tracks_opens)


def click_rate(counters: Counters) -> Rate:
    """People who clicked ÷ people e-mailed."""
    return tracked_rate(counters.clicked, counters.contacted, CLICK_FORMULA, is_tracked=counters.tracks_clicks)


def reply_rate(counters: Counters) -> Rate:
    """People who replied ÷ people e-mailed.

    Source: OpenAPI, `reply_count_unique`: "first reply per lead. Excludes automatic replies" (read 2026-11-22).
    """
    return rate(counters.replied, counters.contacted, REPLY_FORMULA)


def bounce_rate(counters: Counters) -> Rate:
    """Bounced ÷ sent."""
    return rate(counters.bounced, counters.sent, BOUNCE_FORMULA, of="sent")


@dataclass(frozen=True)
class Rates:
    """The rates of a campaign since its start."""

    open: Rate
    reply: Rate
    bounce: Rate
    click: Rate
    interested: Rate
    unsubscribed: Rate


def rates_of(counters: Counters) -> Rates:
    """All of them at once."""
    people = counters.contacted
    return Rates(
        open_rate(counters),
        reply_rate(counters),
        bounce_rate(counters),
        click=click_rate(counters),
        interested=rate(counters.interested, people, INTERESTED_FORMULA),
        unsubscribed=rate(counters.unsubscribed, people, UNSUBSCRIBED_FORMULA),
    )


def period(days: Iterable[Day], last: date, length: int) -> Period:
    """Sum up the `length` days that end with `last`; unknown when no day up to `last` was ever reported."""
    first = last - timedelta(days=length - 1)
    known = [day for day in days if day.date <= last]
    inside = [day for day in known if day.date >= first]
    if not known:
        return Period(first, last, None, None, None, None)
    return Period(
        first,
        last,
        sent=sum(day.sent for day in inside),
        contacted=sum(day.contacted for day in inside),
        opened=sum(day.unique_opened for day in inside),
        replied=sum(day.unique_replies for day in inside),
    )


def period_before(days: Sequence[Day], current: Period, *, read_from: date | None = None) -> Period:
    """The period of the same length right before; unknown where the records do not go back that far.

    Shapes: read_from - the first day that was read; days since then that Instantly does not list had nothing.
    """
    length = (current.last - current.first).days + 1
    before = period(days, current.first - timedelta(days=1), length)
    begins = min([day.date for day in days] + ([read_from] if read_from else []), default=None)
    if not days or begins is None or begins > before.first:
        return Period(before.first, before.last, None, None, None, None)
    return Period(before.first, before.last, 0, 0, 0, 0) if before.sent is None else before


def count_delta(current: int | None, before: int | None) -> Delta:
    """How many more than before."""
    return Delta(None if current is None or before is None else float(current - before), "")


def point_delta(current: Rate, before: Rate) -> Delta:
    """The difference of two rates in percentage points."""
    if current.ratio is None or before.ratio is None:
        return Delta(None, "pt")
    return Delta(round((current.ratio - before.ratio) * 100, 1), "pt")


def series(days: Iterable[Day], last: date, length: int, field: str = "sent") -> list[int]:
    """One value a day, oldest first; a day Instantly does not list had nothing."""
    by_date = {day.date: int(getattr(day, field)) for day in days}
    return [by_date.get(last - timedelta(days=back), 0) for back in range(length - 1, -1, -1)]
