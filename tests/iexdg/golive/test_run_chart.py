"""The chart of a planned run covers all of it and says what it means."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from iexdg.golive.forecast import Forecast, forecast
from iexdg.golive.run_chart import RunChart, run_chart

MONDAY = date(2026, 11, 30)


def weekdays(last: date = date.max) -> Iterator[date]:
    day = MONDAY
    while day <= last:
        if day.isoweekday() < 6:
            yield day
        day += timedelta(days=1)


def planned(
    people: int, *, cap: int = 20, waits: tuple[int, ...] = (), last: date = date.max, most_new: int | None = None
) -> Forecast:
    return forecast(weekdays(last), people=people, per_day=cap, new_per_day=most_new, waits=waits)


def drawn(plan: Forecast, people: int) -> RunChart:
    chart = run_chart(plan, people, MONDAY)
    assert chart is not None
    return chart


@pytest.mark.parametrize(
    ("people", "options", "words"),
    [
        (216, {}, "E-mails 216 new people over 3 weeks."),
        (1, {}, "E-mails 1 new person over 1 week."),
        (1716, {"cap": 200}, "E-mails 1,716 new people over 2 weeks."),
        (40, {"waits": (3,)}, "E-mails 40 new people over 1 week, with follow-ups until Fri 4 Dec."),
        (300, {"waits": (30,)}, "E-mails 300 new people over 3 weeks, with follow-ups until Tue 19 Jan 2027."),
        (
            216,
            {"last": date(2026, 12, 4)},
            "E-mails 100 of 216 new people over 1 week; the schedule ends before everything is sent.",
        ),
        (
            40,
            {"waits": (30,), "last": date(2026, 12, 4)},
            "E-mails 40 new people over 1 week; the schedule ends before everything is sent.",
        ),
        (9999, {"cap": 1}, "E-mails 260 of 9,999 new people over 52 weeks; the plan ends on Fri 26 Nov 2027."),
    ],
)
def test_it_says_whom_it_e_mails_over_how_long(people: int, options: dict[str, int], words: str) -> None:
    assert drawn(planned(people, **options), people).words == words  # type: ignore[arg-type]


def test_every_day_of_the_run_is_drawn_first_e_mails_and_follow_ups_apart() -> None:
    chart = drawn(planned(30, waits=(1,)), 30)
    assert chart.data["x"] == ["30 Nov", "1 Dec", "2 Dec", "3 Dec"]
    assert [one["data"] for one in chart.data["series"]] == [[20, 0, 10, 0], [0, 20, 0, 10]]
    assert chart.data["unit"] == "e-mails a day"
    assert chart.rows[1] == ("Tue 1 Dec", 0, 20)


def test_a_long_run_is_drawn_by_weeks_with_the_year_of_the_next_one() -> None:
    chart = drawn(planned(2000), 2000)
    assert (chart.unit, chart.data["unit"]) == ("week", "e-mails a week")
    assert (len(chart.data["x"]), chart.data["x"][0], chart.data["x"][-1]) == (20, "30 Nov", "12 Apr 2027")
    assert sum(chart.data["series"][0]["data"]) == 2000
    assert chart.rows[-1] == ("week of 12 Apr 2027", 100, 100)


def test_without_a_plan_there_is_no_chart() -> None:
    assert run_chart(Forecast(), 0, MONDAY) is None
