from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from iexdg.ui import formatting

NOW = datetime(2026, 11, 22, 8, 41, 20, tzinfo=UTC)  # a Sunday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("number", "words"), [(1204, "1,204"), (0, "0"), (None, "unknown")])
def test_a_count_is_grouped_and_unknown_is_a_word(number: int | None, words: str) -> None:
    assert formatting.count_words(number) == words


@pytest.mark.parametrize(("ratio", "words"), [(0.412, "41.2 %"), (0, "0.0 %"), (Decimal("0.05"), "5.0 %"), (None, "–")])
def test_a_ratio_is_a_percentage_and_nothing_measured_is_a_dash(ratio: float | None, words: str) -> None:
    assert formatting.percent_words(ratio) == words


@pytest.mark.parametrize(("credits", "words"), [(Decimal("902.5"), "902.50"), (Decimal(0), "0.00"), (None, "unknown")])
def test_credits_have_two_decimals(credits: Decimal | None, words: str) -> None:
    assert formatting.credit_words(credits) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "09:41"),
        (NOW - timedelta(days=2), "Fri 09:41"),
        (NOW + timedelta(days=1), "Mon 09:41"),
        (NOW - timedelta(days=7), "15 Nov 09:41"),
        (datetime(2025, 10, 12, 7, 0, tzinfo=UTC), "12 Oct 2025"),
        (datetime(2027, 1, 14, 8, 0, tzinfo=UTC), "14 Jan 2027 09:00"),
        (datetime(2026, 1, 2, 8, 0, tzinfo=UTC), "2 Jan 09:00"),
    ],
)
def test_a_time_is_as_short_as_its_distance_allows(moment: datetime, words: str) -> None:
    assert formatting.moment_words(moment, now=NOW, zone=BERLIN) == words


def test_the_day_is_the_reader_s_day_not_the_server_s() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert formatting.moment_words(late, now=NOW, zone=BERLIN) == "00:30"
    assert formatting.moment_words(late, now=NOW, zone=UTC) == "Sat 23:30"


def test_a_reading_of_today_has_seconds_and_an_older_one_its_day() -> None:
    assert formatting.clock_words(NOW, now=NOW, zone=BERLIN) == "09:41:20"
    assert formatting.clock_words(NOW - timedelta(days=1), now=NOW, zone=BERLIN) == "Sat 09:41"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=6), "6 s"),
        (timedelta(minutes=12, seconds=59), "12 min"),
        (timedelta(hours=23, minutes=48), "23 h 48 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=3, hours=4, minutes=9), "3 d 4 h"),
        (timedelta(days=9), "9 d"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_a_span_has_at_most_two_units(span: timedelta, words: str) -> None:
    assert formatting.span_words(span) == words


def test_the_past_and_the_future_read_as_such() -> None:
    assert formatting.ago_words(NOW - timedelta(minutes=12), now=NOW) == "12 min ago"
    assert formatting.ago_words(NOW + timedelta(seconds=2), now=NOW) == "just now"
    assert formatting.until_words(NOW + timedelta(hours=24), now=NOW) == "in 1 d"
    assert formatting.until_words(NOW - timedelta(seconds=1), now=NOW) == "over"


def test_a_sending_window_is_shown_in_its_own_zone() -> None:
    opens = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("America/Detroit"))
    assert formatting.zoned_words(opens, now=NOW) == "Mon 23 Nov, 09:00 EST"
    assert formatting.zoned_words(opens.replace(year=2027), now=NOW) == "Tue 23 Nov 2027, 09:00 EST"
    # In Auckland the new year has begun while it is still the old one in UTC.
    new_year = datetime(2027, 1, 1, 9, 0, tzinfo=ZoneInfo("Pacific/Auckland"))
    assert formatting.day_and_time_words(new_year, now=datetime(2026, 12, 31, 18, tzinfo=UTC)) == "Fri 1 Jan, 09:00"


def test_a_day_carries_its_year_where_it_is_not_this_one() -> None:
    today = NOW.date()
    assert formatting.day_words(date(2026, 12, 7), today=today) == "Mon 7 Dec"
    assert formatting.day_words(date(2027, 1, 14), today=today) == "Thu 14 Jan 2027"
    assert formatting.date_words(date(2025, 12, 7), today=today) == "7 Dec 2025"


@pytest.mark.parametrize(
    ("change", "digits", "words"),
    [
        (1204, 0, "+1,204"),
        (-75, 0, "−75"),
        (-324_000.4, 0, "−324,000"),
        (1.94, 1, "+1.9"),
        (-0.5, 1, "−0.5"),
        (0, 1, "0"),
    ],
)
def test_a_change_has_its_sign_and_a_true_minus(change: float, digits: int, words: str) -> None:
    assert formatting.change_words(change, digits=digits) == words
