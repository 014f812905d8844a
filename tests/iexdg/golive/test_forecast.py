"""The plan of the coming days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaigns.sending.windows import clock_changes, next_windows, sending_days
from iexdg.golive.forecast import (
    Forecast,
    at_most_a_day,
    at_most_today,
    forecast,
    next_resets,
    sender_loads,
    waits_of,
)

MONDAY = date(2026, 11, 23)


def weekdays(first: date = MONDAY) -> Iterator[date]:
    day = first
    while True:
        if day.isoweekday() < 6:
            yield day
        day += timedelta(days=1)


def emails(plan: Forecast) -> list[int]:
    return [day.emails for day in plan.days]


def test_without_follow_ups_the_cap_is_used_until_everyone_was_e_mailed() -> None:
    plan = forecast(weekdays(), people=45, per_day=20, new_per_day=None, waits=())
    assert emails(plan) == [20, 20, 5]
    assert plan.last_first_touch == date(2026, 11, 25)
    assert plan.last_follow_up is None


def test_follow_ups_that_are_due_take_their_share_of_the_cap_first() -> None:
    plan = forecast(weekdays(), people=30, per_day=20, new_per_day=None, waits=(1,))
    # Monday 20 new; Tuesday 20 follow-ups, no capacity left; Wednesday the other 10; Thursday their follow-ups.
    assert emails(plan) == [20, 20, 10, 10]
    assert [day.new for day in plan.days] == [20, 0, 10, 0]
    assert plan.last_first_touch == date(2026, 11, 25)
    assert plan.last_follow_up == date(2026, 11, 26)


def test_weekends_are_days_without_e_mails() -> None:
    plan = forecast(weekdays(), people=500, per_day=20, new_per_day=None, waits=())
    assert emails(plan)[:8] == [20, 20, 20, 20, 20, 0, 0, 20]
    # 25 sending days: the run is shown to its last day, the Friday of the fifth week.
    assert (len(plan.days), plan.days[-1].day, plan.is_done) == (33, date(2026, 12, 25), True)


def test_a_limit_for_new_people_slows_the_first_touch() -> None:
    plan = forecast(weekdays(), people=15, per_day=20, new_per_day=5, waits=())
    assert emails(plan) == [5, 5, 5]


def test_an_end_of_the_schedule_leaves_the_end_unknown() -> None:
    plan = forecast([MONDAY], people=30, per_day=20, new_per_day=None, waits=(3,))
    assert (plan.last_first_touch, plan.last_follow_up) == (None, None)


def test_a_plan_that_is_cut_and_a_schedule_that_ends_are_distinguished() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    endless = forecast(sending_days(office_hours(), now), people=9999, per_day=1, new_per_day=None, waits=())
    assert (endless.is_cut, endless.last_first_touch) == (True, None)
    ends = office_hours() | {"end_date": "2026-12-06"}
    short = forecast(sending_days(ends, now), people=9999, per_day=1, new_per_day=None, waits=())
    assert (short.is_cut, short.planned_until) == (False, date(2026, 12, 4))


def test_no_one_or_no_cap_is_no_plan() -> None:
    assert forecast(weekdays(), people=0, per_day=20, new_per_day=None, waits=()) == Forecast()
    assert forecast(weekdays(), people=5, per_day=0, new_per_day=None, waits=()) == Forecast()
    assert forecast([], people=5, per_day=5, new_per_day=None, waits=()).days == ()


def test_the_wait_after_a_step_counts_and_the_last_one_does_not() -> None:
    steps = [{"delay": 3}, {"delay": 36, "delay_unit": "hours"}, {"delay": 9}]
    assert waits_of([{"steps": steps}, {"steps": [{"delay": 1}]}]) == (3, 2)
    assert waits_of([]) == ()


@given(
    people=st.integers(1, 300),
    per_day=st.integers(1, 50),
    waits=st.lists(st.integers(0, 9), max_size=3),
)
def test_no_day_is_over_the_cap(people: int, per_day: int, waits: list[int]) -> None:
    plan = forecast(weekdays(), people=people, per_day=per_day, new_per_day=None, waits=waits)
    assert max(emails(plan)) <= per_day
    if plan.last_first_touch and plan.last_follow_up:
        assert plan.last_follow_up >= plan.last_first_touch


# Zones whose clocks change in either half of the year, one that skips midnight itself, one that never changes.
ZONES = ("America/Detroit", "Europe/Berlin", "Australia/Sydney", "America/Santiago", "Africa/Cairo", "Asia/Tokyo")
# Years around both changes of every zone.
moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


def office_hours(zone: str = "America/Detroit") -> dict[str, Any]:
    days = {str(day): 1 <= day <= 5 for day in range(7)}
    return {"schedules": [{"timing": {"from": "09:00", "to": "17:00"}, "days": days, "timezone": zone}]}


@given(now=moments, zone=st.sampled_from(ZONES))
def test_both_caps_reset_at_their_own_midnight_whatever_the_clocks_do(now: datetime, zone: str) -> None:
    resets = next_resets(office_hours(zone), now)
    assert resets is not None
    for moment, where in ((resets.campaign, zone), (resets.senders, "UTC")):
        local = moment.astimezone(ZoneInfo(where))
        assert local.date() == now.astimezone(ZoneInfo(where)).date() + timedelta(days=1)
        # 00:00, or 01:00 where spring skips the midnight itself.
        assert (local.hour, local.minute) in {(0, 0), (1, 0)}
        assert timedelta() < moment - now <= timedelta(hours=25)


@given(now=moments, zone=st.sampled_from(ZONES), people=st.integers(1, 100), cap=st.integers(2, 40))
def test_a_plan_never_falls_on_a_weekend_and_begins_where_the_first_window_opens(
    now: datetime, zone: str, people: int, cap: int
) -> None:
    raw = office_hours(zone)
    plan = forecast(sending_days(raw, now), people=people, per_day=cap, new_per_day=None, waits=(2,))
    window = next_windows(raw, now)[0]
    assert plan.days[0].day == window.opens.date()
    assert window.opens.strftime("%H:%M") == "09:00"
    assert all(planned.emails == 0 for planned in plan.days if planned.day.isoweekday() > 5)
    assert plan.last_first_touch is not None
    assert plan.last_follow_up is not None
    assert plan.last_follow_up - plan.last_first_touch >= timedelta(days=2)


@given(now=moments, zone=st.sampled_from(ZONES), cap=st.integers(0, 40), sent=st.integers(0, 60))
def test_today_is_never_more_than_what_is_left_of_the_cap(now: datetime, zone: str, cap: int, sent: int) -> None:
    raw = office_hours(zone)
    local = now.astimezone(ZoneInfo(zone))
    may_send = local.isoweekday() < 6 and local.hour < 17
    assert at_most_today(raw, now, cap, sent) == (max(cap - sent, 0) if may_send else 0)


def test_what_was_sent_today_is_unknown_so_the_whole_cap_may_still_come() -> None:
    monday_noon = datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert at_most_today(office_hours(), monday_noon, 20, None) == 20
    assert at_most_today({}, monday_noon, 20, 0) == 0
    assert next_resets({}, monday_noon) is None


def test_the_senders_own_limits_lower_the_day_only_where_all_are_known() -> None:
    assert at_most_a_day(50, [20, 20]) == 40
    assert at_most_a_day(30, [20, None]) == 30
    assert at_most_a_day(30, [20, 20]) == 30
    assert at_most_a_day(None, [20]) is None


def test_a_day_is_spread_evenly_and_never_over_a_limit() -> None:
    assert [load.share for load in sender_loads(20, [("a", None), ("b", None), ("c", None)])] == [7, 7, 6]
    assert [load.share for load in sender_loads(20, [("a", 3), ("b", 30)])] == [3, 17]
    assert [load.share for load in sender_loads(20, [("a", 3), ("b", 4)])] == [3, 4]
    assert sender_loads(20, []) == ()


@given(per_day=st.integers(0, 200), limits=st.lists(st.none() | st.integers(0, 60), max_size=6))
def test_shares_add_up_to_what_the_day_allows(per_day: int, limits: list[int | None]) -> None:
    loads = sender_loads(per_day, [(f"s{place}@example.com", limit) for place, limit in enumerate(limits)])
    assert all(load.limit is None or load.share <= load.limit for load in loads)
    room = per_day if None in limits else min(per_day, sum(limit for limit in limits if limit is not None))
    assert sum(load.share for load in loads) == (room if limits else 0)


def test_the_day_on_which_the_clocks_move_is_named() -> None:
    found = clock_changes(office_hours(), date(2026, 10, 1), date(2027, 3, 31))
    assert [(one.day.isoformat(), one.hours) for one in found] == [("2026-11-01", -1.0), ("2027-03-14", 1.0)]
    assert clock_changes(office_hours("Asia/Tokyo"), date(2026, 1, 1), date(2026, 12, 31)) == []
