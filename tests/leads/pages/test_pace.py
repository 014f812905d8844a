"""The pace of an import."""

from leads.pages.pace import Pace, pace_in_words, pace_of


def test_the_pace_is_measured_between_two_requests() -> None:
    assert pace_of(1, "verify", 100, 1000, now=50.0) == Pace(None, None)
    assert pace_of(1, "verify", 300, 1000, now=60.0) == Pace(20.0, 35.0)


def test_old_samples_are_ignored() -> None:
    pace_of(2, "verify", 0, 100, now=0.0)
    assert pace_of(2, "verify", 50, 100, now=100.0) == Pace(None, None)


def test_without_progress_no_time_left_is_shown() -> None:
    pace_of(3, "load", 10, 100, now=0.0)
    assert pace_in_words(pace_of(3, "load", 10, 100, now=5.0), "leads") == ""


def test_the_time_left_is_approximate() -> None:
    assert pace_in_words(Pace(40.6, 20.0), "answers") == "41 answers/s · less than a minute left"
    assert pace_in_words(Pace(1.0, 200.0), "leads") == "1 leads/s · about 3 min left"
    assert pace_in_words(Pace(1.0, 9000.0), "leads") == "1 leads/s · about 2.5 h left"
