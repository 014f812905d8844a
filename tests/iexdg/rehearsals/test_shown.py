"""A rehearsal in a terminal: every sentence of it, exactly."""

from dataclasses import replace
from typing import Any

from iexdg.rehearsals.rehearsing import Rehearsed
from iexdg.rehearsals.report import Left, report_of
from iexdg.rehearsals.samples import samples_of
from iexdg.rehearsals.shown import rehearsal_words
from tests.iexdg.rehearsals.factories import MONDAY, cast, mail, person, play_of, played, step

A = "a@peers.example.com"
NOTES = [
    "Nobody answers, bounces or unsubscribes in a rehearsal: this is the most that would leave.",
    "Other campaigns of these senders, and subsequences, are not in the rehearsal.",
]


def words(*campaigns: Any, still_open: int = 0, skipped: dict[str, int] | None = None) -> list[str]:
    play = play_of(*campaigns, still_open=still_open)
    report = report_of(play, cast((A, 30)), Left(skipped or {}, 0, 0))
    return rehearsal_words(Rehearsed(report, samples_of(play, cast((A, 30)), seed="x"), ())).splitlines()


def test_days_caps_who_is_left_out_and_the_e_mails_of_a_person_are_lines() -> None:
    one = played(
        [person("ada", companyName="")], [mail("ada", MONDAY)], sequences=[{"steps": [step("Hi {{firstName}}", "At")]}]
    )
    assert words(one, skipped={"bad_email": 2, "not_active": 1}) == [
        "Ours: 1 e-mail to 1 person",
        "  Mon–Fri 09:00–17:00 America/Detroit",
        f"  2026-11-30     1  {A} 1",
        "  Last e-mail on 2026-11-30 (America/Detroit)",
        "",
        "Left out: not an e-mail address: 2",
        "Left out: is not active in this campaign: 1",
        *NOTES,
        "",
        "--- Ada <ada@firm.example.com>, Ours",
        f"Step 1 A, 2026-11-30T09:00-05:00, from {A}",
        "Subject: Hi Ada",
        "At",
    ]


def test_what_limits_it_and_that_it_was_cut_are_said() -> None:
    one = played([person("ada"), person("bob")], [mail("ada", MONDAY)], daily_limit=1)
    found = words(one, still_open=1)
    assert (
        "  Last e-mail that was played on 2026-11-30 (America/Detroit); the rehearsal was cut, more would follow"
        in found
    )
    assert "  Limited by: daily cap of the campaign, on 1 day" in found
    assert "After 366 days it was not at its end: e-mails to 1 person were left." in found


def test_a_campaign_in_which_nothing_leaves_says_why_and_several_say_how_people_were_dealt() -> None:
    empty = played([person("ada")], [])
    bare = replace(empty, subject=replace(empty.subject, body={**empty.subject.body, "email_list": []}))
    found = words(bare, replace(empty, people=[]))
    assert "  Nothing would leave. It has no sender: name a mailbox or a tag that has one." in found
    assert "  Nothing would leave. Nobody is in it." in found
    assert "The people were dealt in turn over the 2 campaigns." in found


def test_liquid_that_was_not_rendered_is_noted_under_the_e_mail() -> None:
    one = played([person("ada")], [mail("ada", MONDAY)], sequences=[{"steps": [step("Hi", "{% if firstName %}Hi")]}])
    assert words(one)[-2] == "{% if firstName %}Hi"
    assert words(one)[-1].startswith("(The Liquid of this e-mail cannot be rendered, and is shown as it is written: ")
