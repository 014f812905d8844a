"""Wilson intervals to four digits, and when one variant may be called ahead."""

import pytest

from campaigns.pages.figures import rate
from iexdg.analytics.intervals import AHEAD, BEHIND, TOO_EARLY, verdicts, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (5, 100, 0.0215, 0.1118),
        (10, 100, 0.0552, 0.1744),
        (50, 100, 0.4038, 0.5962),
        (0, 50, 0.0, 0.0713),
        (50, 50, 0.9287, 1.0),
        (1, 10, 0.0179, 0.4042),
        (30, 1000, 0.0211, 0.0425),
    ],
)
def test_the_interval_of_known_cases(part: int, whole: int, low: float, high: float) -> None:
    found = wilson(part, whole)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(("part", "whole"), [(None, 10), (1, None), (0, 0), (6, 5), (-1, 5)])
def test_there_is_no_interval_of_what_is_not_known(part: int | None, whole: int | None) -> None:
    assert wilson(part, whole) is None


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([(5, 100)], [""]),
        ([(5, 100), (9, 100)], [TOO_EARLY, TOO_EARLY]),
        ([(5, 1000), (60, 1000)], [BEHIND, AHEAD]),
        # Only the third is clearly above both others.
        ([(5, 1000), (6, 1000), (60, 1000)], [BEHIND, BEHIND, AHEAD]),
        ([(50, 1000), (55, 1000), (5, 1000)], [TOO_EARLY] * 3),
        # Clearly apart, but of too few e-mails.
        ([(0, 49), (49, 49)], [TOO_EARLY] * 2),
        ([(None, 1000), (60, 1000)], [TOO_EARLY] * 2),
    ],
)
def test_one_is_ahead_only_when_its_interval_is_above_all_others(
    counts: list[tuple[int | None, int | None]], expected: list[str]
) -> None:
    assert verdicts([rate(part, whole, "x") for part, whole in counts]) == expected
