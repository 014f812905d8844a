"""Which cap is named for a day, from when e-mails were due and when they left."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from iexdg.rehearsals.caps import Binding, Day, Limits, Wait, bindings, waits_of
from tests.iexdg.rehearsals.factories import MONDAY

DAY = date(2026, 11, 30)
CLOSES = MONDAY + timedelta(hours=8)
A, B = "a@peers.example.com", "b@peers.example.com"
# One person is due at nine, and is not written to on that day.
LEFT_OVER = [Wait(MONDAY, MONDAY + timedelta(days=1), is_first=True)]


def day(sent: int, new: int, **by_sender: int) -> Day:
    return Day(DAY, CLOSES, sent, new, Counter({f"{name}@peers.example.com": n for name, n in by_sender.items()}))


@pytest.mark.parametrize(
    ("day_of_it", "limits", "expected"),
    [
        (day(2, 2, a=2), Limits(2, None, {A: 9}), [("campaign", 2, 2, "")]),
        (day(2, 2, a=2), Limits(3, None, {A: 9}), [("hours", None, 2, "")]),
        (day(2, 2, a=2), Limits(None, 2, {A: 9}), [("new_leads", 2, 2, "")]),
        (day(2, 1, a=2), Limits(None, 2, {A: 9}), [("hours", None, 2, "")]),
        (day(2, 2, a=2), Limits(None, None, {A: 2, B: 9}), [("sender", 2, 2, A)]),
        (day(2, 2, a=3), Limits(None, None, {A: 3}), [("sender", 3, 3, A)]),
        (day(3, 3, a=2, b=1), Limits(3, 3, {A: 2, B: 1}),
         [("campaign", 3, 3, ""), ("new_leads", 3, 3, ""), ("sender", 2, 2, A), ("sender", 1, 1, B)]),
        (day(0, 0), Limits(None, None, {}), [("no_sender", None, 0, "")]),
        (day(1, 1, a=1), Limits(None, None, {A: 9}, has_company_limit=True), [("company", None, 1, "")]),
    ],
)  # fmt: skip
def test_the_caps_that_were_reached_while_somebody_waited_are_named(
    day_of_it: Day, limits: Limits, expected: list[tuple[str, int | None, int, str]]
) -> None:
    found = bindings([day_of_it], LEFT_OVER, limits)
    assert [(one.cap, one.limit, one.sent, one.sender) for one in found] == expected
    assert {one.waiting for one in found} == {1}


@pytest.mark.parametrize(
    "waits",
    [
        [],
        [Wait(MONDAY, CLOSES - timedelta(minutes=1), is_first=True)],
        [Wait(MONDAY, CLOSES, is_first=True)],
        # Due once the hours are over.
        [Wait(CLOSES + timedelta(seconds=1), None, is_first=False)],
    ],
)
def test_a_cap_that_was_reached_by_the_last_e_mail_binds_nobody(waits: list[Wait]) -> None:
    assert bindings([day(2, 2, a=2)], waits, Limits(2, 2, {A: 2})) == []


def test_follow_ups_that_wait_are_not_held_by_the_limit_of_new_leads() -> None:
    follow_up = [Wait(MONDAY, None, is_first=False)]
    found = bindings([day(2, 2, a=2)], follow_up, Limits(None, 2, {A: 9}))
    assert found == [Binding(DAY, "hours", None, 2, 1)]


def test_an_e_mail_is_due_after_the_wait_of_the_step_before_it() -> None:
    later = MONDAY + timedelta(days=3, minutes=5)
    sent: dict[str, list[tuple[int, datetime]]] = {"ada": [(0, MONDAY), (1, later)]}
    delays = [timedelta(days=3), timedelta(days=4), timedelta(0)]
    found = waits_of(sent, ["ada", "bob"], starts_at=MONDAY - timedelta(hours=1), delays=delays)
    assert found == [
        Wait(MONDAY - timedelta(hours=1), MONDAY, is_first=True),
        Wait(MONDAY + timedelta(days=3), later, is_first=False),
        Wait(later + timedelta(days=4), None, is_first=False),
        Wait(MONDAY - timedelta(hours=1), None, is_first=True),
    ]
