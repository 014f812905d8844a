"""A play has an end: its days, its seconds, and the first day that was asked for; each in a private sandbox."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain, repeat

import pytest
from django.utils import timezone

from iexdg.rehearsals.playing import MOST_DAYS, Play, Role, play
from iexdg.rehearsals.subjects import CastSender, Subject
from tests.iexdg.rehearsals.factories import SCHEDULE, STEPS, cast, person

A = "a@peers.example.com"


def roles(*names: str) -> list[Role]:
    body = {"name": "Ours", "campaign_schedule": SCHEDULE, "sequences": [{"steps": STEPS}], "email_list": [A]}
    return [Role(Subject("Ours", body, (A,), ()), [person(name) for name in names])]


def played(*names: str, senders: list[CastSender] | None = None, seconds: Iterator[float] | None = None) -> Play:
    clock = seconds if seconds is not None else repeat(0.0)
    return play(roles(*names), senders or cast((A, 30)), most_s=10, clock=lambda: next(clock))


def test_it_ends_once_nobody_is_left_to_write_to() -> None:
    found = played("ada", "bob")
    assert (found.still_open, found.out_of_time, len(found.campaigns[0].mails)) == (0, False, 4)
    assert found.until - found.starts_at == timedelta(days=14)


def test_it_ends_after_a_year_where_nobody_can_send() -> None:
    found = played("ada", senders=cast((A, 30), status=2))
    assert (found.still_open, found.out_of_time, found.campaigns[0].mails) == (1, False, ())
    assert found.until - found.starts_at == timedelta(days=MOST_DAYS)


def test_it_ends_when_it_has_taken_too_long() -> None:
    # The clock is read at the start, and before each fortnight.
    found = played("ada", senders=cast((A, 30), status=2), seconds=chain([0.0, 1.0, 9.0], repeat(10.0)))
    assert (found.still_open, found.out_of_time) == (1, True)
    assert found.until - found.starts_at == timedelta(days=28)


@pytest.mark.parametrize(
    ("ahead", "expected"), [(timedelta(days=40), timedelta(days=40)), (-timedelta(days=1), timedelta(0))]
)
def test_it_begins_at_the_moment_that_was_asked_for_or_now(ahead: timedelta, expected: timedelta) -> None:
    reached: list[tuple[date, int]] = []
    now = timezone.now()
    wanted: datetime = now + ahead
    found = play(roles("ada"), cast((A, 30)), starts_at=wanted, on_progress=lambda *one: reached.append(one))
    assert abs(found.starts_at - (now + expected)) < timedelta(minutes=1)
    assert min(one.at for one in found.campaigns[0].mails) >= found.starts_at
    assert reached[0] == (found.starts_at.date(), 0)
    assert reached[-1] == ((found.starts_at + timedelta(days=14)).date(), 2)
