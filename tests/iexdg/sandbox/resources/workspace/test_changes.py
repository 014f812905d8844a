"""The workspace is renamed, scheduled for removal, and given a domain of its own; and what it subscribes to."""

from typing import Any

REMOVAL, DOMAIN = "/workspaces/current/schedule-for-removal", "/workspaces/current/whitelabel-domain"
HOUR = 3600


def test_a_new_name_is_shown_everywhere(vendor: Any) -> None:
    vendor.advance(60)
    changed = vendor.patch("/workspaces/current", {"name": "Renamed", "org_logo_url": "https://example.com/l.png"})
    assert vendor.get("/workspaces/current") == changed
    assert (changed["name"], changed["org_logo_url"]) == ("Renamed", "https://example.com/l.png")
    assert changed["timestamp_updated"] == "2026-11-23T15:01:00.000Z"
    assert vendor.get("/workspace-billing/plan-details")["organization_name"] == "Renamed"
    assert vendor.patch("/workspaces/current", {"org_logo_url": None})["name"] == "Renamed"
    assert vendor.http.patch("/workspaces/current", json={}).status_code == 400


def test_a_workspace_that_was_removed_has_no_keys(vendor: Any) -> None:
    assert vendor.post(REMOVAL, {})["scheduled_for_removal_at"] == "2026-11-24T15:00:00.000Z"
    vendor.advance(23 * HOUR)
    assert vendor.http.get("/campaigns").status_code == 200
    vendor.advance(HOUR)
    assert vendor.http.get("/campaigns").status_code == 401


def test_a_removal_can_be_cancelled(vendor: Any) -> None:
    vendor.post(REMOVAL, {})
    assert vendor.http.delete(REMOVAL).json()["scheduled_for_removal_at"] is None
    vendor.advance(48 * HOUR)
    assert vendor.http.get("/campaigns").status_code == 200


def test_a_domain_of_its_own_is_verified_after_a_while(vendor: Any) -> None:
    assert vendor.http.get(DOMAIN).status_code == 404
    assert vendor.post(DOMAIN, {"domain": "Agency.example.com"})["org_client_domain"] == "agency.example.com"
    waiting = vendor.get(DOMAIN)
    assert (waiting["verified"], waiting["name"]) == (False, "agency.example.com")
    assert [record["type"] for record in waiting["verification"]] == ["TXT"]
    vendor.advance(HOUR)
    assert vendor.get(DOMAIN) == {"verified": True, "name": "agency.example.com", "verification": []}
    assert vendor.http.delete(DOMAIN).json()["org_client_domain"] is None
    assert vendor.http.post(DOMAIN, json={"domain": "no domain"}).status_code == 400


def test_the_subscriptions_are_those_of_the_plan(vendor: Any) -> None:
    details, plan = vendor.get("/workspace-billing/subscription-details"), vendor.get("/workspace-billing/plan-details")
    parts = plan["subscriptions"]
    assert details["all_subs_cancelled"] is False
    names = ("product_id", "price_in_dollars", "current_period_end")
    assert [[one[name] for name in names] for one in details["subscriptions"]] == [
        [parts[kind][name] for name in names] for kind in ("outreach", "credits")
    ]
