"""When a campaign may send: the next open window of its schedule, in the campaign's own zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as wall_time
from typing import Any
from zoneinfo import ZoneInfo

# A window that opens later than this many days ahead is found when the day comes nearer.
_HORIZON_DAYS = 9


@dataclass(frozen=True, kw_only=True)
class Window:
    """One stretch in which sending is allowed; opens and closes are epoch seconds, day is the local date."""

    opens: float
    closes: float
    day: str


def next_window(schedule: dict[str, Any], at: float) -> Window | None:
    """Return the window that is open at a time, or else the next one; None when there is none any more.

    Source: instantly-facts.md §2.1: days "0".."6" with "0" = Sunday, keys may be missing.
    """
    found = [window for entry in schedule["schedules"] for window in _first_windows(schedule, entry, at)]
    return min(found, key=lambda window: (window.opens, window.closes), default=None)


def is_live(schedule: dict[str, Any], at: float) -> bool:
    """Say whether a schedule sends these days: it has an enabled day, has begun and has not ended."""
    has_day = any(any(entry["days"].values()) for entry in schedule["schedules"])
    zone = ZoneInfo(schedule["schedules"][0]["timezone"])
    starts, ends = _date(schedule.get("start_date")), _date(schedule.get("end_date"))
    today = datetime.fromtimestamp(at, zone).date()
    return has_day and (starts is None or starts <= today) and (ends is None or today <= ends)


def _first_windows(schedule: dict[str, Any], entry: dict[str, Any], at: float) -> list[Window]:
    zone = ZoneInfo(entry["timezone"])
    starts, ends = _date(schedule.get("start_date")), _date(schedule.get("end_date"))
    first = datetime.fromtimestamp(at, zone).date()
    if starts is not None and starts > first:
        first = starts
    for ahead in range(_HORIZON_DAYS):
        day = first + timedelta(days=ahead)
        if ends is not None and day > ends:
            return []
        if not entry["days"].get(str(day.isoweekday() % 7), False):
            continue
        opens, closes = (_epoch(day, entry["timing"][edge], zone) for edge in ("from", "to"))
        if max(opens, at) < closes:
            return [Window(opens=max(opens, at), closes=closes, day=day.isoformat())]
    return []


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _epoch(day: date, clock_time: str, zone: ZoneInfo) -> float:
    hours, minutes = clock_time.split(":")
    return datetime.combine(day, wall_time(int(hours), int(minutes)), zone).timestamp()
