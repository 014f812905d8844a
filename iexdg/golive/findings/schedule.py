"""Findings about the schedule: whether it is valid, and clock changes during the run."""

from datetime import date, datetime

from campaigns.copy.findings import Level
from campaigns.models import Campaign
from campaigns.sending.windows import (
    ClockChange,
    Schedule,
    SkippedHours,
    city,
    clock_changes,
    earliest_day,
    last_window,
    next_windows,
    read_schedule,
    skipped_hours,
    summary,
    why_no_window,
    zones,
)
from iexdg.clients.instantly.timezones import VENDOR_ZONES, ZoneNotServedError, to_vendor_zone
from iexdg.golive.findings.finding import AND_APPLY, IN_DRAFT, Finding, campaign_url
from iexdg.golive.forecast import Forecast
from iexdg.ui.formatting import day_and_time_words, day_words


def schedule_findings(campaign: Campaign, now: datetime) -> list[Finding]:
    url = campaign_url(campaign, "schedule")
    read = read_schedule(campaign.schedule)
    refused = [zone for zone in zones(campaign.schedule) if zone not in VENDOR_ZONES]
    problems = [*read.problems, *(f"Instantly does not accept the time zone {zone or '(none)'}." for zone in refused)]
    if problems:
        unique = " ".join(dict.fromkeys(problems))
        step = " ".join(
            [
                f"Fix it {IN_DRAFT}, or in Instantly.",
                *(_instead_of(zone) for zone in dict.fromkeys(refused) if zone),
            ]
        )
        return [Finding(Level.BLOCKER, "schedule", "The schedule is not valid", unique, step.strip(), url)]
    windows = next_windows(campaign.schedule, now)
    if not windows:
        return [_no_window(campaign, read, now, url)]
    first = windows[0]
    opens = "open now" if first.is_open_at(now) else f"next window {day_and_time_words(first.opens, now=now)}"
    last = last_window(campaign.schedule, now)
    ends = f"last window {day_and_time_words(last.opens, now=now)}" if last else "no end date"
    detail = f"{summary(campaign.schedule)} · {opens} · {ends}"
    return [Finding(Level.FINE, "schedule", "Schedule is valid", detail, "", url)]


def _no_window(campaign: Campaign, read: Schedule, now: datetime, url: str) -> Finding:
    why = why_no_window(campaign.schedule, now)
    detail = f"{why[:1].upper()}{why[1:]}." if why else ""
    is_over = read.last_day is not None and read.last_day < earliest_day(now, zones(campaign.schedule))
    step = f"Move the end date{'' if is_over else ' or change the sending hours'} {AND_APPLY}."
    return Finding(Level.BLOCKER, "schedule_over", "The schedule has no window left", detail, step, url)


def _instead_of(zone: str) -> str:
    """Name a zone with the same hours, or with a constant shift."""
    try:
        found = to_vendor_zone(zone)
    except ZoneNotServedError as error:
        return str(error)
    moved = f" Write the hours {abs(found.shift_minutes)} minutes {'earlier' if found.shift_minutes < 0 else 'later'}."
    return f"Use {found.zone} instead. {found.reason}{moved if found.shift_minutes else ''}"


def clock_findings(campaign: Campaign, plan: Forecast, now: datetime) -> list[Finding]:
    """Report the days of the run on which the clocks change: the sending hours stay, in other zones they shift."""
    # Where the end is not known, the run lasts at least as long as planned.
    last = plan.last_follow_up or plan.last_first_touch or plan.planned_until
    if not plan.days or last is None:
        return []
    first, today = plan.days[0].day, now.date()
    skipped = {hours.day: hours for hours in skipped_hours(campaign.schedule, first, last)}
    return [
        *(_skipped_finding(campaign, hours, today) for hours in skipped.values()),
        *(
            _change_finding(campaign, change, today)
            for change in clock_changes(campaign.schedule, first, last)
            if change.day not in skipped
        ),
    ]


def _skipped_finding(campaign: Campaign, hours: SkippedHours, today: date) -> Finding:
    why = hours.words(today)
    title = f"Sending hours are skipped on {day_words(hours.day, today=today)}"
    step = f"Nothing is sent in them that day. Choose other hours {IN_DRAFT} if that matters."
    url = campaign_url(campaign, "schedule")
    return Finding(Level.WARNING, "skipped_hours", title, f"{why[:1].upper()}{why[1:]}.", step, url)


def _change_finding(campaign: Campaign, change: ClockChange, today: date) -> Finding:
    way = "forward" if change.hours > 0 else "back"
    return Finding(
        Level.ADVICE,
        "clock_change",
        f"Clocks in {city(change.zone)} go {way} on {day_words(change.day, today=today)}",
        "That is during the run. The sending hours stay the same there; in other zones they shift.",
        "",
        campaign_url(campaign, "schedule"),
    )
