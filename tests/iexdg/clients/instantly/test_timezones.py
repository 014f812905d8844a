from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from iexdg.clients.instantly.timezones import VENDOR_ZONES, ZoneMatch, ZoneNotServedError, to_vendor_zone
from tests.contract import facts

START = date(2026, 11, 22)


def test_the_enum_has_its_102_zones_and_not_the_ones_everybody_tries_first() -> None:
    assert len(VENDOR_ZONES) == len(set(VENDOR_ZONES)) == 102
    assert set(VENDOR_ZONES).isdisjoint(
        {"America/New_York", "America/Los_Angeles", "Europe/London", "UTC", "Etc/GMT+5"}
    )


def test_the_enum_is_the_vendors_own() -> None:
    assert set(facts.table()["shapes"]["CampaignTimezone"]["enum"]) == set(VENDOR_ZONES)


def test_every_accepted_zone_is_known_here_and_maps_to_itself() -> None:
    for zone in VENDOR_ZONES:
        assert to_vendor_zone(zone, START).zone == zone


@pytest.mark.parametrize(
    ("iana", "zone"),
    [
        ("America/New_York", "America/Detroit"),
        ("America/Toronto", "America/Detroit"),
        ("America/Denver", "America/Boise"),
        ("America/Phoenix", "America/Creston"),
        ("Pacific/Honolulu", "Etc/GMT+10"),
        ("UTC", "Africa/Abidjan"),
        ("Europe/London", "Europe/Isle_of_Man"),
        ("Europe/Paris", "Europe/Belgrade"),
        ("Africa/Nairobi", "Africa/Addis_Ababa"),
        ("Asia/Shanghai", "Asia/Hong_Kong"),
        ("Asia/Tokyo", "Asia/Dili"),
        ("Australia/Sydney", "Australia/Melbourne"),
    ],
)
def test_a_zone_that_is_not_accepted_gets_one_that_keeps_the_same_time(iana: str, zone: str) -> None:
    match = to_vendor_zone(iana, START)
    assert (match.zone, match.shift_minutes, match.exact) == (zone, 0, True)


def test_the_us_pacific_coast_gets_anchorage_with_the_window_an_hour_earlier() -> None:
    assert to_vendor_zone("America/Los_Angeles", START) == ZoneMatch(
        zone="America/Anchorage",
        shift_minutes=-60,
        exact=True,
        reason="America/Anchorage is always 60 minutes behind America/Los_Angeles; the window moves with it.",
    )


@pytest.mark.parametrize("iana", ["America/Los_Angeles", "America/New_York", "America/Havana", "Pacific/Chatham"])
def test_a_shifted_window_opens_at_the_same_moment_every_day_of_the_year(iana: str) -> None:
    match = to_vendor_zone(iana, START)
    for offset in range(365):
        nine = datetime(START.year, START.month, START.day, 9, tzinfo=ZoneInfo(iana)) + timedelta(days=offset)
        theirs = nine.replace(tzinfo=None) + timedelta(minutes=match.shift_minutes)
        assert nine.astimezone(UTC) == theirs.replace(tzinfo=ZoneInfo(match.zone)).astimezone(UTC)


def test_a_zone_that_drifts_against_all_accepted_ones_is_refused_with_the_reason() -> None:
    with pytest.raises(ZoneNotServedError, match="changes its clocks together with Australia/Lord_Howe"):
        to_vendor_zone("Australia/Lord_Howe", START)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "EST5EDT4,M3"])
def test_a_name_that_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ZoneNotServedError, match="is not a time zone"):
        to_vendor_zone(name, START)


def test_every_zone_of_the_world_is_matched_or_refused_in_words() -> None:
    refused = []
    for iana in sorted(available_timezones() - {"localtime", "Factory"}):
        try:
            assert to_vendor_zone(iana, START).zone in VENDOR_ZONES
        except ZoneNotServedError:
            refused.append(iana)
    assert "Australia/Lord_Howe" in refused
    assert "America/New_York" not in refused
    assert len(refused) < 30
