"""The chart of a planned run: every day of it, or every week of a long one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from iexdg.golive.forecast import Forecast, PlannedDay
from iexdg.ui.formatting import date_words, day_words, plural

# A longer run is drawn by weeks: more columns would be too narrow on a phone.
_MOST_DAYS = 70
_WEEK_DAYS = 7


@dataclass(frozen=True)
class RunChart:
    """The sentence above the chart, its data for charts.js, and the same figures as (period, first e-mails, all)."""

    words: str
    data: dict[str, Any]
    rows: tuple[tuple[str, int, int], ...]
    unit: str


def run_chart(plan: Forecast, people: int, today: date) -> RunChart | None:
    """Draw a plan for so many people who were not e-mailed yet; None where nothing is planned."""
    if not plan.days:
        return None
    by_week = len(plan.days) > _MOST_DAYS
    unit = "week" if by_week else "day"
    parts = _weeks(plan.days) if by_week else plan.days
    labels = [date_words(part.day, today=today) for part in parts]
    data = {
        "title": f"E-mails a {unit}, at most",
        "unit": f"e-mails a {unit}",
        "x": labels,
        "series": [
            {
                "name": "first e-mails",
                "type": "bar",
                "stack": "all",
                "tone": "c1",
                "data": [part.new for part in parts],
            },
            {
                "name": "follow-ups",
                "type": "bar",
                "stack": "all",
                "tone": "c3",
                "data": [part.emails - part.new for part in parts],
            },
        ],
    }
    names = [f"week of {label}" for label in labels] if by_week else [day_words(one.day, today=today) for one in parts]
    rows = tuple((name, part.new, part.emails) for name, part in zip(names, parts, strict=True) if part.emails)
    return RunChart(_words(plan, people, today), data, rows, unit)


def _weeks(days: Sequence[PlannedDay]) -> list[PlannedDay]:
    """The sums of calendar weeks, each with its Monday; the first one with the day on which the run begins."""
    sums: dict[date, PlannedDay] = {}
    for one in days:
        monday = one.day - timedelta(days=one.day.weekday())
        before = sums.get(monday, PlannedDay(max(monday, days[0].day), 0))
        sums[monday] = PlannedDay(before.day, before.emails + one.emails, before.new + one.new)
    return list(sums.values())


def _words(plan: Forecast, people: int, today: date) -> str:
    """E-mails 216 new people over 3 weeks; and what happens to the others."""
    new = sum(one.new for one in plan.days)
    last_new = max((one.day for one in plan.days if one.new), default=plan.days[0].day)
    weeks = (last_new - plan.days[0].day).days // _WEEK_DAYS + 1
    whom = f"{new:,} new {'person' if new == 1 else 'people'}" if new == people else f"{new:,} of {people:,} new people"
    words = f"E-mails {whom} over {plural(weeks, 'week')}"
    if plan.is_done:
        until = plan.last_follow_up
        return f"{words}, with follow-ups until {day_words(until, today=today)}." if until else f"{words}."
    if plan.is_cut and plan.planned_until:
        return f"{words}; the plan ends on {day_words(plan.planned_until, today=today)}."
    return f"{words}; the schedule ends before everything is sent."
