"""Windows in the campaign's own zone, clock changes included."""

from datetime import UTC, datetime
from typing import Any

import pytest

from iexdg.sandbox.sending.schedule import is_live, next_window

WORKDAYS = {"1": True, "2": True, "3": True, "4": True, "5": True}


def _schedule(**changes: Any) -> dict[str, Any]:
    entry = {
        "name": "Hours",
        "timing": {"from": "09:00", "to": "17:00"},
        "days": WORKDAYS,
        "timezone": "America/Detroit",
    }
    dates = {name: changes.pop(name, None) for name in ("start_date", "end_date")}
    return {**dates, "schedules": [entry | changes]}


def _at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("now", "changes", "opens"),
    [
        ("2026-11-23T15:00", {}, "2026-11-23T15:00"),
        ("2026-11-23T10:00", {}, "2026-11-23T14:00"),
        ("2026-11-23T22:00", {}, "2026-11-24T14:00"),
        ("2026-11-20T23:00", {}, "2026-11-23T14:00"),
        # The clocks go back on 2026-11-01: nine o'clock is 13:00 UTC before and 14:00 UTC after.
        ("2026-10-30T10:00", {}, "2026-10-30T13:00"),
        ("2026-10-31T10:00", {}, "2026-11-02T14:00"),
        ("2026-11-23T15:00", {"days": {"0": True}}, "2026-11-29T14:00"),
        ("2026-11-23T15:00", {"start_date": "2026-12-25"}, "2026-12-25T14:00"),
    ],
)
def test_the_next_window_opens_in_local_time(now: str, changes: Any, opens: str) -> None:
    window = next_window(_schedule(**changes), _at(now))
    assert window is not None
    assert window.opens == _at(opens)


@pytest.mark.parametrize("changes", [{"days": {"1": False}}, {"end_date": "2026-11-22"}])
def test_a_schedule_without_days_ahead_has_no_window_and_is_not_live(changes: Any) -> None:
    assert next_window(_schedule(**changes), _at("2026-11-23T15:00")) is None
    assert not is_live(_schedule(**changes), _at("2026-11-23T15:00"))


def test_the_last_day_still_counts() -> None:
    assert is_live(_schedule(end_date="2026-11-23"), _at("2026-11-23T15:00"))
