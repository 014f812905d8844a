"""Sending hours in any IANA zone, as the hours in a zone that Instantly accepts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from iexdg.blueprints.schema import DAYS
from iexdg.clients.instantly.timezones import ZoneNotServedError, to_vendor_zone

_DAY_MIN = 24 * 60


@dataclass(frozen=True)
class ServedHours:
    """Hours as Instantly gets them. Shapes: opens, closes - "09:00"; days - of DAYS; note - "" or what was mapped."""

    zone: str
    opens: str
    closes: str
    days: tuple[str, ...]
    note: str = ""


def served(zone: str, hours: str, days: Sequence[str], *, today: date) -> ServedHours:
    """Map the hours of a window.

    Raises: ZoneNotServedError - no zone that Instantly accepts keeps this time, or the hours would begin on one day and
        end on another there; the message says which.
    """
    match = to_vendor_zone(zone, today)
    opens, closes = hours.split("-")
    if not match.shift_minutes:
        return ServedHours(match.zone, opens, closes, tuple(days), "" if match.zone == zone else match.reason)
    moved = [_minutes(clock) + match.shift_minutes for clock in (opens, closes)]
    over = {minute // _DAY_MIN for minute in moved}
    if len(over) > 1:
        raise ZoneNotServedError(
            f"{match.reason} {hours} there would pass midnight: choose other hours, or another zone."
        )
    moved_days = tuple(DAYS[(DAYS.index(day) + over.copy().pop()) % len(DAYS)] for day in days)
    return ServedHours(match.zone, _clock(moved[0]), _clock(moved[1]), moved_days, match.reason)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _clock(minutes: int) -> str:
    return f"{minutes % _DAY_MIN // 60:02}:{minutes % 60:02}"
