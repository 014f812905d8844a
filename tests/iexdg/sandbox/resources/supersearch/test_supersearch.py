"""SuperSearch: filters that filter, a misspelt one that finds nobody, and the import of who was found."""

from typing import Any

import pytest

PATH = "/supersearch-enrichment"
CHIEFS = {"level": ["C-Level"]}
URL = "https://hooks.example.com/found"


def count(vendor: Any, **filters: Any) -> int:
    body = {"search_filters": filters}
    return int(vendor.post(f"{PATH}/count-leads-from-supersearch", body)["number_of_leads"])


def order(vendor: Any, **fields: Any) -> Any:
    return vendor.post(f"{PATH}/enrich-leads-from-supersearch", {"search_filters": CHIEFS, "limit": 4, **fields})


def test_filters_narrow_the_search(vendor: Any) -> None:
    everyone = count(vendor)
    assert everyone == 600
    narrowed = [
        count(vendor, **CHIEFS),
        count(vendor, department=["Sales", "Marketing"]),
        count(vendor, employeeCount=["0 - 25"]),
        count(vendor, employeeCount=[{"op": "gte", "min": 700}]),
        count(vendor, title={"include": ["director"]}),
        count(vendor, title={"exclude": ["director"]}),
        count(vendor, locations={"include": [{"country": "Canada"}]}),
        count(vendor, locations=[{"city": "Leeds"}, {"city": "Boston"}]),
        count(vendor, keyword_filter={"include": "sales, education", "include_mode": "ALL"}),
        count(vendor, company_name={"include": ["Aster"]}),
        count(vendor, technologies=["Some tool"]),
        count(vendor, name=["ada"]),
        count(vendor, domains=["aster1.example.com"]),
    ]
    assert all(0 < one < everyone for one in narrowed), narrowed
    assert count(vendor, title={"include": ["director"]}) + count(vendor, title={"exclude": ["director"]}) == everyone


@pytest.mark.parametrize(
    "filters", [{"level": ["C-level"]}, {"department": ["HR"]}, {"revenue": ["1M"]}, {"employeeCount": ["0-25"]}]
)
def test_a_misspelt_value_finds_nobody_and_is_no_error(vendor: Any, filters: dict[str, Any]) -> None:
    assert count(vendor, **filters) == 0
    shown = vendor.post(f"{PATH}/preview-leads-from-supersearch", {"search_filters": filters})
    assert (shown["number_of_leads"], shown["leads"]) == (0, [])


def test_a_search_without_filters_is_refused(vendor: Any) -> None:
    assert vendor.http.post(f"{PATH}/count-leads-from-supersearch", json={}).status_code == 400


def test_the_people_of_a_search_are_imported_into_a_new_list_by_a_job(vendor: Any) -> None:
    before = vendor.app.world.credits
    made = order(vendor, list_name="Chiefs", work_email_enrichment=True)
    state = vendor.get(f"{PATH}/{made['resource_id']}")
    assert (made["list_name"], state["exists"], state["in_progress"]) == ("Chiefs", True, True)
    vendor.advance(6)
    job = vendor.get(f"/background-jobs/{made['background_job_id']}")
    assert (job["status"], job["type"], job["entity_id"]) == ("success", "import-leads", made["resource_id"])
    leads = vendor.post("/leads/list", {"list_id": made["resource_id"]})["items"]
    assert len(leads) == 4
    assert {lead["job_title"] for lead in leads} == {"Chief People Officer"}
    assert all(lead["email"].endswith(".example.com") for lead in leads)
    assert vendor.app.world.credits == before - 4
    assert vendor.get(f"{PATH}/{made['resource_id']}")["in_progress"] is False


def test_without_addresses_nothing_is_paid_and_nobody_has_one(vendor: Any) -> None:
    before = vendor.app.world.credits
    made = order(vendor)
    vendor.advance(6)
    leads = vendor.post("/leads/list", {"list_id": made["resource_id"]})["items"]
    assert [lead["email"] for lead in leads] == [None] * 4
    assert vendor.app.world.credits == before


def test_who_is_owned_is_not_imported_again(vendor: Any) -> None:
    first = order(vendor, limit=1000, work_email_enrichment=True)
    vendor.advance(6)
    search = {"search_filters": CHIEFS, "skip_owned_leads": True}
    assert vendor.post(f"{PATH}/count-leads-from-supersearch", search)["number_of_leads"] == 0
    shown = vendor.post(f"{PATH}/preview-leads-from-supersearch", {"search_filters": CHIEFS})["leads"]
    assert {person["isOwned"] for person in shown} == {True}
    again = order(vendor, work_email_enrichment=True)
    assert first["resource_id"] != again["resource_id"]
    assert vendor.get(f"{PATH}/{again['resource_id']}")["has_no_leads"] is True


def test_a_finished_import_is_announced(vendor: Any) -> None:
    vendor.post("/webhooks", {"target_hook_url": URL, "event_type": "supersearch_enrichment_completed"})
    made = order(vendor)
    vendor.advance(6)
    (event,) = vendor.get("/webhook-events")["items"]
    assert event["payload"]["resource_id"] == made["resource_id"]


def test_one_lead_per_company(vendor: Any) -> None:
    body = {"search_filters": {}, "show_one_lead_per_company": True}
    assert vendor.post(f"{PATH}/count-leads-from-supersearch", body)["number_of_leads"] == 80


def test_what_was_ordered_is_kept_and_runs_again(vendor: Any) -> None:
    resource = order(vendor)["resource_id"]
    made = vendor.post(f"{PATH}/", {"resource_id": resource, "type": "email_verification"})
    assert made["enrichment_payload"]["email_verification"] is True
    vendor.http.patch(f"{PATH}/{resource}/settings", json={"auto_update": True})
    vendor.advance(10)
    assert vendor.get(f"{PATH}/{resource}")["in_progress"] is False
    again = vendor.post(f"{PATH}/run", {"resource_id": resource})
    state = vendor.get(f"{PATH}/{resource}")
    assert (state["in_progress"], state["auto_update"]) == (True, True)
    history = vendor.get(f"{PATH}/history/{resource}")
    assert [one["id"] for one in history][:2] == [again["id"], made["id"]]
    assert [one["id"] for one in vendor.get(f"{PATH}/history/{resource}", limit=1, offset=1)] == [made["id"]]


def test_an_order_needs_one_kind_and_a_list_or_campaign_that_exists(vendor: Any) -> None:
    campaign = vendor.campaign()
    mapping = {"crm": {"contact": {"mapping": {"email": "email"}}}}
    both = {"resource_id": campaign, "type": "news", "integration_actions": mapping}
    assert vendor.http.post(f"{PATH}/", json=both).status_code == 400
    assert vendor.http.post(f"{PATH}/", json={"resource_id": campaign}).status_code == 400
    unknown = "0199aaaa-0000-7000-8000-000000000000"
    assert vendor.http.post(f"{PATH}/", json={"resource_id": unknown, "type": "news"}).status_code == 404
    assert vendor.get(f"{PATH}/{campaign}")["exists"] is False
    assert vendor.http.post(f"{PATH}/run", json={"resource_id": campaign}).json() == {
        "message": "No enrichment found for this resource"
    }


def test_a_column_is_in_progress_for_some_seconds(vendor: Any) -> None:
    campaign = vendor.campaign()
    body = {"resource_id": campaign, "resource_type": 1, "output_column": "intro", "model_version": "gpt-4o"}
    made = vendor.post(f"{PATH}/ai", body)
    assert [one["id"] for one in vendor.get(f"{PATH}/ai/{campaign}/in-progress")] == [made["id"]]
    vendor.advance(6)
    assert vendor.get(f"{PATH}/ai/{campaign}/in-progress") == []


def test_signal_keywords_are_the_most_frequent_with_a_prefix(vendor: Any) -> None:
    body = {"category": "linkedin_post_contact", "field": "tags", "limit": 2}
    words = [one["keyword"] for one in vendor.post(f"{PATH}/signal-keywords-facet", body)["keywords"]]
    assert words == ["artificial intelligence", "leadership"]
    found = vendor.post(f"{PATH}/signal-keywords-facet", body | {"prefix": "AI"})["keywords"]
    assert [one["keyword"] for one in found] == ["ai adoption"]
    wrong = vendor.http.post(f"{PATH}/signal-keywords-facet", json=body | {"field": "no"})
    assert wrong.status_code == 400
