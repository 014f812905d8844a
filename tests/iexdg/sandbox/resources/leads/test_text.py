"""The text of a lead is kept between answers: a list shows every change at once, in the bytes of any other answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from iexdg.sandbox.resources.leads.view import lead_object, lead_text

DAY = 86_400
ANA = "ana@alder.example.com"


@pytest.fixture
def vendor(make_vendor: Callable[..., Any]) -> Any:
    return make_vendor(list_lag_s=0)


def listed(vendor: Any, **body: Any) -> list[Any]:
    return list(vendor.post("/leads/list", body | {"limit": 100})["items"])


def one_by_one(vendor: Any, **body: Any) -> list[Any]:
    """Return what the list says, each lead read for itself."""
    return [vendor.get(f"/leads/{lead['id']}") for lead in listed(vendor, **body)]


def lead(vendor: Any) -> Any:
    (found,) = vendor.app.world.leads_with_email(ANA)
    return found


def move_to_subsequence(vendor: Any) -> None:
    step = {"type": "email", "delay": 1, "variants": [{"subject": "Later", "body": "<div>More</div>"}]}
    body = {"parent_campaign": lead(vendor)["campaign"], "name": "Later", "conditions": {"crm_status": [1]}}
    made = vendor.post("/subsequences", body | {"sequences": [{"steps": [step]}]})
    vendor.post("/leads/subsequence/move", {"id": lead(vendor)["id"], "subsequence_id": made["id"]})


def send_from_subsequence(vendor: Any) -> None:
    move_to_subsequence(vendor)
    listed(vendor)
    vendor.advance(2 * DAY)


CHANGES: dict[str, Callable[[Any], Any]] = {
    "patch": lambda vendor: vendor.patch(f"/leads/{lead(vendor)['id']}", {"custom_variables": {"line": "New"}}),
    "interest": lambda vendor: vendor.http.post(
        "/leads/update-interest-status", json={"lead_email": ANA, "interest_value": 1}
    ),
    "mail and reactions": lambda vendor: vendor.advance(DAY),
    "end of a verification": lambda vendor: vendor.advance(11),
    "subsequence": move_to_subsequence,
    "mail of a subsequence": send_from_subsequence,
    "event": lambda vendor: vendor.control(
        "POST", "events", {"kind": "open", "campaign_id": lead(vendor)["campaign"], "email": ANA}
    ),
    "user": lambda vendor: vendor.http.post(
        "/leads/bulk-assign",
        json={"campaign": lead(vendor)["campaign"], "organization_user_ids": [vendor.app.world.owner]},
    ),
    # Nobody says that these have happened.
    "a counter": lambda vendor: lead(vendor)["counts"].update(open=7),
    "a variable": lambda vendor: lead(vendor)["variables"].update(line=[1]),
    "a variable from 1 to true": lambda vendor: lead(vendor)["variables"].update(number=True),
    "the workspace": lambda vendor: setattr(vendor.app.world, "organization", vendor.app.world.owner),
    "the owner": lambda vendor: setattr(vendor.app.world, "owner", vendor.app.world.organization),
    "the seed": lambda vendor: setattr(vendor.app.world, "seed", 77),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_shows_in_the_list_at_once(vendor: Any, change: str) -> None:
    campaign = vendor.campaign()
    people = [{"email": ANA, "custom_variables": {"number": 1}}, {"email": "ben@birch.example.com"}]
    vendor.post("/leads/add", {"campaign_id": campaign, "leads": people, "verify_leads_on_import": True})
    vendor.post(f"/campaigns/{campaign}/activate", {})
    before = json.dumps(listed(vendor))
    CHANGES[change](vendor)
    after = json.dumps(listed(vendor))
    assert after != before
    assert after == json.dumps(one_by_one(vendor))


def test_the_step_of_a_subsequence_shows_in_the_list_at_once(vendor: Any) -> None:
    campaign = vendor.campaign()
    vendor.add(campaign, ANA)
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(DAY)
    (before,) = listed(vendor)
    send_from_subsequence(vendor)
    (after,) = listed(vendor)
    assert (before["status_summary_subseq"], after["status_summary_subseq"]["stepID"]) == ({}, "0_0_0")


def test_the_end_of_an_enrichment_shows_in_the_list_at_once(vendor: Any) -> None:
    made = vendor.post("/lead-lists", {"name": "Autumn", "has_enrichment_task": True})["id"]
    vendor.post("/leads/add", {"list_id": made, "leads": [{"email": ANA}]})
    (before,) = listed(vendor, list_id=made)
    vendor.advance(11)
    (after,) = listed(vendor, list_id=made)
    assert (before["enrichment_status"], after["enrichment_status"] in (1, -1)) == (11, True)


def test_every_lead_of_the_demo_has_the_text_of_its_object(demo: Any) -> None:
    demo.advance(3 * DAY)
    world, now = demo.app.world, demo.app.world.now()
    assert len(world.leads) > 500
    for one in world.leads.values():
        assert lead_text(world, one, now) == json.dumps(lead_object(world, one, now), separators=(",", ":"))


@pytest.mark.parametrize("body", [{"limit": 1}, {"limit": 2}, {"limit": 50}, {"limit": 2, "distinct_contacts": True}])
def test_a_page_has_the_bytes_of_any_other_answer(vendor: Any, body: dict[str, Any]) -> None:
    vendor.add(vendor.campaign(), ANA, "zoë@alder.example.com", "ben@birch.example.com")
    answer = vendor.http.post("/leads/list", json=body)
    assert answer.content == json.dumps(answer.json(), separators=(",", ":")).encode()
    assert ("next_starting_after" in answer.json()) == (body["limit"] <= 2)


def test_a_page_reads_no_further_than_its_end(vendor: Any) -> None:
    campaign, read = vendor.campaign(), list[str]()
    vendor.add(campaign, *(f"p{number}@alder.example.com" for number in range(200)))

    class Counted(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            read.append(name)
            return super().__getitem__(name)

    vendor.app.world.leads = Counted(vendor.app.world.leads)
    first = vendor.post("/leads/list", {"campaign": campaign, "limit": 10})
    second = vendor.post(
        "/leads/list", {"campaign": campaign, "limit": 10, "starting_after": first["next_starting_after"]}
    )
    assert [one["id"] for one in first["items"] + second["items"]] == read
    assert len(read) == 20
