"""Sending windows: zones, clock changes, dates, several schedules."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.sending.windows import (
    days_in_words,
    days_inside_utc_day,
    last_window,
    next_windows,
    read_schedule,
    sending_days,
    short_summary,
    skipped_hours,
    summary,
    why_no_window,
)

DETROIT = ZoneInfo("America/Detroit")
WEEKDAYS = {str(day): True for day in range(1, 6)}


def schedule(**changes: Any) -> dict[str, Any]:
    entry = {
        "name": "Office hours",
        "timing": {"from": "09:00", "to": "17:00"},
        "days": WEEKDAYS,
        "timezone": "America/Detroit",
    }
    dates = {key: changes.pop(key) for key in ("start_date", "end_date") if key in changes}
    return {"schedules": [entry | changes], **dates}


def test_on_a_saturday_the_next_window_is_monday_morning() -> None:
    window = next_windows(schedule(), datetime(2026, 11, 21, 12, tzinfo=UTC))[0]
    assert window.opens == datetime(2026, 11, 23, 9, tzinfo=DETROIT)
    assert window.closes == datetime(2026, 11, 23, 17, tzinfo=DETROIT)


def test_a_window_that_is_open_now_comes_first() -> None:
    now = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    window = next_windows(schedule(), now)[0]
    assert window.opens.astimezone(UTC) == datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert window.is_open_at(now)


def test_the_closing_minute_is_outside() -> None:
    closing = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    assert next_windows(schedule(), closing)[0].opens.date() == date(2026, 11, 24)


def test_day_zero_is_sunday() -> None:
    window = next_windows(schedule(days={"0": True}), datetime(2026, 11, 21, 12, tzinfo=UTC))[0]
    assert (window.opens.date(), window.opens.strftime("%A")) == (date(2026, 11, 22), "Sunday")


def test_clock_time_stays_the_same_across_a_clock_change() -> None:
    # Detroit leaves summer time on Sunday 2026-11-01.
    friday, monday = next_windows(schedule(), datetime(2026, 10, 30, 12, tzinfo=UTC), 2)
    assert friday.opens.astimezone(UTC).hour == 13
    assert monday.opens.astimezone(UTC).hour == 14
    assert (friday.opens.hour, monday.opens.hour) == (9, 9)


def test_a_window_in_the_hour_that_spring_skips_opens_when_the_hour_is_over() -> None:
    # On 2026-03-08 the clocks of Detroit jump from 02:00 to 03:00.
    skipped = schedule(days={"0": True}, timing={"from": "02:30", "to": "05:00"})
    window = next_windows(skipped, datetime(2026, 3, 7, 12, tzinfo=UTC))[0]
    assert window.opens.astimezone(UTC) == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    assert window.opens.strftime("%H:%M") == "03:00"


SPRING_SUNDAY = {"start_date": "2027-03-14", "end_date": "2027-03-14", "days": {"0": True}}
BEFORE_SPRING = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        pytest.param(
            SPRING_SUNDAY | {"timing": {"from": "02:10", "to": "02:50"}},
            "its hours 02:10–02:50 do not exist on Sun 14 Mar 2027: the clocks in Detroit go forward to 03:00",
            id="inside the skipped hour",
        ),
        pytest.param(
            SPRING_SUNDAY | {"timing": {"from": "02:00", "to": "03:00"}},
            "its hours 02:00–03:00 do not exist on Sun 14 Mar 2027: the clocks in Detroit go forward to 03:00",
            id="the whole skipped hour",
        ),
        pytest.param(SPRING_SUNDAY | {"timing": {"from": "02:10", "to": "03:01"}}, "", id="a minute is left"),
        pytest.param(
            SPRING_SUNDAY | {"timing": {"from": "02:10", "to": "02:50"}, "timezone": "America/Creston"},
            "",
            id="a zone whose clocks do not change",
        ),
        pytest.param({"end_date": "2026-11-20"}, "its last day was Fri 20 Nov", id="over"),
        pytest.param({"end_date": "2025-11-20"}, "its last day was Thu 20 Nov 2025", id="over since a year"),
        pytest.param(
            {"start_date": "2026-12-05", "end_date": "2026-12-06"},
            "its last day is Sun 6 Dec, and none of its sending hours is before the end of it",
            id="a weekend between first and last day",
        ),
        pytest.param({"days": {}}, "", id="not readable, which has its own problem"),
        pytest.param({}, "", id="no end"),
    ],
)
def test_a_schedule_without_a_window_says_why(fields: dict[str, Any], why: str) -> None:
    assert why_no_window(schedule(**fields), BEFORE_SPRING) == why


def test_the_day_on_which_the_hours_are_skipped_is_found_among_others() -> None:
    nights = schedule(days={str(day): True for day in range(7)}, timing={"from": "02:10", "to": "02:50"})
    found = skipped_hours(nights, date(2027, 3, 1), date(2027, 3, 31))
    assert [(hours.day, hours.resumes.isoformat()) for hours in found] == [(date(2027, 3, 14), "03:00:00")]
    assert why_no_window(nights, BEFORE_SPRING) == ""


def test_first_and_last_day_are_kept() -> None:
    bounded = schedule(start_date="2026-12-01", end_date="2026-12-02")
    windows = next_windows(bounded, datetime(2026, 11, 21, tzinfo=UTC), 10)
    assert [window.opens.date() for window in windows] == [date(2026, 12, 1), date(2026, 12, 2)]
    assert next_windows(bounded, datetime(2026, 12, 3, tzinfo=UTC)) == []


def test_an_empty_date_means_none() -> None:
    read = read_schedule(schedule(start_date="", end_date=""))
    assert (read.first_day, read.last_day, read.problems) == (None, None, ())


def test_several_schedules_are_merged_in_order() -> None:
    both = schedule(timing={"from": "13:00", "to": "15:00"})
    both["schedules"] += schedule(timing={"from": "08:00", "to": "09:00"})["schedules"]
    windows = next_windows(both, datetime(2026, 11, 23, 5, tzinfo=UTC), 3)
    assert [window.opens.strftime("%a %H:%M") for window in windows] == ["Mon 08:00", "Mon 13:00", "Tue 08:00"]


def test_problems_are_described() -> None:
    assert read_schedule({}).problems == ("There are no sending hours.",)
    assert read_schedule(schedule(days={})).problems == ("No day of the week is switched on.",)
    assert read_schedule(schedule(timezone="Mars/Base")).problems == ("The time zone Mars/Base is not known.",)
    backwards = schedule(timing={"from": "17:00", "to": "09:00"})
    assert read_schedule(backwards).problems == ("The sending hours end (09:00) before they start (17:00).",)
    turned = schedule(start_date="2026-12-02", end_date="2026-12-01")
    assert read_schedule(turned).problems == ("The last day is before the first day.",)


def test_summaries_are_readable() -> None:
    assert summary(schedule()) == "Mon–Fri 09:00–17:00 America/Detroit"
    assert short_summary(schedule(timezone="America/St_Johns")) == "Mon–Fri 09–17 St Johns"
    assert short_summary(schedule(timing={"from": "09:30", "to": "17:00"})) == "Mon–Fri 09:30–17:00 Detroit"
    assert summary({}) == "no schedule"
    assert days_in_words(frozenset({1, 2, 3, 5})) == "Mon–Wed, Fri"
    assert days_in_words(frozenset({6, 0})) == "Sat, Sun"


minutes = st.integers(min_value=0, max_value=24 * 60 - 1)
zones = st.sampled_from(
    ["America/Detroit", "Europe/Isle_of_Man", "Africa/Casablanca", "Australia/Adelaide", "Asia/Kathmandu"]
)
moments = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001
    max_value=datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@given(
    now=moments,
    zone=zones,
    ends=st.lists(minutes, min_size=2, max_size=2, unique=True),
    days=st.sets(st.integers(0, 6), min_size=1),
)
def test_every_window_keeps_its_promises(now: datetime, zone: str, ends: list[int], days: set[int]) -> None:
    opens, closes = sorted(ends)
    raw = schedule(
        timing={"from": clock(opens), "to": clock(closes)}, days={str(day): True for day in days}, timezone=zone
    )
    windows = next_windows(raw, now, 4)
    assert len(windows) == 4
    assert windows == sorted(windows, key=lambda window: window.opens)
    for window in windows:
        local_open, local_close = window.opens.astimezone(ZoneInfo(zone)), window.closes.astimezone(ZoneInfo(zone))
        assert now < window.closes
        assert window.opens.astimezone(UTC) < window.closes.astimezone(UTC)
        assert local_open.isoweekday() % 7 in days
        assert clock(opens) <= local_open.strftime("%H:%M")
        assert clock(closes) <= local_close.strftime("%H:%M")
        assert local_open.date() == local_close.date()


@given(now=moments, zone=zones)
def test_no_window_is_left_out(now: datetime, zone: str) -> None:
    every_day = schedule(days={str(day): True for day in range(7)}, timezone=zone)
    windows = next_windows(every_day, now, 3)
    gaps = [after.opens.date() - before.opens.date() for before, after in pairwise(windows)]
    assert gaps == [timedelta(days=1), timedelta(days=1)]
    assert windows[0].opens - now <= timedelta(hours=24)


def test_a_utc_day_holds_one_day_of_a_campaign_in_america_and_two_of_one_in_new_zealand() -> None:
    def hours(zone: str, opens: str, closes: str) -> dict[str, Any]:
        return schedule(timezone=zone, timing={"from": opens, "to": closes})

    thursday = date(2026, 11, 26)
    assert days_inside_utc_day(schedule(), thursday) == 1
    assert days_inside_utc_day(hours("America/Los_Angeles", "09:00", "19:00"), thursday) == 2
    assert days_inside_utc_day(hours("Pacific/Auckland", "00:00", "23:59"), thursday) == 2
    # Friday's morning there is Thursday evening in UTC, and Thursday's is not inside it.
    assert days_inside_utc_day(hours("Pacific/Auckland", "09:00", "12:00"), thursday) == 1
    assert days_inside_utc_day({}, thursday) == 1


def test_the_last_window_is_that_of_the_last_sending_day_before_the_end() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert last_window(schedule(), now) is None
    # 6 December is a Sunday.
    window = last_window(schedule(end_date="2026-12-06"), now)
    assert window is not None
    assert window.opens == datetime(2026, 12, 4, 9, tzinfo=DETROIT)
    assert last_window(schedule(end_date="2026-11-20"), now) is None
    assert last_window(schedule(start_date="2026-12-05", end_date="2026-12-06"), now) is None


def test_sending_days_skip_the_weekend_and_count_a_day_of_two_windows_once() -> None:
    hours = {"days": {str(day): 1 <= day <= 5 for day in range(7)}, "timezone": "America/Detroit"}
    morning = hours | {"timing": {"from": "09:00", "to": "11:00"}}
    evening = hours | {"timing": {"from": "17:00", "to": "19:00"}}
    friday_noon = datetime(2026, 11, 27, 17, tzinfo=UTC)
    days = sending_days({"schedules": [morning, evening]}, friday_noon)
    assert [next(days).isoformat() for _ in range(3)] == ["2026-11-27", "2026-11-30", "2026-12-01"]
