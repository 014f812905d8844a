"""Creating, changing, starting and stopping campaigns."""

from collections.abc import Callable
from typing import Any

import pytest

from iexdg.sandbox.vendor.facts import request_of

WINDOW = {
    "name": "Hours",
    "timing": {"from": "09:00", "to": "17:00"},
    "days": {"1": True},
    "timezone": "America/Detroit",
}


def _schedule(**changes: Any) -> dict[str, Any]:
    return {"schedules": [WINDOW | changes]}


def test_a_new_campaign_is_a_draft_and_echoes_what_was_sent(vendor: Any) -> None:
    made = vendor.post("/campaigns", {"name": "Spring", "campaign_schedule": _schedule(), "daily_limit": 20})
    assert (made["status"], made["name"], made["daily_limit"]) == (0, "Spring", 20)
    assert made["campaign_schedule"] == {"start_date": None, "end_date": None, "schedules": [WINDOW]}
    assert vendor.get(f"/campaigns/{made['id']}") == made


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"campaign_schedule": _schedule()}, "body must have required property 'name'"),
        ({"name": "X"}, "body must have required property 'campaign_schedule'"),
        ({"name": {"text": "X"}, "campaign_schedule": _schedule()}, "body/name must be string"),
        ({"name": "X", "campaign_schedule": _schedule(), "status": 1}, "body must NOT have additional properties"),
        (
            {"name": "X", "campaign_schedule": _schedule(timezone="America/New_York")},
            "body/campaign_schedule/schedules/0/timezone must be equal to one of the allowed values",
        ),
        (
            {"name": "X", "campaign_schedule": {"schedules": []}},
            "body/campaign_schedule/schedules must NOT have fewer than 1 items",
        ),
        (
            {"name": "X", "campaign_schedule": _schedule(timing={"from": "9:00", "to": "17:00"})},
            'body/campaign_schedule/schedules/0/timing/from must match pattern "^([01][0-9]|2[0-3]):([0-5][0-9])$"',
        ),
        (
            {"name": "X", "campaign_schedule": _schedule() | {"start_date": ""}},
            'body/campaign_schedule/start_date must match format "date"',
        ),
        (
            {"name": "X", "campaign_schedule": _schedule(), "daily_max_leads": -1},
            "body/daily_max_leads must be >= 0",
        ),
    ],
)
def test_a_wrong_campaign_is_refused_in_the_words_of_ajv(vendor: Any, body: Any, message: str) -> None:
    answer = vendor.http.post("/campaigns", json=body)
    assert (answer.status_code, answer.json()) == (
        400,
        {"statusCode": 400, "error": "Bad Request", "message": message},
    )
    assert vendor.get("/campaigns") == {"items": []}


def test_there_are_102_time_zones_and_detroit_is_one(vendor: Any) -> None:
    window = request_of("POST", "/campaigns").body["properties"]["campaign_schedule"]["properties"]["schedules"][
        "items"
    ]
    zones = set(window["properties"]["timezone"]["enum"])
    assert len(zones) == 102
    assert {"America/Detroit", "Etc/GMT+12"} <= zones
    assert not {"America/New_York", "UTC", "Etc/GMT+5"} & zones
    for zone in ("Africa/Abidjan", "Etc/GMT-13"):
        vendor.post("/campaigns", {"name": zone, "campaign_schedule": _schedule(timezone=zone)})


def test_a_patch_replaces_the_sender_list_and_leaves_the_rest(vendor: Any) -> None:
    campaign = vendor.campaign(daily_limit=20)
    changed = vendor.patch(f"/campaigns/{campaign}", {"email_list": ["new@peers.example.com"]})
    assert changed["email_list"] == ["new@peers.example.com"]
    assert (changed["daily_limit"], changed["name"]) == (20, "Trial")


def test_an_empty_patch_and_a_read_only_key_are_refused(vendor: Any) -> None:
    path = f"/campaigns/{vendor.campaign()}"
    assert vendor.http.patch(path, json={}).json()["message"] == "body must NOT have fewer than 1 properties"
    refused = vendor.http.patch(path, json={"ai_sdr_id": None})
    assert refused.json()["message"] == "body must NOT have additional properties"


def test_bodies_are_stored_as_the_sanitizer_leaves_them(vendor: Any) -> None:
    bodies = ["<div>Hi</div><div><br></div><div>A &amp; B</div>", "Hi<br>\nthere", "<div>one\ntwo</div>bare"]
    variants = [{"subject": "S", "body": body} for body in bodies]
    steps = [{"type": "email", "delay": 1, "variants": variants}]
    stored = vendor.patch(f"/campaigns/{vendor.campaign()}", {"sequences": [{"steps": steps}]})
    assert [variant["body"] for variant in stored["sequences"][0]["steps"][0]["variants"]] == [
        "<div>Hi</div><div><br></div><div>A &amp; B</div>",
        "",
        "<div>onetwo</div>",
    ]


def test_pausing_reads_back_as_2_from_every_status(vendor: Any) -> None:
    campaign = vendor.campaign()
    for status in (0, 1, 3, 4, -1, -2):
        vendor.control("POST", f"campaigns/{campaign}/status", {"status": status})
        assert vendor.post(f"/campaigns/{campaign}/pause", {})["status"] == 2
        assert vendor.status(campaign) == 2


def test_activating_without_leads_is_active_first_and_completed_at_the_next_tick(vendor: Any) -> None:
    campaign = vendor.campaign()
    assert vendor.post(f"/campaigns/{campaign}/activate", {})["status"] == 1
    assert vendor.status(campaign) == 1
    vendor.advance(121)
    assert vendor.status(campaign) == 3


def test_activating_with_only_broken_senders_reads_back_as_minus_1(vendor: Any) -> None:
    campaign = vendor.campaign(email_list=["exec@peers.example.com"])
    vendor.control("POST", "settings", {"accounts": {"exec@peers.example.com": -1}})
    assert vendor.post(f"/campaigns/{campaign}/activate", {})["status"] == -1


def test_activating_without_senders_answers_1_and_sends_nothing(vendor: Any) -> None:
    campaign = vendor.campaign(email_list=[])
    vendor.add(campaign, "ana@alder.example.com")
    assert vendor.post(f"/campaigns/{campaign}/activate", {})["status"] == 1
    vendor.advance(3600)
    status = vendor.get(f"/campaigns/{campaign}/sending-status")
    assert (status["summary"]["status"], vendor.totals(campaign)["emails_sent_count"]) == ("no_accounts_available", 0)


def test_a_full_page_carries_a_cursor_even_when_it_is_the_last(vendor: Any) -> None:
    made = [vendor.campaign(f"Campaign {number}") for number in range(4)]
    first = vendor.get("/campaigns", limit=2)
    second = vendor.get("/campaigns", limit=2, starting_after=first["next_starting_after"])
    third = vendor.get("/campaigns", limit=2, starting_after=second["next_starting_after"])
    assert [item["id"] for item in first["items"] + second["items"]] == made
    assert third == {"items": []}


def test_a_page_has_ten_unless_asked_otherwise_and_never_more_than_a_hundred(vendor: Any) -> None:
    for number in range(11):
        vendor.campaign(f"Campaign {number}")
    assert len(vendor.get("/campaigns")["items"]) == 10
    assert vendor.http.get("/campaigns", params={"limit": 101}).json()["message"] == "querystring/limit must be <= 100"
    assert vendor.http.get("/campaigns", params={"limit": "x"}).json()["message"] == "querystring/limit must be integer"


def test_the_list_filters_by_status_and_name(demo: Any) -> None:
    assert [item["name"] for item in demo.get("/campaigns", status=3)["items"]] == ["04 Alumni spring"]
    assert "04 Alumni spring" not in [item["name"] for item in demo.get("/campaigns", exclude_status=3)["items"]]
    assert [item["name"] for item in demo.get("/campaigns", search="05b")["items"]] == ["05B Partnerships"]


@pytest.mark.parametrize(("autoflip", "before", "after"), [({3}, 3, 1), ({3}, 2, 2), ({2, 3}, 2, 1), ({3}, 0, 0)])
def test_leads_flip_only_the_statuses_that_flip(
    make_vendor: Callable[..., Any], autoflip: set[int], before: int, after: int
) -> None:
    vendor = make_vendor(autoflip=frozenset(autoflip))
    campaign = vendor.campaign()
    vendor.control("POST", f"campaigns/{campaign}/status", {"status": before})
    vendor.add(campaign, "ana@alder.example.com")
    assert vendor.status(campaign) == after


def test_one_lead_by_post_leads_flips_too_and_the_audit_log_knows_no_launch(vendor: Any) -> None:
    campaign = vendor.campaign()
    vendor.control("POST", f"campaigns/{campaign}/status", {"status": 3})
    vendor.post("/leads", {"campaign": campaign, "email": "ana@alder.example.com"})
    assert vendor.status(campaign) == 1
    entries = vendor.get("/audit-logs")["items"]
    assert [entry["activity_type"] for entry in entries] == [9]


@pytest.mark.parametrize(
    "schedule",
    [_schedule(days={"1": False}), _schedule() | {"end_date": "2026-11-20"}],
)
def test_nothing_flips_without_a_live_schedule(vendor: Any, schedule: Any) -> None:
    campaign = vendor.campaign(campaign_schedule=schedule)
    vendor.control("POST", f"campaigns/{campaign}/status", {"status": 3})
    vendor.add(campaign, "ana@alder.example.com")
    assert vendor.status(campaign) == 3


def test_a_load_that_takes_nobody_flips_nothing(vendor: Any) -> None:
    campaign = vendor.campaign()
    vendor.control("POST", f"campaigns/{campaign}/status", {"status": 3})
    vendor.add(campaign, "not an address")
    assert vendor.status(campaign) == 3


def test_a_flip_paused_within_two_minutes_has_sent_nothing(demo: Any) -> None:
    campaign = demo.named("04 Alumni spring")
    sent = demo.totals(campaign)["emails_sent_count"]
    demo.add(campaign, "ana@alder.example.com")
    assert demo.status(campaign) == 1
    demo.advance(110)
    demo.post(f"/campaigns/{campaign}/pause", {})
    demo.advance(86_400)
    assert (demo.status(campaign), demo.totals(campaign)["emails_sent_count"]) == (2, sent)
