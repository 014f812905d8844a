"""The audit log, its order, filters and pages; the workspace and its plan."""

from typing import Any


def test_the_audit_log_is_newest_first_and_pages_to_its_end(demo: Any) -> None:
    everything = demo.get("/audit-logs", limit=1000)["items"]
    assert [entry["timestamp"] for entry in everything] == sorted(
        (entry["timestamp"] for entry in everything), reverse=True
    )
    paged: list[Any] = []
    query: dict[str, Any] = {"limit": 3}
    while items := (answer := demo.get("/audit-logs", **query))["items"]:
        paged += items
        if "next_starting_after" not in answer:
            break
        query["starting_after"] = answer["next_starting_after"]
    assert paged == everything
    assert demo.http.get("/audit-logs", params={"limit": 1001}).status_code == 400


def test_the_audit_log_filters_by_activity_and_time(demo: Any) -> None:
    campaign = demo.named("05A Executive-Peer")
    demo.advance(60)
    demo.post(f"/campaigns/{campaign}/pause", {})
    pauses = demo.get("/audit-logs", activity_type=5, start_date="2026-11-23T15:00:30.000Z")["items"]
    assert [(entry["campaign_id"], entry["affected_count"]) for entry in pauses] == [(campaign, 1)]
    assert demo.get("/audit-logs", activity_type=5, end_date="2020-01-01")["items"] == []


def test_the_workspace_says_who_it_is(demo: Any) -> None:
    workspace = demo.get("/workspaces/current")
    plan = demo.get("/workspace-billing/plan-details")
    assert (workspace["name"], plan["organization_id"]) == ("IEXDG Demo", workspace["id"])
    assert plan["subscriptions"]["outreach"]["current_lead_count"] == 1107
