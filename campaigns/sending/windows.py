"""When a campaign may send: its schedule as points in time, in any zone. Pure; the current time is an argument."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from heapq import merge
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from iexdg.ui.formatting import day_words

Raw: TypeAlias = Mapping[str, Any]

# Source: instantly-facts.md §2.1, `timing` pattern and `days`, "0" = Sunday (read 2026-11-22).
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DAY_NAMES = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_WEEK = (1, 2, 3, 4, 5, 6, 0)
# Opening and closing times that a process remembers: a forecast asks for some hundred, the same at every poll; 2 MB.
_REMEMBERED = 8192


@dataclass(frozen=True)
class Window:
    """One period in which e-mails may be sent; both ends are aware, in the campaign's zone."""

    opens: datetime
    closes: datetime
    zone: str

    def is_open_at(self, moment: datetime) -> bool:
        """Return whether the moment is inside."""
        return self.opens <= moment < self.closes


@dataclass(frozen=True)
class ClockChange:
    """A day on which the clocks of a zone change; `hours` > 0 in spring."""

    day: date
    hours: float
    zone: str


@dataclass(frozen=True)
class SkippedHours:
    """Sending hours that do not exist on a day: the clocks go forward over all of them, to `resumes`."""

    day: date
    opens: time
    closes: time
    resumes: time
    zone: str

    def words(self, today: date) -> str:
        """The reason, as a part of a sentence."""
        return (
            f"its hours {self.opens:%H:%M}–{self.closes:%H:%M} do not exist on {day_words(self.day, today=today)}: "
            f"the clocks in {city(self.zone)} go forward to {self.resumes:%H:%M}"
        )


@dataclass(frozen=True)
class Rule:
    """One entry of `schedules`; `days` as Instantly numbers them, 0 = Sunday."""

    opens: time
    closes: time
    days: frozenset[int]
    zone: ZoneInfo


@dataclass(frozen=True)
class Schedule:
    """A schedule as far as it could be read, and the problems as text."""

    rules: tuple[Rule, ...]
    first_day: date | None
    last_day: date | None
    problems: tuple[str, ...]


def read_schedule(raw: Raw) -> Schedule:
    """Read a `campaign_schedule`; what is wrong with it is in `problems`, never an exception."""
    problems: list[str] = []
    entries = raw.get("schedules")
    rules: list[Rule] = []
    for entry in entries if isinstance(entries, Sequence) and not isinstance(entries, str) else ():
        rule = _rule(entry, problems) if isinstance(entry, Mapping) else None
        if rule is not None:
            rules.append(rule)
    first, last = _day(raw.get("start_date"), problems), _day(raw.get("end_date"), problems)
    if first and last and last < first:
        problems.append("The last day is before the first day.")
    if not rules and not problems:
        problems.append("There are no sending hours.")
    return Schedule(tuple(rules), first, last, tuple(problems))


def _rule(entry: Raw, problems: list[str]) -> Rule | None:
    hours = _hours_of(entry, problems)
    days = _enabled_days(entry)
    zone = _zone(entry.get("timezone"))
    if not days:
        problems.append("No day of the week is switched on.")
    if zone is None:
        problems.append(f"The time zone {entry.get('timezone') or '(none)'} is not known.")
    return Rule(*hours, days, zone) if hours and days and zone else None


def _hours_of(entry: Raw, problems: list[str]) -> tuple[time, time] | None:
    timing = entry.get("timing")
    timing = timing if isinstance(timing, Mapping) else {}
    opens, closes = _clock(timing.get("from")), _clock(timing.get("to"))
    if opens is None or closes is None:
        problems.append("The sending hours cannot be read.")
        return None
    if closes <= opens:
        problems.append(f"The sending hours end ({closes:%H:%M}) before they start ({opens:%H:%M}).")
        return None
    return opens, closes


def _enabled_days(entry: Raw) -> frozenset[int]:
    days = entry.get("days")
    return frozenset(day for day in range(7) if isinstance(days, Mapping) and days.get(str(day)) is True)


def _clock(value: object) -> time | None:
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    return time(int(match[1]), int(match[2])) if match else None


def _zone(value: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(value) if isinstance(value, str) and value else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _day(value: object, problems: list[str]) -> date | None:
    # Live data shows "" as well as null for "no date".
    if not isinstance(value, str) or not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        problems.append(f"The date {value} cannot be read.")
        return None


def next_windows(raw: Raw, now: datetime, count: int = 1) -> list[Window]:
    """Return the windows that are open now or open next, earliest first.

    Shapes: now - aware, any zone. Fewer than `count` come back when the schedule ends before.
    Passing: Mon-Fri 09:00-17:00, asked on a Saturday -> Monday 09:00. Failing: no day switched on -> [].
    """
    schedule = read_schedule(raw)
    found: list[Window] = []
    for rule in schedule.rules:
        windows = _windows_of(rule, schedule, now)
        found += [window for _, window in zip(range(count), windows, strict=False)]
    return sorted(found, key=lambda window: (window.opens, window.closes))[:count]


def last_window(raw: Raw, now: datetime) -> Window | None:
    """The window in which a schedule with a last day ends; None where it has none, or that is over."""
    schedule = read_schedule(raw)
    if schedule.last_day is None:
        return None
    found = []
    for back in range(7):
        day = schedule.last_day - timedelta(days=back)
        for rule in schedule.rules:
            window = _window_on(rule, day)
            if window is not None and now < window.closes and (schedule.first_day is None or day >= schedule.first_day):
                found.append(window)
    return max(found, key=lambda window: window.closes, default=None)


def sending_days(raw: Raw, now: datetime) -> Iterator[date]:
    """Yield the coming sending days, in the zone of the first rule; endless without an end."""
    schedule = read_schedule(raw)
    per_rule = [(window.opens.date() for window in _windows_of(rule, schedule, now)) for rule in schedule.rules]
    last = None
    for day in merge(*per_rule):
        if day != last:
            yield day
        last = day


def days_inside_utc_day(raw: Raw, day: date) -> int:
    """How many of the campaign's own days have sending hours inside this UTC day; at least 1.

    Passing: 09:00-17:00 Detroit -> 1; 00:00-23:59 Auckland -> 2: an evening and the next morning.
    """
    begins = datetime.combine(day, time(0), UTC)
    ends = begins + timedelta(days=1)
    schedule = read_schedule(raw)
    days: dict[ZoneInfo, set[date]] = {}
    for rule in schedule.rules:
        for window in _windows_of(rule, schedule, begins):
            if window.opens >= ends:
                break
            days.setdefault(rule.zone, set()).add(window.opens.date())
    return max((len(found) for found in days.values()), default=1)


def earliest_day(now: datetime, names: Iterable[object]) -> date:
    """The date of now where it is earliest among zones: a last day before it is over everywhere; UTC for none."""
    known = [zone for zone in (_zone(name) for name in names) if zone is not None]
    return min((now.astimezone(zone).date() for zone in known), default=now.astimezone(UTC).date())


def midnight_after(now: datetime, zone: ZoneInfo) -> datetime:
    """The next moment at which a new day begins in the zone; a skipped midnight begins where it ends."""
    return _moment(now.astimezone(zone).date() + timedelta(days=1), time(0), zone)


def clock_changes(raw: Raw, first: date, last: date) -> list[ClockChange]:
    """Return the days from first to last, both included, on which the clocks of the schedule's zones change."""
    found = []
    for zone in dict.fromkeys(rule.zone for rule in read_schedule(raw).rules):
        day = first
        while day <= last:
            begins, ends = _moment(day, time(0), zone), _moment(day + timedelta(days=1), time(0), zone)
            before, after = begins.utcoffset(), ends.utcoffset()
            if before is not None and after is not None and before != after:
                found.append(ClockChange(day, (after - before).total_seconds() / 3600, zone.key))
            day += timedelta(days=1)
    return sorted(found, key=lambda change: (change.day, change.zone))


def skipped_hours(raw: Raw, first: date, last: date) -> list[SkippedHours]:
    """Return the sending hours from first to last, both included, that a clock change skips as a whole."""
    found = []
    for rule in read_schedule(raw).rules:
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            if day.isoweekday() % 7 in rule.days and _window_on(rule, day) is None:
                resumes = _moment(day, rule.opens, rule.zone).time()
                found.append(SkippedHours(day, rule.opens, rule.closes, resumes, rule.zone.key))
    return sorted(found, key=lambda hours: (hours.day, hours.opens))


def why_no_window(raw: Raw, now: datetime) -> str:
    """Return why a schedule that could be read has no window left, as a part of a sentence; "" where it has one."""
    schedule = read_schedule(raw)
    last = schedule.last_day
    if not schedule.rules or last is None or next_windows(raw, now):
        return ""
    today = earliest_day(now, [rule.zone.key for rule in schedule.rules])
    first = max(today, schedule.first_day) if schedule.first_day else today
    # Within a fortnight every enabled day of the week comes twice, and only one of them can be skipped.
    skipped = skipped_hours(raw, first, min(last, first + timedelta(days=13)))
    if skipped:
        return skipped[0].words(today)
    words = day_words(last, today=today)
    if last < today:
        return f"its last day was {words}"
    return f"its last day is {words}, and none of its sending hours is before the end of it"


def _windows_of(rule: Rule, schedule: Schedule, now: datetime) -> Iterator[Window]:
    today = now.astimezone(rule.zone).date()
    day = max(today, schedule.first_day) if schedule.first_day else today
    while schedule.last_day is None or day <= schedule.last_day:
        window = _window_on(rule, day)
        if window is not None and now < window.closes:
            yield window
        if day >= date.max - timedelta(days=1):
            return
        day += timedelta(days=1)


def _window_on(rule: Rule, day: date) -> Window | None:
    # isoweekday: Monday 1 … Sunday 7; Instantly counts Sunday as 0.
    if day.isoweekday() % 7 not in rule.days:
        return None
    opens, closes = _moment(day, rule.opens, rule.zone), _moment(day, rule.closes, rule.zone)
    return Window(opens, closes, rule.zone.key) if opens < closes else None


@lru_cache(maxsize=_REMEMBERED)
def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first moment of the day at which its wall clock shows `clock` or later.

    A time inside the hour skipped in spring does not exist; the window then opens when the skipped hour ends.
    """
    wall = datetime.combine(day, clock)
    local = wall.replace(tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return local
    moment = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while moment.astimezone(zone).replace(tzinfo=None) < wall:
        moment += timedelta(minutes=1)
    return moment.astimezone(zone)


def summary(raw: Raw) -> str:
    """Describe the schedule in a line: "Mon–Fri 09:00–17:00 America/Detroit"."""
    rules = read_schedule(raw).rules
    return "; ".join(f"{days_in_words(rule.days)} {_hours(rule)} {rule.zone.key}" for rule in rules) or "no schedule"


def week_of(raw: Raw) -> dict[str, str]:
    """Describe the sending hours of each day, Monday first: {"Mon": "09:00–17:00 Detroit", ..., "Sun": "closed"}."""
    rules = read_schedule(raw).rules
    hours = {day: [f"{_hours(rule)} {city(rule.zone.key)}" for rule in rules if day in rule.days] for day in _WEEK}
    return {_DAY_NAMES[day]: ", ".join(hours[day]) or "closed" for day in _WEEK}


def short_summary(raw: Raw) -> str:
    """Describe the schedule for a narrow column: "Mon–Fri 09–17 Detroit"."""
    rules = read_schedule(raw).rules
    if not rules:
        return "no schedule"
    first = rules[0]
    more = f" +{len(rules) - 1}" if len(rules) > 1 else ""
    hours = _hours(first).replace(":00", "") if not first.opens.minute and not first.closes.minute else _hours(first)
    return f"{days_in_words(first.days)} {hours} {city(first.zone.key)}{more}"


def city(zone: str) -> str:
    """The city of a zone name: "America/St_Johns" -> "St Johns"."""
    return zone.rpartition("/")[2].replace("_", " ")


def zones(raw: Raw) -> tuple[str, ...]:
    """Every zone name in the schedule, as written."""
    entries = raw.get("schedules")
    listed = entries if isinstance(entries, Sequence) and not isinstance(entries, str) else ()
    return tuple(str(entry.get("timezone") or "") for entry in listed if isinstance(entry, Mapping))


def _hours(rule: Rule) -> str:
    return f"{rule.opens:%H:%M}–{rule.closes:%H:%M}"


def days_in_words(days: frozenset[int]) -> str:
    """Name days of the week, runs of three and more as a range: {1, 2, 3, 5} -> "Mon–Wed, Fri"."""
    runs: list[list[int]] = []
    for place, day in enumerate(_WEEK):
        if day not in days:
            continue
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    words: list[str] = []
    for run in runs:
        names = [_DAY_NAMES[_WEEK[place]] for place in run]
        words += [f"{names[0]}–{names[-1]}"] if len(names) > 2 else names
    return ", ".join(words)
