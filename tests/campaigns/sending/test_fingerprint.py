"""The fingerprint changes exactly when something that was approved changes, and the difference is described."""

import copy
from typing import Any

import pytest

from campaigns.mirror import sync
from campaigns.models import Campaign
from campaigns.sending.fingerprint import Difference, differences, fingerprint, parts_of
from iexdg.clients.instantly import campaigns as remote
from tests.contract.facts import operation


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
        (changed(["sequences", 0, "steps", 0, "delay"], 1), Difference("wait after step 1", "3 days", "1 day")),
        (changed(["sequences", 0, "steps"], []), Difference("step 1", "present", "removed")),
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


# -- everything that is mirrored ---------------------------------------------------------------------

# What is mirrored and an approval is deliberately not bound to, each with its reason.
NOT_BOUND = {
    "name": "a label inside Instantly; no reader sees it, and it decides nothing about who gets what",
    "custom_variables": "names that its leads have: loading leads adds some, and the preflight checks the copy against"
    " them at every decision",
}
# A value of another kind than a switch, for each flag that is not one.
ANOTHER_VALUE: dict[str, Any] = {
    "email_gap": 11,
    "random_wait_max": 12,
    "email_tag_list": ["a"],
    "cc_list": ["boss@peers.example.com"],
    "bcc_list": ["crm@peers.example.com"],
    "limit_emails_per_company_override": {"mode": "disabled"},
    "auto_variant_select": {"trigger": "click_rate"},
    "provider_routing_rules": [{"action": "send"}],
}
CHANGED_FIELD: dict[str, Any] = {
    "schedule": {"schedules": []},
    "sequences": [{"steps": []}],
    "senders": ["other@peers.example.com"],
    "daily_limit": 21,
    "daily_max_leads": 5,
}


def mirrored() -> dict[str, Any]:
    """Everything that the sync stores of a campaign, which an approval could be bound to."""
    return sync._mirror_of(remote.Campaign.model_validate({"id": "r-1", "name": "05A"}))


@pytest.mark.parametrize("flag", sorted(mirrored()["flags"]))
def test_every_flag_that_is_mirrored_is_bound_and_its_change_has_a_name(flag: str) -> None:
    assert flag not in NOT_BOUND
    value = ANOTHER_VALUE.get(flag, True)
    before, after = parts_of(campaign(flags={})), parts_of(campaign(flags={flag: value}))

    assert fingerprint(before) != fingerprint(after)
    (found,) = differences(before, after)
    assert found.what != "something"
    assert differences(after, before)[0].what == found.what
    if flag not in ANOTHER_VALUE:
        assert (found.before, found.after) == ("off", "on")


def test_everything_that_is_mirrored_is_bound_or_deliberately_is_not() -> None:
    assert set(mirrored()) == {"flags"} | set(CHANGED_FIELD) | set(NOT_BOUND)


# What can be written to a campaign at Instantly and is not even mirrored, each with its reason.
NOT_MIRRORED = {
    "owned_by": "who owns it inside Instantly; its senders, copy and readers stay the same",
    "pl_value": "what a positive lead is worth in Instantly's reports",
}
MIRRORED_AS = {"schedule": "campaign_schedule", "senders": "email_list"}


def test_everything_that_can_be_changed_at_instantly_is_mirrored_or_deliberately_is_not() -> None:
    writable = set(operation("PATCH", "/api/v2/campaigns/{id}")["body"]["fields"])
    fields = mirrored()
    names = {MIRRORED_AS.get(name, name) for name in fields} | set(fields["flags"])
    assert writable - names == set(NOT_MIRRORED)


@pytest.mark.parametrize("name", sorted(CHANGED_FIELD))
def test_every_field_that_is_mirrored_is_bound(name: str) -> None:
    assert of(campaign(**{name: CHANGED_FIELD[name]})) != of(campaign())


@pytest.mark.parametrize("name", sorted(NOT_BOUND))
def test_what_is_deliberately_not_bound_changes_nothing(name: str) -> None:
    assert of(campaign(**{name: ["other"] if name == "custom_variables" else "other"})) == of(campaign())
