"""Sums divided by sums; what is unknown or not tracked is in neither side, and never 0."""

from decimal import Decimal

import pytest

from campaigns.pages.figures import UNTRACKED
from iexdg.analytics.sums import BY_NAME, Cell, Figures, cells_of, total_cells

ONE = Figures(sent=120, contacted=100, opened=50, replied=10, bounced=2, opportunity_value=Decimal("12.50"))
TWO = Figures(sent=1000, contacted=900, opened=90, replied=9, bounced=30, opportunity_value=Decimal("1.50"))


def cell(cells: tuple[Cell, ...], name: str) -> Cell:
    return next(one for one in cells if one.metric.name == name)


@pytest.mark.parametrize(
    ("name", "part", "whole"), [("opened", 140, 1000), ("replied", 19, 1000), ("bounced", 32, 1120)]
)
def test_a_rate_of_several_is_a_sum_divided_by_a_sum(name: str, part: int, whole: int) -> None:
    found = cell(total_cells([ONE, TWO], None), name)
    assert found.rate is not None
    assert (found.rate.part, found.rate.whole, found.rate.ratio) == (part, whole, part / whole)
    # The mean of the two rates would be something else.
    assert found.rate.ratio != pytest.approx((getattr(ONE, name) / 100 + getattr(TWO, name) / 900) / 2)


def test_who_does_not_know_both_sides_is_in_neither() -> None:
    found = cell(total_cells([ONE, Figures(contacted=900)], None), "replied")
    assert found.rate is not None
    assert (found.rate.part, found.rate.whole, found.missing) == (10, 100, 1)


def test_what_no_one_knows_is_unknown_and_not_0() -> None:
    found = cell(total_cells([Figures(), Figures()], None), "sent")
    assert (found.count, found.missing) == (None, 2)


def test_there_is_no_rate_of_fewer_than_50() -> None:
    found = cell(cells_of(Figures(contacted=49, replied=20), None), "replied")
    assert found.rate is not None
    assert (found.count, found.rate.ratio, found.rate.missing_reason) == (20, None, "under 50 e-mailed")


def test_what_is_not_tracked_is_no_0_and_not_in_the_sum() -> None:
    quiet = Figures(contacted=500, opened=0, tracks_opens=False)
    alone = cell(cells_of(quiet, quiet), "opened")
    assert alone.rate is not None
    assert (alone.count, alone.rate.missing_reason, alone.delta) == (None, UNTRACKED, None)
    both = cell(total_cells([ONE, quiet], None), "opened")
    assert both.rate is not None
    assert (both.rate.part, both.rate.whole) == (50, 100)
    assert cell(total_cells([quiet, quiet], None), "opened").is_untracked


def test_the_change_is_in_points_for_a_rate_and_in_numbers_for_a_count() -> None:
    cells = cells_of(Figures(sent=120, contacted=100, replied=10), Figures(sent=100, contacted=80, replied=4))
    counted, rated = cell(cells, "sent").delta, cell(cells, "replied").delta
    assert counted is not None
    assert rated is not None
    assert (counted.value, rated.value, rated.unit) == (20.0, 5.0, "pt")


def test_a_change_from_something_unknown_is_unknown() -> None:
    found = cell(cells_of(Figures(sent=120), Figures()), "sent").delta
    assert found is not None
    assert found.value is None


def test_sums_keep_the_cents() -> None:
    assert cell(total_cells([ONE, TWO], None), "opportunity_value").count == Decimal("14.00")


def test_every_column_says_its_formula() -> None:
    assert all(metric.formula for metric in BY_NAME.values())
