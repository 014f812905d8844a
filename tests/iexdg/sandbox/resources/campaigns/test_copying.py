"""Campaigns beside running them: copies, sharing, variables, whom one is found by, and deletion."""

from collections.abc import Callable
from typing import Any

UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"


def test_a_duplicate_is_a_draft_with_the_same_settings_and_without_leads(vendor: Any) -> None:
    original = vendor.campaign("Trial", steps=2, daily_limit=7)
    vendor.add(original, "ana@alder.example.com")
    vendor.post(f"/campaigns/{original}/activate", {})
    copy = vendor.post(f"/campaigns/{original}/duplicate", {})
    assert (copy["name"], copy["status"], copy["daily_limit"]) == ("Trial (copy)", 0, 7)
    assert copy["sequences"] == vendor.get(f"/campaigns/{original}")["sequences"]
    assert vendor.totals(copy["id"])["leads_count"] == 0
    assert vendor.post(f"/campaigns/{original}/duplicate", {"name": "Other"})["name"] == "Other"


def test_a_change_of_the_copy_leaves_the_original_alone(vendor: Any) -> None:
    original = vendor.campaign()
    copy = vendor.post(f"/campaigns/{original}/duplicate", {})["id"]
    vendor.app.world.campaigns[copy]["fields"]["email_list"].append("more@peers.example.com")
    assert len(vendor.get(f"/campaigns/{original}")["email_list"]) == 3


def test_a_campaign_can_be_made_from_a_shared_one_for_seven_days(vendor: Any) -> None:
    original = vendor.campaign("Trial", daily_limit=7)
    refused = vendor.http.post(f"/campaigns/{original}/from-export")
    assert (refused.status_code, set(refused.json())) == (403, {"message"})
    shared = vendor.http.post(f"/campaigns/{original}/share")
    assert (shared.status_code, shared.content) == (204, b"")
    made = vendor.post(f"/campaigns/{original}/from-export", {})
    assert (made["name"], made["status"], made["daily_limit"], made["email_list"]) == ("Trial", 0, 7, [])
    assert made["id"] != original
    vendor.advance(7 * 86_400)
    assert vendor.http.post(f"/campaigns/{original}/from-export").status_code == 403


def test_an_export_is_the_campaign_itself(vendor: Any) -> None:
    campaign = vendor.campaign()
    assert vendor.post(f"/campaigns/{campaign}/export", {}) == vendor.get(f"/campaigns/{campaign}")


def test_variables_are_added_to_those_that_leads_have_brought(vendor: Any) -> None:
    campaign = vendor.campaign()
    vendor.post("/leads", {"campaign": campaign, "email": "a@alder.example.com", "custom_variables": {"segment": "n"}})
    shown = vendor.post(f"/campaigns/{campaign}/variables", {"variables": ["segment", "region"]})
    assert shown["custom_variables"] == {"segment": "", "region": ""}
    assert vendor.http.post(f"/campaigns/{campaign}/variables", json={}).status_code == 400


def test_campaigns_are_found_by_the_whole_address_of_a_lead(vendor: Any) -> None:
    one, two = vendor.campaign("B"), vendor.campaign("A")
    vendor.campaign("C")
    for campaign in (one, two):
        vendor.add(campaign, "ana@alder.example.com")

    def found(**query: Any) -> list[str]:
        return [item["id"] for item in vendor.get("/campaigns/search-by-contact", **query)["items"]]

    assert found(search="ANA@alder.example.com") == [one, two]
    assert found(search="ana@alder.example.com", sort_order="desc") == [two, one]
    assert found(search="ana@alder.example.com", sort_column="name") == [two, one]
    assert found(search="ana") == found() == []


def test_launched_campaigns_are_those_that_send(demo: Any) -> None:
    statuses = [item["status"] for item in demo.get("/campaigns", limit=100)["items"]]
    assert demo.get("/campaigns/count-launched") == {"count": statuses.count(1) + statuses.count(4)}


def test_a_deleted_campaign_is_gone_with_its_leads_and_stands_in_the_audit_log(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(list_lag_s=0)
    gone, kept = vendor.campaign("Gone"), vendor.campaign("Kept")
    for campaign in (gone, kept):
        vendor.add(campaign, "ana@alder.example.com")
    vendor.post(f"/campaigns/{gone}/activate", {})
    shown = vendor.get(f"/campaigns/{gone}")
    answer = vendor.http.delete(f"/campaigns/{gone}")
    assert (answer.status_code, answer.json()) == (200, shown)
    vendor.advance(3600)
    assert vendor.http.get(f"/campaigns/{gone}").status_code == 404
    assert [lead["campaign"] for lead in vendor.post("/leads/list", {})["items"]] == [kept]
    assert [item["campaign_id"] for item in vendor.get("/campaigns/analytics")] == [kept]
    assert [entry["campaign_id"] for entry in vendor.get("/audit-logs", activity_type=3)["items"]] == [gone]


def test_an_unknown_campaign_is_not_found_by_any_of_them(vendor: Any) -> None:
    for action in ("duplicate", "share", "export", "from-export"):
        assert vendor.http.post(f"/campaigns/{UNKNOWN}/{action}", json={}).status_code == 404
    assert vendor.http.post(f"/campaigns/{UNKNOWN}/variables", json={"variables": []}).status_code == 404
    assert vendor.http.delete(f"/campaigns/{UNKNOWN}").status_code == 404
