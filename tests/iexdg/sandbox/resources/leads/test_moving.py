"""Many leads at once: a job moves them, a deletion takes those it says, users that they are assigned to take turns."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.iexdg.sandbox.resources.leads.test_leads import new_list

USERS = ["0199aaaa-0000-7000-8000-0000000000aa", "0199aaaa-0000-7000-8000-0000000000ab"]
UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"


@pytest.fixture
def vendor(make_vendor: Callable[..., Any]) -> Any:
    return make_vendor(list_lag_s=0)


def emails(vendor: Any, **body: Any) -> list[str]:
    found = vendor.post("/leads/list", body | {"limit": 100})["items"]
    return [lead["email"].partition("@")[0] for lead in found]


def filled(vendor: Any, name: str = "Source", *names: str) -> str:
    campaign = str(vendor.campaign(name))
    vendor.add(campaign, *(f"{one}@alder.example.com" for one in names or ("ana", "ben", "cleo")))
    return campaign


def moved(vendor: Any, **body: Any) -> Any:
    job = vendor.post("/leads/move", body)
    vendor.advance(5)
    return vendor.get(f"/background-jobs/{job['id']}")


def test_a_moved_lead_is_where_it_went_once_the_job_has_ended(vendor: Any) -> None:
    source, target = filled(vendor), vendor.campaign("Target")
    job = vendor.post(
        "/leads/move", {"campaign": source, "to_campaign_id": target, "contacts": ["ben@alder.example.com"]}
    )
    assert (job["status"], job["entity_type"], job["entity_id"]) == ("pending", "campaign", target)
    vendor.advance(4)
    assert emails(vendor, campaign=source) == ["ana", "ben", "cleo"]
    vendor.advance(1)
    assert (emails(vendor, campaign=source), emails(vendor, campaign=target)) == (["ana", "cleo"], ["ben"])
    data = vendor.get(f"/background-jobs/{job['id']}")["data"]
    assert data["moved_lead_emails"] == ["ben@alder.example.com"]
    assert (data["success_count"], data["failed_count"], data["total_to_process"]) == (1, 0, 1)
    assert (vendor.totals(source)["leads_count"], vendor.totals(target)["leads_count"]) == (2, 1)
    (entry,) = vendor.get("/audit-logs", activity_type=8)["items"]
    assert (entry["campaign_id"], entry["affected_count"]) == (target, 1)


def test_leads_go_from_a_campaign_to_a_list_and_back_and_pages_stay_in_order(vendor: Any) -> None:
    source, made = filled(vendor), new_list(vendor)
    moved(vendor, campaign=source, to_list_id=made)
    vendor.add(source, "later@alder.example.com")
    assert (emails(vendor, list_id=made), emails(vendor, campaign=source)) == (["ana", "ben", "cleo"], ["later"])
    moved(vendor, list_id=made, to_campaign_id=source)
    assert emails(vendor, list_id=made) == []
    seen, body = list[str](), {"campaign": source, "limit": 1}
    while items := (page := vendor.post("/leads/list", body))["items"]:
        seen += [items[0]["email"]]
        body["starting_after"] = page["next_starting_after"]
    assert [email.partition("@")[0] for email in seen] == ["ana", "ben", "cleo", "later"]


def test_a_move_into_a_completed_campaign_flips_it_when_the_job_ends_without_a_launch(vendor: Any) -> None:
    source, target = filled(vendor), vendor.campaign("Target")
    vendor.control("POST", f"campaigns/{target}/status", {"status": 3})
    vendor.post("/leads/move", {"campaign": source, "to_campaign_id": target})
    assert vendor.status(target) == 3
    vendor.advance(5)
    assert vendor.status(target) == 1
    assert vendor.get("/audit-logs", activity_type=4)["items"] == []


@pytest.mark.parametrize("status", [0, 2])
def test_a_move_into_a_draft_or_a_paused_campaign_flips_nothing(vendor: Any, status: int) -> None:
    source, target = filled(vendor), vendor.campaign("Target")
    vendor.control("POST", f"campaigns/{target}/status", {"status": status})
    moved(vendor, campaign=source, to_campaign_id=target)
    assert vendor.status(target) == status


def test_who_was_written_to_begins_anew_and_gets_nothing_more_from_where_they_were(vendor: Any) -> None:
    source, target = vendor.campaign("Source", steps=3), vendor.campaign("Target", steps=1)
    vendor.add(source, "ana@alder.example.com")
    vendor.post(f"/campaigns/{source}/activate", {})
    vendor.advance(3600)
    (lead,) = vendor.post("/leads/list", {"campaign": source})["items"]
    assert lead["timestamp_last_contact"] is not None
    moved(vendor, campaign=source, to_campaign_id=target)
    fresh = vendor.get(f"/leads/{lead['id']}")
    assert (fresh["campaign"], fresh["status"], fresh["timestamp_last_contact"]) == (target, 1, None)
    vendor.post(f"/campaigns/{target}/activate", {})
    vendor.advance(10 * 24 * 3600)
    sent = [vendor.totals(campaign)["emails_sent_count"] for campaign in (source, target)]
    assert sent == [1, 1]


def test_a_bounced_lead_stays_bounced(vendor: Any) -> None:
    source, target = filled(vendor), vendor.campaign("Target")
    vendor.control("POST", "events", {"kind": "bounce", "campaign_id": source, "email": "ana@alder.example.com"})
    moved(vendor, campaign=source, to_campaign_id=target)
    assert [lead["status"] for lead in vendor.post("/leads/list", {"campaign": target})["items"]] == [-1, 1, 1]


def test_a_copy_leaves_the_lead_where_it_is(vendor: Any) -> None:
    source, target = filled(vendor), vendor.campaign("Target")
    moved(vendor, campaign=source, to_campaign_id=target, copy_leads=True, assigned_to=USERS[0])
    assert emails(vendor, campaign=source) == emails(vendor, campaign=target) == ["ana", "ben", "cleo"]
    ids = {
        lead["id"] for place in (source, target) for lead in vendor.post("/leads/list", {"campaign": place})["items"]
    }
    assert len(ids) == 6
    assert {lead["assigned_to"] for lead in vendor.post("/leads/list", {"campaign": target})["items"]} == {USERS[0]}


@pytest.mark.parametrize(
    ("flags", "there"),
    [
        ({}, ["ana", "ana", "ben", "cleo"]),
        ({"check_duplicates": True}, ["ana", "ben", "cleo"]),
        ({"check_duplicates_in_campaigns": True}, ["ana", "cleo"]),
    ],
)
def test_duplicates_stay_behind_when_they_are_checked(vendor: Any, flags: dict[str, bool], there: list[str]) -> None:
    source, target = filled(vendor), filled(vendor, "Target", "ana")
    filled(vendor, "Third", "ben")
    job = moved(vendor, campaign=source, to_campaign_id=target, **flags)
    assert sorted(emails(vendor, campaign=target)) == there
    assert job["data"]["failed_count"] == 4 - len(there)


def test_leads_in_verification_stay_behind_when_that_is_asked_for(vendor: Any) -> None:
    source, target = filled(vendor), vendor.campaign("Target")
    vendor.add(source, "new@alder.example.com", verify_leads_on_import=True)
    moved(vendor, campaign=source, to_campaign_id=target, skip_leads_in_verification=True)
    assert emails(vendor, campaign=source) == ["new"]


@pytest.mark.parametrize(("reset", "interest"), [(True, None), (False, 1)])
def test_the_interest_is_kept_or_taken_away(vendor: Any, reset: bool, interest: int | None) -> None:
    source, target = vendor.campaign("Source"), vendor.campaign("Target")
    vendor.post("/leads", {"campaign": source, "email": "ana@alder.example.com", "lt_interest_status": 1})
    moved(vendor, campaign=source, to_campaign_id=target, reset_interest_status=reset)
    (lead,) = vendor.post("/leads/list", {"campaign": target})["items"]
    assert (lead.get("lt_interest_status"), lead["timestamp_last_interest_change"] is None) == (interest, not reset)


def test_a_limit_and_the_plan_end_a_move_early(vendor: Any) -> None:
    source, made, target = filled(vendor), new_list(vendor), vendor.campaign("Target")
    moved(vendor, campaign=source, to_list_id=made, limit=2)
    assert emails(vendor, campaign=source) == ["cleo"]
    vendor.control("POST", "settings", {"lead_limit": 2})
    job = moved(vendor, list_id=made, to_campaign_id=target)
    assert (job["data"]["success_count"], job["data"]["failed_count"]) == (1, 1)
    assert emails(vendor, list_id=made) == ["ben"]


def test_a_job_whose_target_is_deleted_meanwhile_fails_and_moves_nobody(vendor: Any) -> None:
    source, target = filled(vendor), vendor.campaign("Target")
    job = vendor.post("/leads/move", {"campaign": source, "to_campaign_id": target})
    vendor.http.delete(f"/campaigns/{target}")
    vendor.advance(5)
    failed = vendor.get(f"/background-jobs/{job['id']}")
    assert (failed["status"], failed["progress"]) == ("failed", 0)
    assert emails(vendor, campaign=source) == ["ana", "ben", "cleo"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"campaign": "{source}"}, 400),
        ({"campaign": "{source}", "to_campaign_id": "{source}", "to_list_id": UNKNOWN}, 400),
        ({"ids": [UNKNOWN], "to_campaign_id": "{source}"}, 400),
        ({"campaign": "{source}", "to_campaign_id": UNKNOWN}, 404),
        ({"campaign": "{source}", "to_list_id": UNKNOWN}, 404),
    ],
)
def test_a_move_to_nowhere_or_of_nobody_in_particular_is_refused(vendor: Any, body: Any, status: int) -> None:
    source = filled(vendor)
    body = {name: source if value == "{source}" else value for name, value in body.items()}
    assert vendor.http.post("/leads/move", json=body).status_code == status
    assert vendor.get("/background-jobs")["items"] == []


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ({}, []),
        ({"limit": 2}, ["cleo"]),
        ({"status": -1}, ["ben", "cleo"]),
        ({"ids": []}, ["ana", "ben", "cleo"]),
    ],
)
def test_a_deletion_without_ids_or_a_limit_takes_everybody(vendor: Any, body: Any, left: list[str]) -> None:
    source, other = filled(vendor), filled(vendor, "Other", "dora")
    vendor.control("POST", "events", {"kind": "bounce", "campaign_id": source, "email": "ana@alder.example.com"})
    answer = vendor.http.request("DELETE", "/leads", json={"campaign_id": source, **body})
    assert (answer.status_code, answer.json()) == (200, {"count": 3 - len(left)})
    assert (emails(vendor, campaign=source), emails(vendor, campaign=other)) == (left, ["dora"])
    entries = vendor.get("/audit-logs", activity_type=2)["items"]
    assert [entry["affected_count"] for entry in entries] == ([3 - len(left)] if len(left) < 3 else [])


def test_a_deletion_needs_a_place_that_exists(vendor: Any) -> None:
    for body, status in (({}, 400), ({"campaign_id": UNKNOWN}, 404), ({"list_id": UNKNOWN}, 404)):
        assert vendor.http.request("DELETE", "/leads", json=body).status_code == status


def test_a_deletion_from_a_list_leaves_campaigns_alone(vendor: Any) -> None:
    source, made = filled(vendor), new_list(vendor)
    vendor.post("/leads/add", {"list_id": made, "leads": [{"email": "ana@alder.example.com"}]})
    assert vendor.http.request("DELETE", "/leads", json={"list_id": made}).json() == {"count": 1}
    assert emails(vendor, campaign=source) == ["ana", "ben", "cleo"]


def test_users_take_turns_and_only_who_is_selected_is_assigned(vendor: Any) -> None:
    source, other = filled(vendor), filled(vendor, "Other", "dora")
    body = {"campaign": source, "organization_user_ids": USERS}
    answer = vendor.http.post("/leads/bulk-assign", json=body)
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    listed = vendor.post("/leads/list", {"campaign": source})["items"]
    assert [lead["assigned_to"] for lead in listed] == [USERS[0], USERS[1], USERS[0]]
    assert vendor.post("/leads/list", {"campaign": other})["items"][0]["assigned_to"] is None
    again = {"assigned_to": USERS[1], "organization_user_ids": [USERS[0]], "limit": 5}
    assert vendor.http.post("/leads/bulk-assign", json=again).status_code == 202
    assert emails(vendor, organization_user_ids=[USERS[1]]) == []


def test_a_selector_that_assigning_does_not_have_is_ignored_and_nobody_is_refused(vendor: Any) -> None:
    filled(vendor)
    body = {"contacts": ["ana@alder.example.com"], "organization_user_ids": USERS[:1]}
    vendor.http.post("/leads/bulk-assign", json=body)
    assert len(emails(vendor, organization_user_ids=USERS)) == 3
    refused = vendor.http.post("/leads/bulk-assign", json={"search": "nobody", "organization_user_ids": USERS})
    assert (refused.status_code, set(refused.json())) == (400, {"message"})
