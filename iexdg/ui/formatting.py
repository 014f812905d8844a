"""Numbers and times as people read them: pure functions, no Django. What is not known is shown in words, never as 0."""

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

UNKNOWN = "unknown"
_DAYS_WITH_A_NAME = 6
_DAYS_WITH_AN_HOUR = 183
_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86_400


def count_words(number: float | Decimal | None) -> str:
    """Return 1204 as "1,204" and None as "unknown"."""
    return UNKNOWN if number is None else f"{number:,.0f}"


def amount_words(number: float | Decimal | None) -> str:
    """Return 1204 as "1,204", Decimal("12.5") as "12.50" and None as "unknown"."""
    return f"{number:,.2f}" if isinstance(number, Decimal) and number % 1 else count_words(number)


def plural(number: float, noun: str, nouns: str = "") -> str:
    """Return a count with its noun: "1 line", "1,204 lines"; `nouns` where it is not the noun with an s."""
    return f"{number:,.0f} {noun if number == 1 else nouns or f'{noun}s'}"


def change_words(change: float, *, digits: int = 0) -> str:
    """Return a difference with its sign: 1204 as "+1,204", -75 as "−75" with a true minus, 0 as "0"."""
    return f"{change:+,.{digits}f}".replace("-", "−") if change else "0"


def percent_words(ratio: float | Decimal | None) -> str:
    """Return the ratio 0.412 as "41.2 %"; None as a dash, because nothing was measured yet."""
    return "–" if ratio is None else f"{ratio * 100:.1f} %"


def credit_words(credits: Decimal | float | None) -> str:
    """Return Decimal("902.5") as "902.50" and None as "unknown"."""
    return UNKNOWN if credits is None else f"{credits:,.2f}"


def moment_words(moment: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return a time as short as its distance allows: "09:41", "Fri 09:41", "12 Oct 09:41", "12 Oct 2025".

    A date of another year always carries it; within half a year the hour is shown too, "30 Dec 2026 09:41".
    """
    there, today = moment.astimezone(zone), now.astimezone(zone)
    days = abs((there.date() - today.date()).days)
    if days == 0:
        return f"{there:%H:%M}"
    if days <= _DAYS_WITH_A_NAME:
        return f"{there:%a %H:%M}"
    day = date_words(there.date(), today=today.date())
    return f"{day} {there:%H:%M}" if there.year == today.year or days <= _DAYS_WITH_AN_HOUR else day


def date_words(day: date, *, today: date) -> str:
    """Return "12 Oct", or "12 Oct 2025" where it is not this year."""
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def day_words(day: date, *, today: date) -> str:
    """Return "Mon 12 Oct", or "Sun 12 Oct 2025" where it is not this year."""
    return f"{day:%a} {date_words(day, today=today)}"


def clock_words(moment: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return a time of today to the second, "09:41:20"; any other day as `moment_words`."""
    there = moment.astimezone(zone)
    is_today = there.date() == now.astimezone(zone).date()
    return f"{there:%H:%M:%S}" if is_today else moment_words(moment, now=now, zone=zone)


def full_moment_words(moment: datetime, zone: tzinfo) -> str:
    """Return "Sun 22 Nov 2026, 09:41:20 CET", for a tooltip."""
    there = moment.astimezone(zone)
    return f"{there:%a} {there.day} {there:%b %Y, %H:%M:%S %Z}"


def day_and_time_words(moment: datetime, *, now: datetime) -> str:
    """Return "Mon 23 Nov, 09:00", or "Thu 14 Jan 2027, 09:00": the time in the zone it was given in."""
    return f"{day_words(moment.date(), today=now.astimezone(moment.tzinfo).date())}, {moment:%H:%M}"


def zoned_words(moment: datetime, *, now: datetime) -> str:
    """Return "Mon 23 Nov, 09:00 EST": the time in the zone it was given in, with the zone."""
    return f"{day_and_time_words(moment, now=now)} {moment:%Z}"


def span_words(span: timedelta) -> str:
    """Return a positive span in at most two units: "6 s", "12 min", "23 h 48 min", "3 d 4 h"."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < _MINUTE_S:
        return f"{seconds} s"
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S} min"
    if seconds < _DAY_S:
        hours, minutes = divmod(seconds // _MINUTE_S, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(seconds // _HOUR_S, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def ago_words(moment: datetime, *, now: datetime) -> str:
    """Return "12 min ago"; a time that has not come yet (two clocks disagree) reads "just now"."""
    return "just now" if moment >= now else f"{span_words(now - moment)} ago"


def until_words(moment: datetime, *, now: datetime) -> str:
    """Return "in 23 h 48 min", or "over" once the time has passed."""
    return "over" if moment <= now else f"in {span_words(moment - now)}"
