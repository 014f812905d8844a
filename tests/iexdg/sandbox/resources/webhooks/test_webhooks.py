"""Webhooks as records: what they subscribe to, how they are found, changed and deleted."""

from typing import Any

import pytest

BODY = {"target_hook_url": "https://hooks.example.com/a", "event_type": "reply_received"}


def test_a_webhook_keeps_what_it_was_given_and_starts_enabled(vendor: Any) -> None:
    made = vendor.post("/webhooks", BODY | {"headers": {"X-A": "b"}, "name": "Desk"})
    assert made == vendor.get(f"/webhooks/{made['id']}")
    assert (made["status"], made["timestamp_error"], made["campaign"]) == (1, None, None)
    assert (made["headers"], made["name"]) == ({"X-A": "b"}, "Desk")
    (entry,) = vendor.get("/audit-logs", activity_type=18)["items"]
    assert entry["webhook_id"] == made["id"]


@pytest.mark.parametrize(
    "change",
    [
        {"event_type": None},
        {"event_type": "unknown"},
        {"target_hook_url": "ftp://hooks.example.com"},
        {"campaign": "0199aaaa-0000-7000-8000-000000000000"},
        {"status": 1},
    ],
)
def test_a_webhook_that_could_get_nothing_is_refused(vendor: Any, change: dict[str, Any]) -> None:
    assert vendor.http.post("/webhooks", json=BODY | change).status_code == 400
    assert vendor.get("/webhooks")["items"] == []


def test_a_custom_label_takes_the_place_of_the_event_type(vendor: Any) -> None:
    made = vendor.post("/webhooks", BODY | {"custom_interest_value": 12})
    assert "event_type" not in made
    assert made["custom_interest_value"] == 12


def test_the_list_is_filtered_and_paged(vendor: Any) -> None:
    campaign = vendor.campaign()
    ids = [
        vendor.post("/webhooks", BODY | more)["id"]
        for more in ({}, {"campaign": campaign}, {"event_type": "email_sent"})
    ]
    assert [one["id"] for one in vendor.get("/webhooks", campaign=campaign)["items"]] == [ids[1]]
    assert [one["id"] for one in vendor.get("/webhooks", event_type="email_sent")["items"]] == [ids[2]]
    first = vendor.get("/webhooks", limit=2)
    rest = vendor.get("/webhooks", limit=2, starting_after=first["next_starting_after"])
    assert [one["id"] for one in first["items"] + rest["items"]] == ids
    assert vendor.get("/webhooks", starting_after="nonsense") == {"items": []}


def test_a_change_is_written_to_the_audit_log_and_a_deletion_answers_with_what_is_gone(vendor: Any) -> None:
    made = vendor.post("/webhooks", BODY)
    changed = vendor.patch(f"/webhooks/{made['id']}", {"event_type": "all_events", "headers": None})
    assert (changed["event_type"], changed["headers"]) == ("all_events", None)
    assert len(vendor.get("/audit-logs", activity_type=19)["items"]) == 1
    assert vendor.http.delete(f"/webhooks/{made['id']}").json() == changed
    assert vendor.http.get(f"/webhooks/{made['id']}").status_code == 404


def test_every_event_type_can_be_subscribed_to(vendor: Any) -> None:
    types = [one["id"] for one in vendor.get("/webhooks/event-types")["event_types"]]
    assert len(types) == 19
    assert [vendor.http.post("/webhooks", json=BODY | {"event_type": one}).status_code for one in types] == [200] * 19


def test_the_demo_has_a_webhook_that_works_and_one_that_fails(demo: Any) -> None:
    shown = {one["name"]: one["status"] for one in demo.get("/webhooks")["items"]}
    assert shown["CRM"] == 1
    assert "Old desk" in shown
    assert {event["success"] for event in demo.get("/webhook-events", limit=100)["items"]} == {True, False}
