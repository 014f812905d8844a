"""What the editor does with a draft's content, and that what was typed comes back as it was."""

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from iexdg.blueprints.drafts.content import changed, cleaned, steps_of, text_of, turned_off, windows_of
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


def test_a_window_is_added_with_the_zone_of_the_one_before_and_removed() -> None:
    content = {"name": "W", "schedule": {"zone": "Europe/Belgrade", "hours": "09:00-17:00", "days": "weekdays"}}
    made = changed(content, "add-window")
    assert made is not None
    assert [one["zone"] for one in windows_of(made[0])] == ["Europe/Belgrade", "Europe/Belgrade"]
    again = changed(made[0], "remove-window:1")
    assert again is not None
    assert windows_of(again[0]) == windows_of(content)


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
               caps__gap_minutes="ten", flags__stop_on_reply="on", flags__open_tracking="off"),
    )  # fmt: skip
    assert made["schedule"] == {
        "start": "2027-01-04",
        "end": None,
        "windows": [{"zone": "America/Detroit", "hours": "09:00-17:00", "days": ["mon", "tue"]}],
    }
    assert made["senders"] == {"addresses": ["a@example.com", "b@example.com"], "tags": ["East"]}
    assert made["caps"] == {"daily": 20, "new_leads_daily": None, "gap_minutes": "ten", "random_minutes": None}
    assert made["flags"] == {"stop_on_reply": True, "open_tracking": False}


@given(st.text(max_size=200), st.text(max_size=80))
def test_whatever_is_typed_is_the_same_in_the_blueprint(body: str, subject: str) -> None:
    made = typed_content(ONE, posted(section=["copy"], steps__0__0__body=body, steps__0__0__subject=subject))
    (campaign,) = parse(text_of(made)).campaigns
    assert campaign.content.steps is not None
    assert campaign.content.steps[0].body == cleaned(body)
    assert "\x00" not in text_of(made)
