"""The report of a play: days in the zone of the campaign, who was left out, what would be empty, what was cut."""

from datetime import timedelta
from typing import Any

import pytest

from iexdg.rehearsals.playing import Played, dealt
from iexdg.rehearsals.report import Left, report_of
from iexdg.rehearsals.samples import samples_of, text_of
from iexdg.rehearsals.subjects import Subject
from tests.iexdg.rehearsals.factories import MONDAY, SCHEDULE, STEPS, cast, mail, person, play_of, played

A, B = "a@peers.example.com", "b@peers.example.com"
NOBODY_LEFT = Left({}, 0, 0)
TUESDAY = MONDAY + timedelta(days=1)


def report(one: Played, left: Left = NOBODY_LEFT, **play: Any) -> dict[str, Any]:
    return report_of(play_of(one, **play), cast((A, 30), (B, 30)), left)


def test_days_are_those_of_the_campaigns_zone_with_each_sender() -> None:
    # 01:30 UTC on Tuesday is Monday evening in Detroit.
    evening = MONDAY + timedelta(hours=11, minutes=30)
    one = played(
        [person("ada"), person("bob")],
        [mail("ada", MONDAY), mail("bob", evening, sender=B), mail("ada", TUESDAY, number=1)],
    )
    found = report(one)
    assert found["days"] == [
        {"date": "2026-11-30", "sent": 2, "by_sender": {A: 1, B: 1}},
        {"date": "2026-12-01", "sent": 1, "by_sender": {A: 1}},
    ]
    assert (found["last_email_on"], found["emails"], found["people"]) == ("2026-12-01", 3, 2)
    assert found["campaigns"][0]["zone"] == "America/Detroit"


def test_nothing_that_leaves_has_no_last_day() -> None:
    found = report(played([person("ada")], []))
    assert (found["days"], found["last_email_on"], found["skipped"]) == ([], None, {"not_reached": 1})


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {}),
        ({"companyName": ""}, {"companyName": 1}),
        ({"companyName": "  ", "firstName": ""}, {"companyName": 1, "firstName": 1}),
        # With a fallback in the copy nothing is empty.
        ({"city": ""}, {}),
    ],
)
def test_variables_without_a_value_are_counted_by_person(values: dict[str, str], expected: dict[str, int]) -> None:
    one = played([person("ada", **values), person("bob")], [])
    assert report(one)["empty_variables"] == expected


def test_who_was_left_out_is_the_file_and_the_play_together() -> None:
    one = played([person("ada"), person("bob")], [mail("ada", MONDAY)])
    found = report(one, Left({"bad_email": 2, "in_blocklist": 1}, cut=3, to_verify=2))
    assert found["skipped"] == {"bad_email": 2, "in_blocklist": 1, "not_reached": 1}
    assert found["cut"] == ["3 people or lines beyond the most were not rehearsed."]
    assert "Would be verified first: 2. They count as verified here; nothing was paid." in found["notes"]


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        ({}, []),
        ({"still_open": 1}, ["After 366 days it was not at its end: e-mails to 1 person were left."]),
        ({"still_open": 1, "out_of_time": True}, ["It took too long and was ended at 2026-12-14."]),
    ],
)
def test_what_was_cut_is_said(play: dict[str, Any], expected: list[str]) -> None:
    assert report(played([person("ada")], [mail("ada", MONDAY)]), **play)["cut"] == expected


def test_the_daily_cap_is_named_on_the_day_on_which_it_kept_somebody_waiting() -> None:
    one = played(
        [person("ada"), person("bob")],
        [mail("ada", MONDAY), mail("bob", TUESDAY)],
        daily_limit=1,
        sequences=[{"steps": STEPS[:1]}],
    )
    (campaign,) = report(one)["campaigns"]
    assert campaign["caps"] == [
        {"day": "2026-11-30", "cap": "campaign", "limit": 1, "sent": 1, "waiting": 1, "sender": ""}
    ]


def test_a_sender_that_was_never_read_or_cannot_send_is_named() -> None:
    one = played([person("ada")], [])
    found = report_of(play_of(one), [*cast((A, 30), is_known=False), *cast((B, 9), status=2)], NOBODY_LEFT)
    assert f"{A}: not read yet, taken to send 30 a day." in found["notes"]
    assert f"Cannot send now, and did not here: {B} (paused)." in found["notes"]
    assert found["senders"] == [
        {"email": A, "daily_limit": 30, "assumed": True, "ready": True, "state": "Connected"},
        {"email": B, "daily_limit": 9, "assumed": False, "ready": False, "state": "Paused"},
    ]


def test_people_are_dealt_in_turn_so_that_nobody_is_in_two_campaigns() -> None:
    subjects = [Subject(name, {"email_list": [], "campaign_schedule": SCHEDULE}, (), ()) for name in ("One", "Two")]
    roles = dealt(subjects, [person(name) for name in ("ada", "bob", "eva")])
    assert [[one.email.partition("@")[0] for one in role.people] for role in roles] == [["ada", "eva"], ["bob"]]


def test_samples_read_as_the_person_will_with_what_is_missing_marked() -> None:
    one = played([person("ada", companyName="")], [mail("ada", MONDAY), mail("ada", TUESDAY, number=1)])
    (sample,) = samples_of(play_of(one), cast((A, 30)), seed="x")
    first, second = sample["emails"]
    assert (sample["name"], first["at"], first["sender"]) == ("Ada", "2026-11-30T09:00-05:00", A)
    assert text_of(first["subject"]) == "Hello Ada"
    assert first["lines"] == [
        [["Hi ", "", False], ["Ada", "", False], [" at ", "", False], ["{{companyName}}", "", True]]
    ]
    assert (text_of(second["subject"]), text_of(second["lines"][0])) == ("Re: Hello Ada", "Again, there")


def test_at_most_five_people_are_shown_and_the_same_ones_for_the_same_seed() -> None:
    names = [f"p{number}" for number in range(20)]
    one = played([person(name) for name in names], [mail(name, MONDAY) for name in names])
    chosen = [[sample["email"] for sample in samples_of(play_of(one), [], seed=seed)] for seed in ("a", "a", "b")]
    assert len(chosen[0]) == 5
    assert chosen[0] == chosen[1] != chosen[2]
