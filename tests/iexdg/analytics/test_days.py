"""Ranges of days: read from an address, compared with the days before, and refused with a reason."""

from datetime import date

import pytest

from iexdg.analytics.days import Days, chosen_days, monday_of, week_before

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, date(2026, 10, 27), TODAY),
        ({"days": "7"}, date(2026, 11, 19), TODAY),
        ({"days": "no-such"}, date(2026, 10, 27), TODAY),
        ({"from": "2026-11-01", "to": "2026-11-07"}, date(2026, 11, 1), date(2026, 11, 7)),
        ({"from": "2026-11-20"}, date(2026, 11, 20), TODAY),
        # What has not happened yet has no figures.
        ({"from": "2026-11-20", "to": "2026-12-24"}, date(2026, 11, 20), TODAY),
    ],
)
def test_a_range_is_read_from_the_address(query: dict[str, str], first: date, last: date) -> None:
    chosen = chosen_days(query, TODAY)
    assert (chosen.days, chosen.problem) == (Days(first, last), "")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"from": "2026-11-07", "to": "2026-11-01"}, "before the first"),
        ({"from": "yesterday"}, "written like"),
        ({"to": "2026-11-07"}, "written like"),
        ({"from": "2026-12-01"}, "in the future"),
        ({"from": "2020-01-01"}, "at most 366"),
    ],
)
def test_a_range_that_makes_no_sense_says_why(query: dict[str, str], problem: str) -> None:
    chosen = chosen_days(query, TODAY)
    assert problem in chosen.problem
    assert chosen.days == Days(date(2026, 10, 27), TODAY)


def test_since_the_start_has_no_days() -> None:
    assert chosen_days({"days": "all"}, TODAY).days is None


@pytest.mark.parametrize("query", [{"days": "7"}, {"days": "all"}, {}, {"from": "2026-11-01", "to": "2026-11-07"}])
def test_a_range_survives_being_written_into_an_address(query: dict[str, str]) -> None:
    assert chosen_days(chosen_days(query, TODAY).named(), TODAY) == chosen_days(query, TODAY)


def test_the_range_before_is_as_long_and_ends_the_day_before() -> None:
    assert Days(date(2026, 11, 8), date(2026, 11, 14)).before == Days(date(2026, 11, 1), date(2026, 11, 7))


def test_weeks_begin_on_monday() -> None:
    assert monday_of(TODAY) == date(2026, 11, 23)
    assert week_before(TODAY) == Days(date(2026, 11, 16), date(2026, 11, 22))
