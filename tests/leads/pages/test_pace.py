"""How fast an import goes."""

from leads.pages.pace import Pace, pace_in_words, pace_of


def test_the_pace_is_measured_between_two_looks() -> None:
    assert pace_of(1, "verify", 100, 1000, now=50.0) == Pace(None, None)
    assert pace_of(1, "verify", 300, 1000, now=60.0) == Pace(20.0, 35.0)


def test_looks_of_long_ago_do_not_count() -> None:
    pace_of(2, "verify", 0, 100, now=0.0)
    assert pace_of(2, "verify", 50, 100, now=100.0) == Pace(None, None)


def test_standing_still_has_no_time_left_to_name() -> None:
    pace_of(3, "load", 10, 100, now=0.0)
    assert pace_in_words(pace_of(3, "load", 10, 100, now=5.0), "leads") == ""


def test_the_time_left_is_named_roughly() -> None:
    assert pace_in_words(Pace(40.6, 20.0), "answers") == "41 answers/s · less than a minute left"
    assert pace_in_words(Pace(1.0, 200.0), "leads") == "1 leads/s · about 3 min left"
    assert pace_in_words(Pace(1.0, 9000.0), "leads") == "1 leads/s · about 2.5 h left"
