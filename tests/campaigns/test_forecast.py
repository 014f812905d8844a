"""The plan of the coming days."""

from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.forecast import Forecast, forecast, waits_of

MONDAY = date(2026, 11, 23)


def weekdays(first: date = MONDAY) -> Iterator[date]:
    day = first
    while True:
        if day.isoweekday() < 6:
            yield day
        day += timedelta(days=1)


def emails(plan: Forecast) -> list[int]:
    return [day.emails for day in plan.days]


def test_without_follow_ups_the_cap_is_used_until_everybody_was_written_to() -> None:
    plan = forecast(weekdays(), people=45, per_day=20, new_per_day=None, waits=())
    assert emails(plan) == [20, 20, 5, 0, 0, 0, 0, 0, 0, 0]
    assert plan.last_first_touch == date(2026, 11, 25)
    assert plan.last_follow_up is None


def test_follow_ups_that_are_due_take_their_share_of_the_cap_first() -> None:
    plan = forecast(weekdays(), people=30, per_day=20, new_per_day=None, waits=(1,))
    # Monday 20 new; Tuesday 20 follow-ups, no room; Wednesday the other 10; Thursday their follow-ups.
    assert emails(plan)[:5] == [20, 20, 10, 10, 0]
    assert plan.last_first_touch == date(2026, 11, 25)
    assert plan.last_follow_up == date(2026, 11, 26)


def test_weekends_are_days_without_e_mails() -> None:
    plan = forecast(weekdays(), people=500, per_day=20, new_per_day=None, waits=())
    assert emails(plan) == [20, 20, 20, 20, 20, 0, 0, 20, 20, 20]


def test_a_limit_for_new_people_slows_the_first_touch() -> None:
    plan = forecast(weekdays(), people=15, per_day=20, new_per_day=5, waits=())
    assert emails(plan)[:4] == [5, 5, 5, 0]


def test_an_end_of_the_schedule_leaves_the_end_unknown() -> None:
    plan = forecast([MONDAY], people=30, per_day=20, new_per_day=None, waits=(3,))
    assert (plan.last_first_touch, plan.last_follow_up) == (None, None)


def test_nobody_or_no_cap_is_no_plan() -> None:
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
