"""People by the week of their first e-mail, and how many of each week replied. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from campaigns.pages import figures
from campaigns.pages.figures import Rate
from iexdg.analytics.days import Days, monday_of

REPLY_FORMULA = "people of this week who replied since, no auto-replies ÷ people first e-mailed in this week"
POSITIVE_FORMULA = "people of this week marked positive since ÷ people first e-mailed in this week"


@dataclass(frozen=True)
class Replier:
    """One person of one campaign who replied; `first_at` None where their first e-mail was not read yet."""

    campaign: int
    lead: str
    first_at: datetime | None
    is_positive: bool


@dataclass(frozen=True)
class Week:
    """The people first e-mailed in one week. Shapes: days - Monday to Sunday, UTC."""

    days: Days
    begun: int
    reply: Rate
    positive: Rate


@dataclass(frozen=True)
class Cohorts:
    """The weeks, newest first, and how many people who replied belong to a week that is not known."""

    weeks: tuple[Week, ...]
    unplaced: int


def cohorts(begun: Mapping[date, int], repliers: Iterable[Replier]) -> Cohorts:
    """Group by week. Shapes: begun - people first e-mailed on each day.

    Passing: 60 people begun on a Tuesday, 3 of them replied later -> that week has 3 of 60.
    """
    people: dict[date, int] = {}
    for day, number in begun.items():
        people[monday_of(day)] = people.get(monday_of(day), 0) + number
    replied: dict[date, int] = {}
    positive: dict[date, int] = {}
    unplaced = 0
    for one in _once(repliers):
        if one.first_at is None:
            unplaced += 1
            continue
        week = monday_of(one.first_at.astimezone(UTC).date())
        replied[week] = replied.get(week, 0) + 1
        positive[week] = positive.get(week, 0) + one.is_positive
    return Cohorts(
        tuple(_week(monday, people[monday], replied, positive) for monday in sorted(people, reverse=True)), unplaced
    )


def _once(repliers: Iterable[Replier]) -> list[Replier]:
    """One for each person of a campaign; of several conversations the earliest first e-mail counts."""
    found: dict[tuple[int, str], Replier] = {}
    for one in repliers:
        key = (one.campaign, one.lead)
        other = found.get(key)
        if other is None:
            found[key] = one
            continue
        moments = [at for at in (one.first_at, other.first_at) if at is not None]
        found[key] = Replier(*key, min(moments, default=None), one.is_positive or other.is_positive)
    return list(found.values())


def _week(monday: date, begun: int, replied: Mapping[date, int], positive: Mapping[date, int]) -> Week:
    days = Days(monday, date.fromordinal(monday.toordinal() + 6))
    return Week(
        days=days,
        begun=begun,
        reply=figures.rate(replied.get(monday, 0), begun, REPLY_FORMULA),
        positive=figures.rate(positive.get(monday, 0), begun, POSITIVE_FORMULA),
    )
