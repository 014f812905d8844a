"""What verifying costs in each way, before anything is spent."""

from decimal import Decimal
from typing import Any

import pytest

from leads.verification.prices import price_of, ways_to_verify


@pytest.mark.parametrize(
    ("addresses", "one_by_one", "in_lists"),
    [
        (0, (0, 0, 0), (0, 0, 0)),
        (1, (0.25, 2, 1), (1, 9, 1)),
        (1_000, (250, 1_600, 1), (1_000, 18, 1)),
        (10_000, (2_500, 16_000, 3), (10_000, 180, 2)),
        (100_000, (25_000, 160_000, 27), (100_000, 1_800, 8)),
    ],
)
def test_both_ways_with_credits_requests_and_minutes(
    addresses: int, one_by_one: tuple[float, int, int], in_lists: tuple[float, int, int]
) -> None:
    ways = ways_to_verify(addresses)
    assert [way.key for way in ways] == ["address", "list"]
    assert [(float(way.credits), way.calls, way.minutes) for way in ways] == [one_by_one, in_lists]


def test_a_list_takes_at_most_two_requests_for_a_hundred_addresses() -> None:
    assert ways_to_verify(10_000)[1].calls / 10_000 <= 0.02


def test_each_way_has_the_price_of_its_own_setting(settings: Any) -> None:
    settings.CREDIT_PRICE, settings.LIST_CREDIT_PRICE = "0.5", "0.75"
    assert (price_of("address"), price_of("list")) == (Decimal("0.5"), Decimal("0.75"))
