"""The fingerprint changes exactly when something that was signed off changes, and the difference is said in words."""

import copy
from typing import Any

import pytest

from campaigns.models import Campaign
from campaigns.sending.fingerprint import Difference, differences, fingerprint, parts_of


def campaign(**changes: Any) -> Campaign:
    fields: dict[str, Any] = {
        "name": "05A",
        "schedule": {
            "start_date": None,
            "end_date": "",
            "schedules": [
                {
                    "name": "Office",
                    "timing": {"from": "09:00", "to": "17:00"},
                    "days": {"1": True, "2": True, "6": False},
                    "timezone": "America/Detroit",
                }
            ],
        },
        "sequences": [
            {
                "steps": [
                    {
                        "type": "email",
                        "delay": 3,
                        "variants": [{"subject": "Hello", "body": "<div>Hi</div>"}],
                    }
                ]
            }
        ],
        "senders": ["exec@peers.example.com", "peer@peers.example.com"],
        "flags": {"stop_on_reply": True, "open_tracking": None, "email_gap": 10},
        "daily_limit": 20,
        "daily_max_leads": None,
    }
    return Campaign(**(copy.deepcopy(fields) | changes))


def changed(path: list[Any], value: Any) -> Campaign:
    """The campaign with one thing below `sequences` or `schedule` replaced."""
    it = campaign()
    target: Any = getattr(it, path[0])
    for key in path[1:-1]:
        target = target[key]
    target[path[-1]] = value
    return it


def seldom(**flags: Any) -> Campaign:
    """The campaign with something set that is rarely set."""
    return campaign(flags=campaign().flags | flags)


def of(it: Campaign) -> str:
    return fingerprint(parts_of(it))


def test_it_is_the_same_for_what_means_the_same() -> None:
    same = [
        campaign(senders=["PEER@peers.example.com ", "exec@peers.example.com"]),
        campaign(flags={"stop_on_reply": True, "open_tracking": False, "email_gap": 10}),
        seldom(email_tag_list=[], cc_list=None, auto_variant_select=None),
        campaign(name="another name", leads_count=7, remote_status=1, sent=99),
        changed(["schedule", "schedules", 0, "days"], {"1": True, "2": True}),
        changed(["sequences", 0, "steps", 0, "delay_unit"], "days"),
    ]
    assert {of(it) for it in same} == {of(campaign())}


@pytest.mark.parametrize(
    ("it", "difference"),
    [
        (campaign(daily_limit=25), Difference("daily cap", "20", "25")),
        (campaign(daily_limit=None), Difference("daily cap", "20", "not set")),
        (campaign(senders=["exec@peers.example.com"]), Difference("sender", "peer@peers.example.com", "removed")),
        (
            campaign(flags={"stop_on_reply": False, "email_gap": 10}),
            Difference("stop on reply", "on", "off"),
        ),
        (
            campaign(flags={"stop_on_reply": True, "email_gap": 5}),
            Difference("minutes between e-mails", "10", "5"),
        ),
        (
            changed(["schedule", "schedules", 0, "timing"], {"from": "08:00", "to": "17:00"}),
            Difference("sending hours", "Mon, Tue 09:00–17:00 America/Detroit", "Mon, Tue 08:00–17:00 America/Detroit"),
        ),
        (changed(["schedule", "end_date"], "2026-12-24"), Difference("last day", "none", "2026-12-24")),
        (
            changed(["sequences", 0, "steps", 0, "variants", 0, "subject"], "Bye"),
            Difference("step 1 variant A, subject", "Hello", "Bye"),
        ),
        (
            changed(["sequences", 0, "steps", 0, "variants", 0, "body"], "<div>Ho</div>"),
            Difference("step 1 variant A, body", "<div>Hi</div>", "<div>Ho</div>"),
        ),
        (
            changed(["sequences", 0, "steps", 0, "variants", 0, "v_disabled"], True),
            Difference("step 1 variant A", "on", "off"),
        ),
        (changed(["sequences", 0, "steps", 0, "delay"], 1), Difference("wait after step 1", "3 days", "1 days")),
        (changed(["sequences", 0, "steps"], []), Difference("step 1", "there", "removed")),
        (seldom(email_tag_list=["b", "a"]), Difference("senders by tag", "not set", "a, b")),
        (seldom(cc_list=["boss@peers.example.com"]), Difference("copies (cc)", "not set", "boss@peers.example.com")),
        (
            seldom(bcc_list=["crm@peers.example.com"]),
            Difference("blind copies (bcc)", "not set", "crm@peers.example.com"),
        ),
        (
            seldom(limit_emails_per_company_override={"mode": "disabled"}),
            Difference("e-mails per company", "not set", "mode: disabled"),
        ),
        (
            seldom(auto_variant_select={"trigger": "click_rate"}),
            Difference("variant chosen by", "not set", "trigger: click_rate"),
        ),
        (
            seldom(provider_routing_rules=[{"action": "send", "sender_esp": ["google"]}]),
            Difference("senders by provider", "not set", "action: send, sender_esp: google"),
        ),
    ],
)
def test_every_change_is_found_and_named(it: Campaign, difference: Difference) -> None:
    old, new = parts_of(campaign()), parts_of(it)
    assert fingerprint(old) != fingerprint(new)
    assert differences(old, new) == [difference]


def test_nothing_differs_from_itself() -> None:
    assert differences(parts_of(campaign()), parts_of(campaign())) == []


def test_a_long_body_is_cut_around_the_change() -> None:
    old = campaign(sequences=[{"steps": [{"delay": 1, "variants": [{"subject": "", "body": "a" * 500 + "old"}]}]}])
    new = campaign(sequences=[{"steps": [{"delay": 1, "variants": [{"subject": "", "body": "a" * 500 + "new"}]}]}])
    (found,) = differences(parts_of(old), parts_of(new))
    assert (found.before, found.after) == (f"…{'a' * 20}old", f"…{'a' * 20}new")


def test_only_the_first_sequence_counts() -> None:
    assert of(campaign()) == of(campaign(sequences=[*campaign().sequences, {"steps": []}]))


def test_an_approval_given_by_an_earlier_release_still_stands() -> None:
    # The digest was computed before `campaigns.copy.sequence` read the steps; another one would void every approval.
    steps: list[Any] = [
        {
            "type": "email",
            "delay": 3,
            "delay_unit": "days",
            "variants": [
                {"subject": "Hello {{firstName}}", "body": "<div>Hi — “you”</div>"},
                {"subject": "Hallo", "body": "<div>Grüße</div>", "v_disabled": True},
                {"subject": None, "body": None, "v_disabled": None},
            ],
        },
        {
            "type": "email",
            "delay": 36,
            "delay_unit": "hours",
            "variants": [{"subject": "", "body": "<div>Again</div>", "v_disabled": False}],
        },
        {
            "type": "email",
            "delay": 1.5,
            "variants": [{"body": '<div><a href="https://example.com/x">pick a time</a></div>'}],
        },
        {"type": "email", "delay": 0, "delay_unit": None, "variants": []},
        {"type": "email"},
        {"type": "email", "delay": None, "variants": None},
        "no step",
        None,
        {
            "delay": "7",
            "delay_unit": "minutes",
            "variants": ["no variant", {"subject": "last", "body": "<div>Bye</div>"}],
        },
    ]
    ignored = {"steps": [{"delay": 1, "variants": [{"subject": "never", "body": "sent"}]}]}
    it = campaign(
        sequences=[{"steps": steps}, ignored],
        schedule=campaign().schedule | {"start_date": "2026-11-23", "end_date": None},
        senders=["b@peers.example.com", "A@peers.example.com "],
        flags=campaign().flags | {"cc_list": ["b@peers.example.com", "a@peers.example.com"]},
    )
    assert of(it) == "65eded4ae16568044132ed9959d5165ea71fc93c95df69bfcad0946d1b1a17f8"
