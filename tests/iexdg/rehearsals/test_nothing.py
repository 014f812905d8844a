"""A rehearsal in which nothing leaves says why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from iexdg.rehearsals.labels import reason_words
from iexdg.rehearsals.nothing import why_nothing
from iexdg.rehearsals.playing import Played
from iexdg.rehearsals.report import Left, report_of
from tests.iexdg.rehearsals.factories import MONDAY, SCHEDULE, cast, mail, person, play_of, played

A = "a@peers.example.com"
NO_DAYS = {"schedules": [{**SCHEDULE["schedules"][0], "days": {str(day): False for day in range(7)}}]}


def why(one: Played, *, limit: int = 30, status: int = 1) -> str:
    return why_nothing(one, play_of(one), cast((A, limit), status=status))


def nobody_gets_any(**raw: Any) -> Played:
    return played([person("ada")], [], **raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"daily_limit": 0}, "The daily cap of the campaign is 0."),
        ({"daily_max_leads": 0}, "The cap of new leads a day is 0."),
        ({"campaign_schedule": {**SCHEDULE, "end_date": "2026-11-01"}},
         "Its last day, 2026-11-01, is before the first day that was played, 2026-11-30."),
        ({"campaign_schedule": {**SCHEDULE, "start_date": "2028-01-01"}},
         "Its first day, 2028-01-01, is after the last day that was played, 2026-12-14."),
    ],
)  # fmt: skip
def test_caps_of_nothing_and_dates_that_were_not_played_are_named(raw: dict[str, Any], expected: str) -> None:
    assert why(nobody_gets_any(**raw)) == expected


def test_a_schedule_without_days_or_hours_is_named() -> None:
    assert why(nobody_gets_any(campaign_schedule=NO_DAYS)).startswith(("It has no day", "None of its sending hours"))
    assert why(nobody_gets_any(campaign_schedule={"schedules": []})) == "It has no day or no hours on which it sends."


def test_senders_that_cannot_send_are_named() -> None:
    one = nobody_gets_any()
    assert why(one, status=2) == f"No sender can send: {A} (paused)."
    assert why(one, limit=0) == "The daily limit of every sender that can send is 0."
    bare = replace(one, subject=replace(one.subject, body={**one.subject.body, "email_list": []}))
    assert why(bare) == "It has no sender: name a mailbox or a tag that has one."


def test_what_nothing_else_explains_is_said_to_be_the_gap_the_flags_or_the_limits() -> None:
    assert why(nobody_gets_any()) == (
        "The gap between e-mails, its flags or the daily limits of its senders kept everything back."
    )


def test_a_last_day_is_judged_in_the_zone_of_the_campaign() -> None:
    # The evening of the 29th in Detroit, when it is the 30th in UTC.
    evening = replace(play_of(), starts_at=datetime(2026, 11, 30, 3, tzinfo=UTC))
    one = nobody_gets_any(campaign_schedule={**SCHEDULE, "end_date": "2026-11-29"})
    assert "Its last day" not in why_nothing(one, evening, cast((A, 30)))


def test_nobody_and_everybody_refused_are_named_and_a_campaign_that_sends_says_nothing() -> None:
    assert why(played([], [])) == "Nobody is in it."
    assert why(replace(nobody_gets_any(), taken=0)) == "Everybody was refused when they were loaded."
    assert why(played([person("ada")], [mail("ada", MONDAY)])) == ""


def test_the_reason_stands_with_who_was_left_out() -> None:
    words = reason_words("not_reached", "The daily cap of the campaign is 0.")
    assert words == "gets no e-mail within the days that were played: the daily cap of the campaign is 0"


@pytest.mark.parametrize(("left", "open_", "is_cut"), [(0, 0, False), (3, 0, True), (0, 1, True)])
def test_a_rehearsal_that_was_cut_says_so_beside_its_last_day(left: int, open_: int, *, is_cut: bool) -> None:
    one = played([person("ada")], [mail("ada", MONDAY + timedelta(days=1))])
    found = report_of(play_of(one, still_open=open_), cast((A, 30)), Left({}, left, 0))
    assert (found["last_email_on"], found["is_cut"], bool(found["cut"])) == ("2026-12-01", is_cut, is_cut)
    assert found["campaigns"][0]["is_cut"] is is_cut
