"""Finds the time zone Instantly accepts for a zone of the world, or says why there is none."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Source: docs/api/instantly-facts.md §3, the closed enum of 102 strings (read 2026-11-22).
VENDOR_ZONES: tuple[str, ...] = tuple(
    # One string, split: 102 quoted names would only be harder to compare with the reference.
    """
Etc/GMT+12 Etc/GMT+11 Etc/GMT+10 America/Anchorage America/Dawson America/Creston America/Chihuahua
America/Boise America/Belize America/Chicago America/Bahia_Banderas America/Regina America/Bogota
America/Detroit America/Indiana/Marengo America/Caracas America/Asuncion America/Glace_Bay America/Campo_Grande
America/Anguilla America/Santiago America/St_Johns America/Sao_Paulo America/Argentina/La_Rioja
America/Araguaina America/Godthab America/Montevideo America/Bahia America/Noronha America/Scoresbysund
Atlantic/Cape_Verde Africa/Casablanca America/Danmarkshavn Europe/Isle_of_Man Atlantic/Canary Africa/Abidjan
Arctic/Longyearbyen Europe/Belgrade Africa/Ceuta Europe/Sarajevo Africa/Algiers Africa/Windhoek Asia/Nicosia
Asia/Beirut Africa/Cairo Asia/Damascus Europe/Bucharest Africa/Blantyre Europe/Helsinki Europe/Istanbul
Asia/Jerusalem Africa/Tripoli Asia/Amman Asia/Baghdad Europe/Kaliningrad Asia/Aden Africa/Addis_Ababa
Europe/Kirov Europe/Astrakhan Asia/Tehran Asia/Dubai Asia/Baku Indian/Mahe Asia/Tbilisi Asia/Yerevan Asia/Kabul
Antarctica/Mawson Asia/Yekaterinburg Asia/Karachi Asia/Kolkata Asia/Colombo Asia/Kathmandu Antarctica/Vostok
Asia/Dhaka Asia/Rangoon Antarctica/Davis Asia/Novokuznetsk Asia/Hong_Kong Asia/Krasnoyarsk Asia/Brunei
Australia/Perth Asia/Taipei Asia/Choibalsan Asia/Irkutsk Asia/Dili Asia/Pyongyang Australia/Adelaide
Australia/Darwin Australia/Brisbane Australia/Melbourne Antarctica/DumontDUrville Australia/Currie Asia/Chita
Antarctica/Macquarie Asia/Sakhalin Pacific/Auckland Etc/GMT-12 Pacific/Fiji Asia/Anadyr Asia/Kamchatka
Etc/GMT-13 Pacific/Apia
""".split()  # noqa: SIM905
)

# Where several zones keep the same time, these come first: people know them, and the owner's laws use them.
_PREFERRED = (
    "America/Detroit",
    "America/Chicago",
    "America/Anchorage",
    "America/Boise",
    "America/Creston",
    "America/Bahia_Banderas",
    "America/Glace_Bay",
    "America/Anguilla",
    "America/Bogota",
    "America/Argentina/La_Rioja",
    "Africa/Abidjan",
    "Europe/Isle_of_Man",
    "Europe/Belgrade",
    "Europe/Bucharest",
    "Europe/Kirov",
    "Africa/Algiers",
    "Africa/Blantyre",
    "Africa/Addis_Ababa",
    "Asia/Aden",
    "Asia/Karachi",
    "Asia/Novokuznetsk",
    "Asia/Hong_Kong",
    "Asia/Dili",
    "Australia/Melbourne",
)
_HORIZON = timedelta(days=366)
_STEP = timedelta(hours=6)
_NIGHT_ENDS = 5  # o'clock; Assumed: no campaign sends before

# (since when, minutes east of UTC), oldest first.
_Offsets: TypeAlias = tuple[tuple[datetime, int], ...]


class ZoneNotServedError(Exception):
    """No zone Instantly accepts keeps this zone's time; the message says why."""

    code = "zone_not_served"


@dataclass(frozen=True)
class ZoneMatch:
    """A zone to send, and the minutes to add to the window's clock times in it.

    Shapes: exact - always the same moments over the next 12 months; shift_minutes - 0, or what to add to
        `from` and `to`, for example -60 turns 09:00 into 08:00 (past midnight the days move too).
    """

    zone: str
    shift_minutes: int
    exact: bool
    reason: str


def to_vendor_zone(iana: str, start: date | None = None) -> ZoneMatch:
    """Match an IANA zone: itself, else one with the same offsets, else one at a constant shift.

    Shapes: start - first day of the 12 months that have to agree; today by default.
    Raises: ZoneNotServedError - the zone is unknown, or every accepted zone drifts against it.
    Passing: America/New_York -> America/Detroit. America/Los_Angeles -> America/Anchorage, one hour earlier.
    Source: Law 3 and docs/api/instantly-facts.md §3 mapping; computed, because time zone data changes.
    """
    if iana in VENDOR_ZONES:
        return ZoneMatch(iana, 0, True, "Instantly accepts this zone.")
    first_day = start or datetime.now(UTC).date()
    wanted = _offsets(_known_zone(iana), first_day)
    region = iana.partition("/")[0]
    found: list[tuple[int, bool, int, str, int]] = []
    for rank, name in enumerate(_candidates()):
        shift = _constant_shift(_offsets(name, first_day), wanted)
        if shift is not None:
            found.append((abs(shift), name.partition("/")[0] != region, rank, name, shift))
    if not found:
        raise ZoneNotServedError(
            f"No time zone that Instantly accepts changes its clocks together with {iana}. "
            "Choose the zone of most of the leads, or split the campaign by region."
        )
    *_, name, shift = min(found)
    if shift == 0:
        return ZoneMatch(name, 0, True, f"{name} keeps the same time as {iana} for the next 12 months.")
    direction = "behind" if shift < 0 else "ahead of"
    return ZoneMatch(
        name, shift, True, f"{name} is always {abs(shift)} minutes {direction} {iana}; the window moves with it."
    )


def _known_zone(iana: str) -> str:
    try:
        ZoneInfo(iana)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneNotServedError(f"{iana!r} is not a time zone. Use a name such as America/Chicago.") from None
    return iana


def _candidates() -> tuple[str, ...]:
    return _PREFERRED + tuple(zone for zone in VENDOR_ZONES if zone not in _PREFERRED)


@lru_cache(maxsize=1024)
def _offsets(zone: str, first_day: date) -> _Offsets:
    """Return (moment, offset in minutes) at the start and at every change, to the minute."""
    info = ZoneInfo(zone)
    begin = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC) - timedelta(days=1)
    steps = [begin + _STEP * n for n in range(_HORIZON // _STEP + 9)]
    changes = [(begin, _offset_minutes(info, begin))]
    for before, after in pairwise(steps):
        if _offset_minutes(info, before) != _offset_minutes(info, after):
            moment = _change_between(info, before, after)
            changes.append((moment, _offset_minutes(info, moment)))
    return tuple(changes)


def _change_between(info: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = _offset_minutes(info, before)
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        middle = middle.replace(second=0, microsecond=0)
        if middle in (before, after):
            break
        before, after = (middle, after) if _offset_minutes(info, middle) == old else (before, middle)
    return after


def _offset_minutes(info: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(info).utcoffset()
    return int((offset or timedelta()).total_seconds() // 60)


def _constant_shift(candidate: _Offsets, wanted: _Offsets) -> int | None:
    """Return candidate minus wanted in minutes if it is always the same, else None.

    Zones that change their clocks at their own 02:00 differ for an hour of that night; nothing is sent then,
    so such an hour does not count. That is how Anchorage serves the US Pacific coast.
    """
    moments = sorted({moment for moment, _ in (*candidate, *wanted)})
    end = moments[0] + _HORIZON
    shifts: set[int] = set()
    for begin, until in pairwise([*moments, end]):
        theirs = _offset_at(wanted, begin)
        shift = _offset_at(candidate, begin) - theirs
        if not _is_at_night(begin, until, theirs):
            shifts.add(shift)
    return shifts.pop() if len(shifts) == 1 else None


def _offset_at(offsets: _Offsets, moment: datetime) -> int:
    return next(offset for since, offset in reversed(offsets) if since <= moment)


def _is_at_night(begin: datetime, until: datetime, offset_minutes: int) -> bool:
    local = begin + timedelta(minutes=offset_minutes)
    return local.hour < _NIGHT_ENDS and until - begin <= timedelta(hours=_NIGHT_ENDS - local.hour)
