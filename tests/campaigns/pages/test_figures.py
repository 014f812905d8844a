"""Rates with their floor, totals that are summed before they are divided, and comparisons."""

from dataclasses import dataclass
from datetime import date

from campaigns.pages import figures


@dataclass(frozen=True)
class Counters:
    sent: int | None = 300
    contacted: int | None = 146
    opened: int | None = 99
    replied: int | None = 13
    bounced: int | None = 4
    clicked: int | None = 11
    tracks_opens: bool = True
    tracks_clicks: bool = True


@dataclass(frozen=True)
class Day:
    date: date
    sent: int = 0
    contacted: int = 0
    unique_opened: int = 0
    unique_replies: int = 0


def november(day: int, sent: int, replies: int = 0) -> Day:
    return Day(date(2026, 11, day), sent, sent, 0, replies)


def test_rates_divide_by_their_formula() -> None:
    assert figures.open_rate(Counters()).ratio == 99 / 146
    assert figures.reply_rate(Counters()).ratio == 13 / 146
    assert figures.bounce_rate(Counters()).ratio == 4 / 300
    assert figures.reply_rate(Counters()).formula == "people who replied, no auto-replies ÷ people e-mailed"
    assert figures.bounce_rate(Counters()).formula == "bounced ÷ e-mails sent"


def test_what_is_not_tracked_has_no_rate_whatever_was_counted_before() -> None:
    for opened in (0, 99, None):
        found = figures.open_rate(Counters(opened=opened, tracks_opens=False))
        assert (found.ratio, found.part, found.missing_reason, found.is_untracked) == (None, None, "not tracked", True)
    assert figures.click_rate(Counters(tracks_clicks=False)).is_untracked
    assert figures.click_rate(Counters(tracks_opens=False)).ratio == 11 / 146
    assert not figures.open_rate(Counters(opened=None)).is_untracked


def test_an_unknown_counter_gives_no_rate() -> None:
    rate = figures.reply_rate(Counters(replied=None))
    assert (rate.ratio, rate.missing_reason) == (None, "unknown")


def test_there_is_no_rate_below_the_floor() -> None:
    assert figures.reply_rate(Counters(contacted=49)).missing_reason == "under 50 e-mailed"
    assert figures.reply_rate(Counters(contacted=50, replied=1)).ratio == 0.02
    assert figures.bounce_rate(Counters(sent=10)).missing_reason == "under 50 sent"


def test_no_one_e_mailed_is_no_division_by_zero() -> None:
    assert figures.rate(0, 0, "any", floor=0).ratio is None


def test_a_period_sums_its_own_days_only() -> None:
    days = [november(8, 1), november(9, 2), november(15, 4, replies=1), november(16, 8)]
    week = figures.period(days, date(2026, 11, 15), 7)
    assert (week.first, week.last) == (date(2026, 11, 9), date(2026, 11, 15))
    assert (week.sent, week.contacted, week.replied) == (6, 6, 1)


def test_a_period_without_any_day_is_unknown_and_not_zero() -> None:
    assert figures.period([], date(2026, 11, 15), 7).sent is None


def test_the_period_before_is_unknown_without_records_that_old() -> None:
    days = [november(day, 1) for day in range(6, 16)]
    week = figures.period(days, date(2026, 11, 15), 7)
    assert figures.period_before(days, week).sent is None
    longer = [november(2, 3), *days]
    assert figures.period_before(longer, week).sent == 3 + 3


def test_days_that_were_read_and_are_not_listed_had_nothing() -> None:
    days = [november(day, 1) for day in range(9, 16)]
    week = figures.period(days, date(2026, 11, 15), 7)
    assert figures.period_before(days, week, read_from=date(2026, 11, 2)).sent == 0
    assert figures.period_before(days, week, read_from=date(2026, 11, 3)).sent is None
    assert figures.period_before([], week, read_from=date(2026, 8, 1)).sent is None


def test_deltas_are_differences() -> None:
    assert figures.count_delta(20, 2).value == 18
    assert figures.count_delta(None, 2).value is None
    now, before = figures.rate(51, 1000, "any"), figures.rate(45, 1000, "any")
    delta = figures.point_delta(now, before)
    assert (delta.value, delta.unit, delta.is_up) == (0.6, "pt", True)


def test_a_series_fills_days_without_mail_with_zero() -> None:
    days = [november(13, 5), november(15, 7)]
    assert figures.series(days, date(2026, 11, 15), 4) == [0, 5, 0, 7]
