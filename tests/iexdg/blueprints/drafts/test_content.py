"""What the editor does with a draft's content, and that what was typed comes back as it was."""

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from iexdg.blueprints.drafts.acts import changed
from iexdg.blueprints.drafts.content import cleaned, steps_of, text_of, turned_off, windows_of
from iexdg.blueprints.drafts.typed import typed_content
from iexdg.blueprints.parsing import parse

ONE: dict[str, Any] = {"name": "One", "steps": [{"subject": "A", "body": "Hi", "wait_after": "3 days"}]}
TWO: dict[str, Any] = {"name": "Two", "steps": [*ONE["steps"], {"variants": [{"body": "B"}, {"body": "C"}]}]}


def posted(**fields: Any) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in fields.items():
        made.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return made


@pytest.mark.parametrize(
    ("do", "subjects", "words"),
    [
        ("add-step", ["A", "", ""], "Added step 3"),
        ("remove-step:0", [""], "Removed step 1"),
        ("step-down:0", ["", "A"], "Moved step 1 to 2"),
        ("step-up:1", ["", "A"], "Moved step 2 to 1"),
    ],
)
def test_steps_are_added_removed_and_moved(do: str, subjects: list[str], words: str) -> None:
    made = changed(TWO, do)
    assert made is not None
    assert ([step["variants"][0].get("subject", "") for step in steps_of(made[0])], made[1]) == (subjects, words)
    assert TWO["steps"][0]["subject"] == "A"


@pytest.mark.parametrize(
    ("do", "bodies"),
    [
        ("add-variant:1", ["B", "C", "B"]),
        ("remove-variant:1:0", ["C"]),
        ("variant-up:1:1", ["C", "B"]),
    ],
)
def test_variants_are_added_removed_and_moved(do: str, bodies: list[str]) -> None:
    made = changed(TWO, do)
    assert made is not None
    assert [one["body"] for one in steps_of(made[0])[1]["variants"]] == bodies


@pytest.mark.parametrize(
    "do",
    ["", "add", "step-up:0", "step-down:1", "remove-step:9", "remove-step", "remove-variant:0:0", "variant-up:1:0",
     "add-step:1", "remove-step:-1", "remove-step:x", "remove-window:0", "remove-step:99999"],
)  # fmt: skip
def test_what_cannot_be_done_is_not_done(do: str) -> None:
    assert changed(TWO, do) is None


def test_the_first_window_begins_with_office_hours_and_its_zone_is_still_to_be_chosen() -> None:
    made = changed({"name": "W"}, "add-window")
    assert made is not None
    days = ["mon", "tue", "wed", "thu", "fri"]
    assert made[0]["schedule"] == {"windows": [{"hours": "09:00-17:00", "days": days}]}


def test_a_window_is_added_with_the_zone_of_the_one_before_and_removed() -> None:
    content = {"name": "W", "schedule": {"zone": "Europe/Belgrade", "hours": "09:00-17:00", "days": "weekdays"}}
    made = changed(content, "add-window")
    assert made is not None
    assert [one["zone"] for one in windows_of(made[0])] == ["Europe/Belgrade", "Europe/Belgrade"]
    again = changed(made[0], "remove-window:1")
    assert again is not None
    assert windows_of(again[0]) == windows_of(content)


def test_a_subsequence_is_added_without_a_condition_moved_and_removed() -> None:
    once = changed({"name": "S"}, "add-subsequence")
    assert once is not None
    twice = changed(once[0], "add-subsequence")
    assert twice is not None
    assert [(one["name"], one["when"]) for one in twice[0]["subsequences"]] == [
        ("Subsequence 1", {}),
        ("Subsequence 2", {}),
    ]
    assert once[0]["subsequences"][0]["steps"] == [{"subject": "", "body": "", "wait_before": "1 day"}]
    moved = changed(twice[0], "subsequence-up:1")
    assert moved is not None
    assert [one["name"] for one in moved[0]["subsequences"]] == ["Subsequence 2", "Subsequence 1"]
    removed = changed(moved[0], "remove-subsequence:0")
    assert removed is not None
    assert (removed[0], removed[1]) == (once[0], "Removed Subsequence 2")
    # None are left out: an empty list would ask Instantly to have none, which a blueprint never does.
    left = changed(once[0], "remove-subsequence:0")
    assert left is not None
    assert left[0] == {"name": "S"}


def test_a_rule_of_routing_is_added_and_removed_and_an_empty_list_stays() -> None:
    made = changed({"name": "R"}, "add-rule")
    assert made is not None
    assert made[0]["provider_routing"] == [{"action": "send", "recipient_esp": ["all"], "sender_esp": ["all"]}]
    left = changed(made[0], "remove-rule:0")
    assert left is not None
    assert left[0]["provider_routing"] == []


@pytest.mark.parametrize(
    ("before", "fields", "after"),
    [
        ({"caps": {"daily": 20}}, {"caps__daily": "", "caps__daily__none": "on"}, {"caps": {"daily": None}}),
        ({"caps": {"daily": 20}}, {"caps__daily": ""}, {}),
        ({"caps": {"daily": 20}}, {"caps__daily": "0"}, {"caps": {"daily": 0}}),
        ({}, {"caps__daily": ""}, {}),
        ({"caps": {"daily": 0.1234567}}, {"caps__daily": "0.1234567"}, {"caps": {"daily": 0.1234567}}),
        ({}, {"senders__others": "keep"}, {}),
        ({}, {"senders__others": "remove"}, {"senders": []}),
        ({}, {"senders": ["a@example.com"], "senders__others": "keep"},
         {"senders": {"addresses": ["a@example.com"], "tags": [], "others": "keep"}}),
        ({"senders": ["B@example.com"]}, {"senders": ["b@example.com"], "senders__others": "remove"},
         {"senders": ["B@example.com"]}),
        ({"schedule": {"end": "2027-01-04"}}, {"end": "", "end__none": "on"}, {"schedule": {"end": None}}),
        ({"schedule": {"end": "20270104"}}, {"end": "2027-01-04"}, {"schedule": {"end": "20270104"}}),
        ({"schedule": None}, {}, {"schedule": None}),
        ({"schedule": {}}, {}, {"schedule": {}}),
        ({"flags": {"text_only": None}}, {"flags__text_only": "unset"}, {"flags": {"text_only": None}}),
    ],
)  # fmt: skip
def test_an_empty_field_leaves_a_thing_out_or_takes_it_away_as_it_says(
    before: dict[str, Any], fields: dict[str, Any], after: dict[str, Any]
) -> None:
    assert typed_content(before, posted(section=["schedule", "senders", "caps", "flags"], **fields)) == after


def test_the_only_variant_that_is_sent_stays_on() -> None:
    assert turned_off(ONE, 0, 0) is None
    once = turned_off(TWO, 1, 0)
    assert once is not None
    assert [one.get("off") for one in steps_of(once)[1]["variants"]] == [True, None]
    assert turned_off(once, 1, 1) is None
    assert turned_off(TWO, 7, 0) is None


def test_what_was_typed_takes_the_place_of_its_section_and_of_nothing_else() -> None:
    content = {**TWO, "caps": {"daily": 5}, "senders": ["a@example.com"], "cc": ["b@example.com"]}
    made = typed_content(
        content,
        posted(section=["copy"], name="New", steps__0__0__subject="S", steps__0__0__body="One\r\nTwo",
               steps__0__wait="1", steps__0__unit="days", steps__0__1__html="<div>x</div>", steps__0__1__subject="",
               steps__0__1__off="on"),
    )  # fmt: skip
    assert made["name"] == "New"
    assert made["steps"] == [
        {
            "variants": [{"subject": "S", "body": "One\nTwo"}, {"subject": "", "html": "<div>x</div>", "off": True}],
            "wait_after": "1 day",
        }
    ]
    assert (made["caps"], made["senders"], made["cc"]) == ({"daily": 5}, ["a@example.com"], ["b@example.com"])


def test_schedule_senders_caps_and_switches_are_read() -> None:
    made = typed_content(
        {"name": "X", "schedule": {"zone": "Europe/Belgrade"}, "flags": {"text_only": True}},
        posted(section=["schedule", "senders", "caps", "flags"], windows__0__zone="America/Detroit",
               windows__0__opens="09:00", windows__0__closes="17:00", windows__0__days=["tue", "mon", "never"],
               start="2027-01-04", senders=["B@example.com", "a@example.com"], tags=["East"], caps__daily="20",
               caps__gap_minutes="ten", flags__stop_on_reply="on", flags__open_tracking="off",
               senders__others="remove", caps__random_minutes="", caps__random_minutes__none="on"),
    )  # fmt: skip
    assert made["schedule"] == {
        "start": "2027-01-04",
        "windows": [{"zone": "America/Detroit", "hours": "09:00-17:00", "days": ["mon", "tue"]}],
    }
    assert made["senders"] == {"addresses": ["a@example.com", "b@example.com"], "tags": ["East"]}
    assert made["caps"] == {"daily": 20, "gap_minutes": "ten", "random_minutes": None}
    assert made["flags"] == {"stop_on_reply": True, "open_tracking": False}


@given(st.text(max_size=200), st.text(max_size=80))
def test_whatever_is_typed_is_the_same_in_the_blueprint(body: str, subject: str) -> None:
    made = typed_content(ONE, posted(section=["copy"], steps__0__0__body=body, steps__0__0__subject=subject))
    (campaign,) = parse(text_of(made)).campaigns
    assert campaign.content.steps is not None
    assert campaign.content.steps[0].body == cleaned(body)
    assert "\x00" not in text_of(made)
