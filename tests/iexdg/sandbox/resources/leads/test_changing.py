"""Changing one lead: fields, interest, merging, subsequences; and where a new one can go."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.iexdg.sandbox.resources.leads.test_leads import new_list

UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"


def added(vendor: Any, campaign: str, email: str = "ana@alder.example.com", **person: Any) -> str:
    return str(vendor.post("/leads", {"campaign": campaign, "email": email, **person})["id"])


def test_a_patch_changes_what_it_names_and_null_takes_a_field_away(vendor: Any) -> None:
    campaign = vendor.campaign()
    lead = added(vendor, campaign, first_name="Ana", phone="1", custom_variables={"a": "1", "b": "2"})
    changes = {"first_name": "Anna", "phone": None, "custom_variables": {"b": "3", "c": True}, "lt_interest_status": 2}
    changed = vendor.patch(f"/leads/{lead}", changes)
    assert (changed["first_name"], changed["phone"], changed["lt_interest_status"]) == ("Anna", None, 2)
    assert changed["payload"] == {"firstName": "Anna", "a": "1", "b": "3", "c": True}
    assert changed["timestamp_last_interest_change"] is not None
    assert vendor.get(f"/leads/{lead}") == changed
    assert set(vendor.get(f"/campaigns/{campaign}")["custom_variables"]) == {"a", "b", "c"}


@pytest.mark.parametrize("field", ["email", "campaign", "list_id"])
def test_address_campaign_and_list_cannot_be_patched(vendor: Any, field: str) -> None:
    lead = added(vendor, vendor.campaign())
    assert vendor.http.patch(f"/leads/{lead}", json={field: UNKNOWN}).status_code == 400


def test_an_interest_is_set_for_a_person_in_one_campaign_or_everywhere(vendor: Any) -> None:
    one, two = vendor.campaign("One"), vendor.campaign("Two")
    leads = [added(vendor, campaign) for campaign in (one, two)]

    def interests() -> list[Any]:
        return [vendor.get(f"/leads/{lead}").get("lt_interest_status") for lead in leads]

    def update(**body: Any) -> int:
        answer = vendor.http.post("/leads/update-interest-status", json={"lead_email": "ANA@alder.example.com", **body})
        return int(answer.status_code)

    assert update(interest_value=1, campaign_id=one) == 202
    assert interests() == [1, None]
    assert update(interest_value=-3) == 202
    assert interests() == [-3, -3]
    assert update(interest_value=None) == 202
    assert interests() == [None, None]


def test_the_time_of_an_interest_is_that_of_its_last_change(vendor: Any) -> None:
    campaign, times = vendor.campaign(), []
    lead = added(vendor, campaign)
    for value in (1, 1, -1, -1, None, 1):
        vendor.advance(60)
        vendor.http.post(
            "/leads/update-interest-status", json={"lead_email": "ana@alder.example.com", "interest_value": value}
        )
        times.append(vendor.get(f"/leads/{lead}")["timestamp_last_interest_change"])
    assert times[0] is not None
    # Setting what is there changes nothing.
    assert (times[1], times[3]) == (times[0], times[2])
    assert sorted(set(times)) == [times[0], times[2], times[4], times[5]]


def test_an_interest_counts_as_an_opportunity_once(vendor: Any) -> None:
    campaign = vendor.campaign()
    added(vendor, campaign)
    body = {"lead_email": "ana@alder.example.com", "interest_value": 1}
    for _ in range(2):
        vendor.http.post("/leads/update-interest-status", json=body)
    assert vendor.totals(campaign)["total_opportunities"] == 1


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"lead_email": "nobody@alder.example.com", "interest_value": 1}, "Invalid lead email"),
        ({"lead_email": "ana@alder.example.com", "interest_value": 1, "campaign_id": UNKNOWN}, "Invalid lead email"),
        ({"lead_email": "ana@alder.example.com", "interest_value": 77}, "Invalid interest value"),
    ],
)
def test_an_interest_of_nobody_or_of_no_kind_is_refused_with_an_error_alone(vendor: Any, body: Any, error: str) -> None:
    added(vendor, vendor.campaign())
    answer = vendor.http.post("/leads/update-interest-status", json=body)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_the_number_of_a_label_is_an_interest(vendor: Any) -> None:
    lead = added(vendor, vendor.campaign())
    number = vendor.post("/lead-labels", {"label": "Later", "interest_status_label": "positive"})["interest_status"]
    body = {"lead_email": "ana@alder.example.com", "interest_value": number}
    assert vendor.http.post("/leads/update-interest-status", json=body).status_code == 202
    assert vendor.get(f"/leads/{lead}")["lt_interest_status"] == number


def test_of_merged_leads_the_destination_is_left_with_what_both_knew(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(list_lag_s=0)
    campaign = vendor.campaign()
    kept = added(vendor, campaign, first_name="Ana", custom_variables={"a": "1"})
    gone = added(
        vendor, campaign, "a.n@alder.example.com", first_name="A.", phone="1", custom_variables={"a": "2", "b": "2"}
    )
    vendor.control("POST", "events", {"kind": "open", "campaign_id": campaign, "email": "a.n@alder.example.com"})
    merged = vendor.post("/leads/merge", {"lead_id": gone, "destination_lead_id": kept})
    assert (merged["id"], merged["first_name"], merged["phone"]) == (kept, "Ana", "1")
    assert (merged["email"], merged["email_open_count"]) == ("ana@alder.example.com", 1)
    assert (merged["payload"]["a"], merged["payload"]["b"]) == ("1", "2")
    assert vendor.http.get(f"/leads/{gone}").status_code == 404
    assert [lead["id"] for lead in vendor.post("/leads/list", {"campaign": campaign})["items"]] == [kept]


def test_a_lead_without_an_address_gets_the_one_of_the_other_and_is_found_by_it(vendor: Any) -> None:
    named = vendor.post("/leads", {"first_name": "Ana"})["id"]
    addressed = added(vendor, vendor.campaign())
    vendor.post("/leads/merge", {"lead_id": addressed, "destination_lead_id": named})
    body = {"lead_email": "ana@alder.example.com", "interest_value": 1}
    assert vendor.http.post("/leads/update-interest-status", json=body).status_code == 202
    assert vendor.get(f"/leads/{named}")["lt_interest_status"] == 1
    assert vendor.http.delete(f"/leads/{named}").status_code == 200


def test_a_lead_is_not_merged_into_itself_or_into_nobody(vendor: Any) -> None:
    lead = added(vendor, vendor.campaign())
    for other, status in ((lead, 400), (UNKNOWN, 404)):
        body = {"lead_id": lead, "destination_lead_id": other}
        assert vendor.http.post("/leads/merge", json=body).status_code == status
    assert vendor.get(f"/leads/{lead}")["id"] == lead


def test_a_lead_goes_to_the_list_that_is_named_and_an_unknown_list_is_not_found(vendor: Any) -> None:
    made = new_list(vendor)
    lead = vendor.post("/leads", {"list_id": made, "first_name": "Ana"})
    assert (lead["list_id"], lead["campaign"]) == (made, None)
    for path, body in (
        ("/leads", {"list_id": UNKNOWN, "first_name": "Ana"}),
        ("/leads/add", {"list_id": UNKNOWN, "leads": [{"first_name": "Ana"}]}),
    ):
        assert vendor.http.post(path, json=body).status_code == 404
    assert len(vendor.app.world.leads) == 1


def test_a_lead_needs_no_campaign_and_no_list_and_is_one_person_all_the_same(vendor: Any) -> None:
    first, second = (vendor.post("/leads", {"email": "ana@alder.example.com"}) for _ in range(2))
    assert first["id"] == second["id"]
    assert vendor.http.post("/leads", json={"company_name": "Alder"}).status_code == 400
    both = {"campaign": vendor.campaign(), "list_id": new_list(vendor), "email": "ben@alder.example.com"}
    assert vendor.http.post("/leads", json=both).status_code == 400


def test_verifying_on_import_costs_a_credit_for_each_address_and_nothing_for_names_without_one(vendor: Any) -> None:
    before, made = vendor.control("GET", "state")["credits"], new_list(vendor)
    leads = [{"email": "ana@alder.example.com"}, {"email": "risky.b@alder.example.com"}, {"first_name": "Cleo"}]
    created = vendor.post("/leads/add", {"list_id": made, "leads": leads, "verify_leads_on_import": True})[
        "created_leads"
    ]
    assert vendor.control("GET", "state")["credits"] == before - 2
    vendor.advance(10)
    verdicts = [vendor.get(f"/leads/{lead['id']}").get("verification_status") for lead in created]
    assert verdicts == [1, -2, None]


def test_an_import_whose_verification_is_not_covered_adds_nobody_and_costs_nothing(vendor: Any) -> None:
    vendor.control("POST", "settings", {"credits": 1.3})
    campaign = vendor.campaign()
    people = [{"email": "ana@alder.example.com"}, {"email": "ben@alder.example.com"}]
    for path, body in (
        ("/leads/add", {"campaign_id": campaign, "leads": people, "verify_leads_on_import": True}),
        ("/leads/add", {"campaign_id": campaign, "leads": people * 2, "verify_leads_on_import": True}),
    ):
        assert vendor.http.post(path, json=body).status_code == 402
    assert vendor.totals(campaign)["leads_count"] == 0
    assert vendor.control("GET", "state")["credits"] == 1.3
    one = {"campaign": campaign, "email": "ana@alder.example.com", "verify_leads_on_import": True}
    assert vendor.http.post("/leads", json=one).status_code == 200
    assert vendor.http.post("/leads", json=one | {"email": "ben@alder.example.com"}).status_code == 402


def subsequence_of(vendor: Any, campaign: str) -> str:
    step = {"type": "email", "delay": 1, "variants": [{"subject": "Later", "body": "<div>Hi</div>"}]}
    body = {"parent_campaign": campaign, "name": "Later", "conditions": {"reply_contains": "price"}}
    return str(vendor.post("/subsequences", body | {"sequences": [{"steps": [step]}]})["id"])


def test_a_lead_is_put_into_a_subsequence_of_its_campaign_and_taken_out_before_it_sends(vendor: Any) -> None:
    campaign = vendor.campaign()
    lead, later = added(vendor, campaign), subsequence_of(vendor, campaign)
    put = vendor.post("/leads/subsequence/move", {"id": lead, "subsequence_id": later})
    assert (put["subsequence_id"], put["timestamp_added_subsequence"] is None) == (later, False)
    out = vendor.post("/leads/subsequence/remove", {"id": lead})
    assert (out["subsequence_id"], out["timestamp_added_subsequence"]) == (None, None)
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(3 * 86_400)
    (totals,) = vendor.get("/subsequences/analytics", campaign_id=campaign)
    assert totals["emails_sent"] == 0


def test_a_lead_is_put_into_no_subsequence_that_is_unknown_or_another_campaigns(vendor: Any) -> None:
    lead = added(vendor, vendor.campaign())
    other = subsequence_of(vendor, vendor.campaign("Other"))
    for subsequence, status in ((UNKNOWN, 404), (other, 400)):
        body = {"id": lead, "subsequence_id": subsequence}
        assert vendor.http.post("/leads/subsequence/move", json=body).status_code == status
    assert vendor.get(f"/leads/{lead}")["subsequence_id"] is None
