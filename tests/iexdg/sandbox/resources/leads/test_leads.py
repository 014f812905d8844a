"""Loading people: what is taken, what is refused and why, and what the list shows."""

from collections.abc import Callable
from typing import Any

import pytest

LIST_ID = "0199aaaa-0000-7000-8000-00000000000a"
CLASSES = (
    "in_blocklist",
    "duplicated_leads",
    "skipped_count",
    "invalid_email_count",
    "incomplete_count",
    "duplicate_email_count",
)


def new_list(vendor: Any, name: str = "Autumn") -> str:
    return str(vendor.post("/lead-lists", {"name": name})["id"])


def _refused(answer: Any) -> dict[str, int]:
    return {name: answer[name] for name in CLASSES if answer[name]}


def test_a_batch_is_accounted_for_class_by_class(vendor: Any) -> None:
    other, campaign = vendor.campaign("Other"), vendor.campaign()
    vendor.control("POST", "settings", {"blocklist": ["rival.example.net", "no@alder.example.com"]})
    vendor.add(other, "elsewhere@alder.example.com")
    vendor.add(campaign, "there@alder.example.com")
    answer = vendor.add(
        campaign,
        "new@alder.example.com",
        "NEW@alder.example.com",
        "there@alder.example.com",
        "elsewhere@alder.example.com",
        "anyone@rival.example.net",
        "no@alder.example.com",
        "broken",
        skip_if_in_workspace=True,
    )
    assert (answer["status"], answer["total_sent"], answer["leads_uploaded"]) == ("success", 7, 1)
    assert _refused(answer) == {
        "duplicate_email_count": 1,
        "duplicated_leads": 1,
        "skipped_count": 1,
        "in_blocklist": 2,
        "invalid_email_count": 1,
    }
    assert answer["total_sent"] == answer["leads_uploaded"] + sum(_refused(answer).values())
    (created,) = answer["created_leads"]
    assert (created["index"], created["email"]) == (0, "new@alder.example.com")
    assert vendor.totals(campaign)["leads_count"] == 2


@pytest.mark.parametrize(
    ("flag", "target", "skipped"),
    [
        ("skip_if_in_campaign", "campaign", 1),
        ("skip_if_in_list", "campaign", 0),
        ("skip_if_in_campaign", "list", 0),
        ("skip_if_in_list", "list", 1),
        ("skip_if_in_workspace", "list", 1),
    ],
)
def test_skip_flags_look_at_any_campaign_or_any_list(vendor: Any, flag: str, target: str, skipped: int) -> None:
    if target == "campaign":
        vendor.add(vendor.campaign("Other"), "ana@alder.example.com")
    else:
        vendor.post("/leads/add", {"list_id": new_list(vendor), "leads": [{"email": "ana@alder.example.com"}]})
    assert vendor.add(vendor.campaign(), "ana@alder.example.com", **{flag: True})["skipped_count"] == skipped


def test_a_list_takes_names_without_address_and_counts_the_incomplete(vendor: Any) -> None:
    leads = [{"first_name": "Ana"}, {"company_name": "Alder"}, {"email": "ben@alder.example.com"}]
    answer = vendor.post("/leads/add", {"list_id": new_list(vendor), "leads": leads})
    assert (answer["leads_uploaded"], _refused(answer)) == (2, {"incomplete_count": 1})
    assert answer["remaining_in_plan"] is None


def test_a_full_plan_skips_who_no_longer_fits_and_then_refuses(vendor: Any) -> None:
    campaign = vendor.campaign()
    vendor.control("POST", "settings", {"lead_limit": 2})
    answer = vendor.add(campaign, "a@alder.example.com", "b@alder.example.com", "c@alder.example.com")
    assert (answer["leads_uploaded"], answer["skipped_count"], answer["remaining_in_plan"]) == (2, 1, 0)
    refused = vendor.http.post(
        "/leads/add", json={"campaign_id": campaign, "leads": [{"email": "d@alder.example.com"}]}
    )
    assert refused.status_code == 402
    assert vendor.totals(campaign)["leads_count"] == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"leads": []}, "body/leads must NOT have fewer than 1 items"),
        ({"leads": [{"email": "a@b.example.com"}] * 1001}, "body/leads must NOT have more than 1000 items"),
        ({"leads": [{"email": "a@b.example.com", "title": "X"}]}, "body/leads/0 must NOT have additional properties"),
        (
            {"leads": [{"email": "a@b.example.com", "custom_variables": {"k": []}}]},
            "body/leads/0/custom_variables/k must be boolean,number,string,null",
        ),
        ({"list_id": LIST_ID}, "Either campaign_id or list_id must be provided, but not both"),
    ],
)
def test_a_wrong_batch_is_refused_and_adds_nobody(vendor: Any, change: Any, message: str) -> None:
    campaign = vendor.campaign()
    body = {"campaign_id": campaign, "leads": [{"email": "ana@alder.example.com"}], **change}
    answer = vendor.http.post("/leads/add", json=body)
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert vendor.totals(campaign)["leads_count"] == 0


def test_one_lead_comes_back_complete_with_its_variables_in_the_payload(vendor: Any) -> None:
    campaign = vendor.campaign()
    person = {"first_name": "Ana", "company_name": "Alder", "custom_variables": {"segment": "north"}}
    lead = vendor.post("/leads", {"campaign": campaign, "email": "ana@alder.example.com", **person})
    assert (lead["status"], lead["campaign"], lead["company_domain"]) == (1, campaign, "alder.example.com")
    assert lead["payload"] == {"firstName": "Ana", "companyName": "Alder", "segment": "north"}
    assert vendor.get(f"/leads/{lead['id']}") == lead
    assert vendor.get(f"/campaigns/{campaign}")["custom_variables"] == {"segment": ""}


@pytest.mark.parametrize("key", ["campaign_id", "leads"])
def test_keys_of_the_bulk_operation_are_refused_for_one_lead(vendor: Any, key: str) -> None:
    answer = vendor.http.post("/leads", json={"email": "ana@alder.example.com", key: vendor.campaign()})
    assert (answer.status_code, answer.json()["message"]) == (400, "body must NOT have additional properties")


def test_the_same_person_posted_twice_is_one_lead(vendor: Any) -> None:
    body = {"campaign": vendor.campaign(), "email": "ana@alder.example.com"}
    assert vendor.post("/leads", body)["id"] == vendor.post("/leads", body)["id"]


def test_new_leads_are_missing_from_the_list_for_five_seconds_but_counted_at_once(vendor: Any) -> None:
    campaign = vendor.campaign()
    vendor.add(campaign, "ana@alder.example.com")
    assert vendor.post("/leads/list", {"campaign": campaign}) == {"items": []}
    assert vendor.totals(campaign)["leads_count"] == 1
    vendor.advance(5)
    assert [lead["email"] for lead in vendor.post("/leads/list", {"campaign": campaign})["items"]] == [
        "ana@alder.example.com"
    ]


def test_a_wrong_campaign_key_lists_everybody(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(list_lag_s=0)
    one, two = vendor.campaign("One"), vendor.campaign("Two")
    vendor.add(one, "ana@alder.example.com")
    vendor.add(two, "ben@alder.example.com")
    assert len(vendor.post("/leads/list", {"campaign": one})["items"]) == 1
    assert len(vendor.post("/leads/list", {"campaign_id": one})["items"]) == 2


def test_pages_of_leads_come_in_order_of_creation_and_end_empty(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(list_lag_s=0)
    campaign = vendor.campaign()
    emails = [f"p{number:03}@alder.example.com" for number in range(200)]
    vendor.add(campaign, *emails)
    seen: list[str] = []
    body: dict[str, Any] = {"campaign": campaign, "limit": 100}
    while items := (answer := vendor.post("/leads/list", body))["items"]:
        seen += [lead["email"] for lead in items]
        body["starting_after"] = answer["next_starting_after"]
    assert seen == emails
    refused = vendor.http.post("/leads/list", json={"limit": 101})
    assert refused.json()["message"] == "body/limit must be <= 100"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"search": "ana"}, ["ana@alder.example.com"]),
        ({"contacts": ["BEN@alder.example.com"]}, ["ben@alder.example.com"]),
        ({"filter": "FILTER_VAL_CONTACTED"}, []),
        ({"filter": "FILTER_VAL_NOT_CONTACTED", "limit": 1}, ["ana@alder.example.com"]),
        ({"in_list": True}, ["cleo@alder.example.com"]),
        ({"list_id": "{list}"}, ["cleo@alder.example.com"]),
        ({"distinct_contacts": True, "starting_after": "ben@alder.example.com"}, ["cleo@alder.example.com"]),
    ],
)
def test_the_list_can_be_narrowed(make_vendor: Callable[..., Any], body: Any, expected: list[str]) -> None:
    vendor = make_vendor(list_lag_s=0)
    vendor.add(vendor.campaign(), "ana@alder.example.com", "ben@alder.example.com")
    made = new_list(vendor)
    vendor.post("/leads/add", {"list_id": made, "leads": [{"email": "cleo@alder.example.com"}]})
    body = {name: made if value == "{list}" else value for name, value in body.items()}
    assert [lead["email"] for lead in vendor.post("/leads/list", body)["items"]] == expected


def test_a_deleted_lead_is_gone_from_list_and_count_and_can_come_again(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(list_lag_s=0)
    campaign = vendor.campaign()
    (lead,) = vendor.add(campaign, "ana@alder.example.com")["created_leads"]
    vendor.http.delete(f"/leads/{lead['id']}")
    assert vendor.post("/leads/list", {"campaign": campaign})["items"] == []
    assert vendor.totals(campaign)["leads_count"] == 0
    assert vendor.add(campaign, "ana@alder.example.com")["leads_uploaded"] == 1


def test_verifying_on_import_takes_ten_seconds_and_filters_nobody(vendor: Any) -> None:
    campaign = vendor.campaign()
    emails = ("ana@alder.example.com", "invalid.b@alder.example.com", "catchall.c@alder.example.com")
    created = vendor.add(campaign, *emails, verify_leads_on_import=True)["created_leads"]

    def verdicts() -> list[int]:
        return [vendor.get(f"/leads/{lead['id']}")["verification_status"] for lead in created]

    assert verdicts() == [12, 12, 12]
    vendor.advance(10)
    assert verdicts() == [1, -1, -3]


def test_a_risky_contact_is_skipped_when_its_turn_comes_unless_allowed(vendor: Any) -> None:
    for allowed, status in ((False, -3), (True, 3)):
        campaign = vendor.campaign(f"Allowed {allowed}", allow_risky_contacts=allowed)
        (lead,) = vendor.add(campaign, "catchall.c@alder.example.com", verify_leads_on_import=True)["created_leads"]
        vendor.post(f"/campaigns/{campaign}/activate", {})
        vendor.advance(3600)
        assert vendor.get(f"/leads/{lead['id']}")["status"] == status


def test_an_emptied_count_is_left_out_when_asked_and_empty_until_sent_when_configured(
    make_vendor: Callable[..., Any],
) -> None:
    vendor = make_vendor(analytics_empty_until_sent=True)
    campaign = vendor.campaign()
    assert vendor.get("/campaigns/analytics", id=campaign) == []
    plain = make_vendor()
    assert "leads_count" not in plain.totals(plain.campaign(), exclude_total_leads_count="true")
