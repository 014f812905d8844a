from datetime import UTC, datetime
from decimal import Decimal

import pytest

from iexdg.clients.instantly.types import reading


@pytest.mark.parametrize(("value", "read"), [(2, 2), (2.0, 2), (2.5, None), (True, None), ("2", None), (None, None)])
def test_a_whole_number_is_read_and_nothing_else(value: object, read: int | None) -> None:
    assert reading.integer({"x": value}, "x") == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (948.75, Decimal("948.75")),
        (0.1, Decimal("0.1")),
        ("0.25", Decimal("0.25")),
        (0, Decimal(0)),
        (None, None),
        (True, None),
        ("many", None),
        (float("nan"), None),
    ],
)
def test_credits_are_read_without_binary_noise(value: object, read: Decimal | None) -> None:
    assert reading.decimal({"x": value}, "x") == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-08-13T11:11:55.811Z", datetime(2026, 8, 13, 11, 11, 55, 811000, tzinfo=UTC)),
        ("2026-08-13T11:11:55+02:00", datetime(2026, 8, 13, 9, 11, 55, tzinfo=UTC)),
        ("2026-08-13T11:11:55", datetime(2026, 8, 13, 11, 11, 55, tzinfo=UTC)),
        ("yesterday", None),
        (1704067200, None),
    ],
)
def test_a_moment_is_read_as_aware_utc(value: object, read: datetime | None) -> None:
    assert reading.moment({"x": value}, "x") == read


def test_lists_and_objects_of_the_wrong_kind_are_empty() -> None:
    raw = {"a": "text", "b": ["x", 1, None], "c": [{"k": 1}, "x"]}
    assert reading.texts(raw, "a") == ()
    assert reading.texts(raw, "b") == ("x",)
    assert reading.mappings(raw, "c") == ({"k": 1},)
    assert reading.mapping(raw, "a") == {}
    assert reading.mapping(raw, "missing") == {}
