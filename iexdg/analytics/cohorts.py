"""People by the week of their first e-mail, and how many of each week replied. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from campaigns.pages import figures
from campaigns.pages.figures import Rate
from iexdg.analytics.days import Days, monday_of

REPLY_FORMULA = "people of this week who replied since, no auto-replies ÷ people first e-mailed in this week"
UNPLACED = "unknown: of someone who replied, the first e-mail was not read yet"
POSITIVE_FORMULA = "people of this week marked positive since ÷ people first e-mailed in this week"


@dataclass(frozen=True)
class Replier:
    """One person of one campaign who replied; `first_at` None where their first e-mail was not read yet.

    Shapes: replied_at - when they replied last; their first e-mail left before.
    """

    campaign: int
    lead: str
    first_at: datetime | None
    is_positive: bool
    replied_at: datetime


@dataclass(frozen=True)
class Placed:
    """People who replied, by the Monday of the week of their first e-mail.

    Shapes: unplaced - how many belong to a week that is not known; open_until - the week of the last reply among them.
    """

    replied: Mapping[date, int]
    positive: Mapping[date, int]
    unplaced: int
    open_until: date | None


@dataclass(frozen=True)
class Week:
    """The people first e-mailed in one week. Shapes: days - Monday to Sunday, UTC.

    `is_open`: someone who replied may belong to this week too, so that the counts are the least there are.
    """

    days: Days
    begun: int
    reply: Rate
    positive: Rate
    is_open: bool


@dataclass(frozen=True)
class Cohorts:
    """The weeks, newest first, and how many people who replied belong to a week that is not known."""

    weeks: tuple[Week, ...]
    unplaced: int


def placed(repliers: Iterable[Replier]) -> Placed:
    """Count everyone once, in the week of their first e-mail."""
    replied: dict[date, int] = {}
    positive: dict[date, int] = {}
    unplaced = []
    for one in _once(repliers):
        if one.first_at is None:
            unplaced.append(_week_of(one.replied_at))
            continue
        week = _week_of(one.first_at)
        replied[week] = replied.get(week, 0) + 1
        positive[week] = positive.get(week, 0) + one.is_positive
    return Placed(replied, positive, len(unplaced), max(unplaced, default=None))


def cohorts(begun: Mapping[date, int], found: Placed) -> Cohorts:
    """Group by week. Shapes: begun - people first e-mailed on each day.

    Passing: 60 people begun on a Tuesday, 3 of them replied later -> that week has 3 of 60.
    """
    people: dict[date, int] = {}
    for day, number in begun.items():
        people[monday_of(day)] = people.get(monday_of(day), 0) + number
    # Whoever is in no week yet was first e-mailed before the reply, so a later week is complete.
    open_until = found.open_until or date.min
    weeks = [
        _week(monday, people[monday], found.replied, found.positive, is_open=monday <= open_until)
        for monday in sorted(people, reverse=True)
    ]
    return Cohorts(tuple(weeks), found.unplaced)


def _week_of(moment: datetime) -> date:
    return monday_of(moment.astimezone(UTC).date())


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
        found[key] = Replier(
            *key,
            first_at=min(moments, default=None),
            is_positive=one.is_positive or other.is_positive,
            replied_at=max(one.replied_at, other.replied_at),
        )
    return list(found.values())


def _week(
    monday: date, begun: int, replied: Mapping[date, int], positive: Mapping[date, int], *, is_open: bool
) -> Week:
    def rate(counts: Mapping[date, int], formula: str) -> Rate:
        part = counts.get(monday, 0)
        return Rate(part, begun, formula, None, UNPLACED) if is_open else figures.rate(part, begun, formula)

    days = Days(monday, date.fromordinal(monday.toordinal() + 6))
    return Week(days, begun, rate(replied, REPLY_FORMULA), rate(positive, POSITIVE_FORMULA), is_open)
