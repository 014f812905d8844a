"""The windows of a schedule as fields, and the next two weeks of them in both zones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from campaigns.sending.windows import Window, city, clock_changes, next_windows, skipped_hours
from iexdg.blueprints.drafts.content import windows_of
from iexdg.blueprints.drafts.fields import shown_day, shown_window
from iexdg.blueprints.facts import Facts
from iexdg.blueprints.schema import DAYS
from iexdg.blueprints.vendor_body import schedule_of
from iexdg.clients.instantly.timezones import VENDOR_ZONES

FORTNIGHT = timedelta(days=14)
_MOST_WINDOWS = 200
_DAY_LABELS = dict(zip(DAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))


@dataclass(frozen=True)
class WindowForm:
    """The fields of one window. Shapes: start - of the names of its fields; days - (value, label, is chosen)."""

    start: str
    place: int
    name: str
    zone: str
    opens: str
    closes: str
    days: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class DayForm:
    """The first or the last day. Shapes: is_none - whether an empty field means that there is none."""

    name: str
    label: str
    value: str
    is_none: bool


@dataclass(frozen=True)
class PlannedWindow:
    """One coming window, in the campaign's zone and in the reader's; `note`: the clocks change on that day."""

    window: Window
    note: str = ""


@dataclass(frozen=True)
class ScheduleForm:
    """The fields of a schedule and what it comes to. Shapes: zone - the reader's; nothing - what no window means."""

    windows: tuple[WindowForm, ...]
    days: tuple[DayForm, ...]
    weeks: tuple[PlannedWindow, ...]
    skipped: tuple[str, ...]
    zone: str
    zones: tuple[str, ...]
    nothing: str


def schedule_form(
    content: Mapping[str, Any],
    wanted: Facts | None,
    *,
    there: Mapping[str, Any] | None,
    now: datetime,
    zone: tzinfo,
    nothing: str,
) -> ScheduleForm:
    """Build the fields.

    Shapes: wanted - the facts of the content, None while its form is wrong; there - the schedule at Instantly that it
        is written over, None for none.
    """
    schedule = content.get("schedule") or {}
    raw = schedule_of(wanted, there) if wanted is not None else None
    return ScheduleForm(
        windows=tuple(_window(place, one) for place, one in enumerate(windows_of(content))),
        days=tuple(
            DayForm(name, label, shown_day(schedule.get(name)), name in schedule)
            for name, label in (("start", "First day"), ("end", "Last day"))
        ),
        weeks=_weeks(raw, now),
        skipped=_skipped(raw, now),
        zone=str(zone),
        zones=VENDOR_ZONES,
        nothing=nothing,
    )


def _window(place: int, window: Mapping[str, Any]) -> WindowForm:
    shown = shown_window(window)
    days = tuple((day, _DAY_LABELS[day], day in shown["days"]) for day in DAYS)
    texts = {name: str(shown[name]) for name in ("name", "zone", "opens", "closes")}
    return WindowForm(start=f"windows-{place}", place=place, days=days, **texts)


def _weeks(raw: Mapping[str, Any] | None, now: datetime) -> tuple[PlannedWindow, ...]:
    """The windows of the next two weeks."""
    if raw is None:
        return ()
    until = now + FORTNIGHT
    windows = [one for one in next_windows(raw, now, _MOST_WINDOWS) if one.opens < until]
    changes = {(one.day, one.zone): one.hours for one in clock_changes(raw, now.date(), until.date())}
    return tuple(
        PlannedWindow(one, _clock_note(changes.get((one.opens.date(), one.zone)), one.zone)) for one in windows
    )


def _skipped(raw: Mapping[str, Any] | None, now: datetime) -> tuple[str, ...]:
    """Hours that do not exist within two weeks, as sentences."""
    if raw is None:
        return ()
    today = now.date()
    words = (one.words(today) for one in skipped_hours(raw, today, (now + FORTNIGHT).date()))
    return tuple(f"{one[:1].upper()}{one[1:]}." for one in words)


def _clock_note(hours: float | None, zone: str) -> str:
    if hours is None:
        return ""
    return f"the clocks in {city(zone)} go {'forward' if hours > 0 else 'back'}"
