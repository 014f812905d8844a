"""Values of a plan are written as people write them."""

from typing import Any

import pytest

from campaigns.copy.findings import Level
from iexdg.blueprints.parsing import parse
from iexdg.blueprints.planning import plan_against
from iexdg.blueprints.reading import Reality
from iexdg.blueprints.review import Finding
from iexdg.blueprints.shown import finding_lines, plan_words, value_words
from iexdg.clients.instantly.campaigns import Campaign


@pytest.mark.parametrize(
    ("value", "words"),
    [(("mon", "tue"), "mon, tue"), ([], "none"), (True, "yes"), (False, "no"), ("", "empty"), (20, "20"), (0, "0")],
)
def test_a_value_is_no_value_of_python(value: Any, words: str) -> None:
    assert value_words(value) == words


def test_a_zone_that_is_sent_as_another_is_said_and_other_notes_are_not() -> None:
    title = "The zone America/New_York is sent as America/Detroit, 09:00-17:00"
    mapped = Finding(Level.FINE, "zone_mapped", "05", "schedule.zone", 4, title, "They keep the same time.")
    other = Finding(Level.FINE, "other", "05", "", 4, "Fine", "")
    assert list(finding_lines([mapped, other])) == [f"line 4: note: {title}. They keep the same time."]


def test_a_plan_is_a_diff_with_what_is_kept_and_what_must_be_paused() -> None:
    there = {"id": "c1", "name": "One", "status": 1, "daily_limit": 5, "cc_list": ["copy@example.com"]}
    text = "campaigns:\n  - name: One\n    caps: {daily: 7}\n  - name: Two\n    senders: []\n"
    assert plan_words(plan_against(Reality((Campaign.model_validate(there),)), parse(text))).splitlines() == [
        "~ One would be changed",
        "  ! it may send: pause it first, or apply with --pause",
        "  caps.daily  (line 3)",
        "    - 5",
        "    + 7",
        "    cc: copy@example.com (only at Instantly, kept)",
        "",
        "+ Two would be created as a draft",
        "  name  (line 4)",
        "    + Two",
        "  senders  (line 5)",
        "    + none",
        "",
        "line 4: blocker: A new campaign needs a schedule. Write its hours, for example in the defaults.",
        "line 5: warning: Nobody sends this campaign. Name a mailbox or a tag.",
    ]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("schedule: {zone: America/Detroit}", "The window has no hours and no days. Write zone, hours and days."),
        ("schedule: {zone: '', hours: 09:00-17:00, days: weekdays}",
         "Instantly has no zone for an empty name. '' is not a time zone. Use a name such as America/Chicago."),
        ("senders: {tags: [Nobody]}",
         "There is no tag called Nobody: “Nobody”. Create it on the page Tags, or name another one."),
        ("caps: {daily: 0}",
         "The daily cap is 0: nothing is sent. Write how many e-mails may leave a day; the go-live refuses 0."),
    ],
)  # fmt: skip
def test_a_finding_is_a_sentence_with_what_to_do(entry: str, found: str) -> None:
    there = Campaign.model_validate({"id": "c1", "name": "One"})
    made = plan_against(Reality((there,)), parse(f"campaigns:\n  - name: One\n    {entry}\n"))
    (line,) = finding_lines(made.findings)
    assert line.partition(": ")[2].partition(": ")[2] == found
