"""Every named filter, every other selector and every condition of a smart view narrows the list as it says."""

from collections.abc import Callable
from typing import Any

import pytest

from iexdg.sandbox.vendor.facts import shape
from iexdg.sandbox.world.records import Lead
from tests.iexdg.sandbox.resources.leads.test_leads import new_list

DAY_S = 86_400
USER, OTHER = "0199aaaa-0000-7000-8000-0000000000aa", "0199aaaa-0000-7000-8000-0000000000ab"

# Filter -> what makes a lead fit. Everybody else is as a new lead is.
MAKES: dict[str, dict[str, Any]] = {
    "FILTER_VAL_CONTACTED": {"step": 1},
    "FILTER_VAL_COMPLETED": {"status": 3, "counts": {"reply": 1}},
    "FILTER_VAL_UNSUBSCRIBED": {"status": -2},
    "FILTER_VAL_BOUNCED": {"status": -1},
    "FILTER_VAL_SKIPPED": {"status": -3},
    "FILTER_VAL_RISKY": {"email": "risky.one@alder.example.com", "verify_at": 0},
    "FILTER_VAL_INVALID": {"email": "invalid.one@alder.example.com", "verify_at": 0},
    "FILTER_VAL_VALID": {"verify_at": 0},
    "FILTER_VAL_IN_SUBSEQUENCE": {"subsequence": "s"},
    "FILTER_VAL_REPLIED": {"counts": {"reply": 1}},
    "FILTER_VAL_LINK_CLICKED": {"counts": {"click": 1}},
    "FILTER_VAL_OPENED_NO_REPLY": {"counts": {"open": 1}},
    "FILTER_VAL_COMPLETED_NO_REPLY": {"status": 3},
    "FILTER_LEAD_OUT_OF_OFFICE": {"interest": 0},
    "FILTER_LEAD_INTERESTED": {"interest": 1},
    "FILTER_LEAD_MEETING_BOOKED": {"interest": 2},
    "FILTER_LEAD_MEETING_COMPLETED": {"interest": 3},
    "FILTER_LEAD_CLOSED": {"interest": 4},
    "FILTER_LEAD_NOT_INTERESTED": {"interest": -1},
    "FILTER_LEAD_WRONG_PERSON": {"interest": -2},
    "FILTER_LEAD_LOST": {"interest": -3},
    "FILTER_LEAD_NO_SHOW": {"interest": -4},
}
# Filter -> what makes everybody else not fit it.
UNMAKES: dict[str, dict[str, Any]] = {
    "FILTER_VAL_NOT_CONTACTED": {"step": 1},
    "FILTER_VAL_ACTIVE": {"status": 3},
    "FILTER_VAL_NO_OPENS": {"counts": {"open": 1}},
}
LABELS = {"FILTER_LEAD_CUSTOM_LABEL_POSITIVE": "positive", "FILTER_LEAD_CUSTOM_LABEL_NEGATIVE": "negative"}


@pytest.fixture
def stage(make_vendor: Callable[..., Any]) -> tuple[Any, Lead, Lead]:
    """A workspace with two new leads of one campaign."""
    vendor = make_vendor(list_lag_s=0)
    vendor.add(vendor.campaign(), "one@alder.example.com", "two@alder.example.com")
    one, two = vendor.app.world.leads.values()
    return vendor, one, two


def found(vendor: Any, **body: Any) -> list[str]:
    return [lead["id"] for lead in vendor.post("/leads/list", body)["items"]]


def test_every_filter_of_the_vendor_is_tested_here() -> None:
    assert {*MAKES, *UNMAKES, *LABELS} == set(shape("LeadFilterName")["enum"])


@pytest.mark.parametrize("name", MAKES)
def test_a_filter_finds_who_fits_and_nobody_else(stage: Any, name: str) -> None:
    vendor, one, _ = stage
    one.update(MAKES[name])
    assert found(vendor, filter=name) == [one["id"]]


@pytest.mark.parametrize("name", UNMAKES)
def test_a_filter_leaves_out_who_no_longer_fits(stage: Any, name: str) -> None:
    vendor, one, two = stage
    assert found(vendor, filter=name) == [one["id"], two["id"]]
    one.update(UNMAKES[name])
    assert found(vendor, filter=name) == [two["id"]]


@pytest.mark.parametrize("name", LABELS)
def test_a_label_of_ones_own_is_found_by_its_kind(stage: Any, name: str) -> None:
    vendor, one, two = stage
    for kind, lead in (("positive", one), ("negative", two)):
        label = vendor.post("/lead-labels", {"label": kind, "interest_status_label": kind})
        lead["interest"] = label["interest_status"]
    assert found(vendor, filter=name) == [one["id"] if LABELS[name] == "positive" else two["id"]]


def test_a_catch_all_is_risky_and_a_filter_that_does_not_exist_is_refused(stage: Any) -> None:
    vendor, one, _ = stage
    one.update(email="catchall.one@alder.example.com", verify_at=0)
    assert found(vendor, filter="FILTER_VAL_RISKY") == [one["id"]]
    refused = vendor.http.post("/leads/list", json={"filter": "FILTER_VAL_EVERYBODY"})
    assert refused.status_code == 400


def test_leads_are_found_by_who_they_are_assigned_to(stage: Any) -> None:
    vendor, one, two = stage
    one["person"]["assigned_to"], two["person"]["assigned_to"] = USER, OTHER
    assert found(vendor, organization_user_ids=[USER]) == [one["id"]]


def test_leads_of_a_list_that_enriches_are_found_by_how_far_that_is(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(list_lag_s=0)
    made = vendor.post("/lead-lists", {"name": "Enriched", "has_enrichment_task": True})["id"]
    vendor.add(vendor.campaign(), "plain@alder.example.com")
    leads = [{"email": f"p{number}@alder.example.com"} for number in range(20)]
    vendor.post("/leads/add", {"list_id": made, "leads": leads})
    assert len(found(vendor, enrichment_status=11, limit=100)) == 20
    vendor.advance(10)
    assert found(vendor, enrichment_status=11) == []
    enriched, unknown = (found(vendor, enrichment_status=status, limit=100) for status in (1, -1))
    assert len(enriched) + len(unknown) == 20
    assert len(enriched) > len(unknown) > 0


def test_leads_are_found_by_the_gateway_of_their_company(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(list_lag_s=0)
    vendor.add(vendor.campaign(), *(f"ana@c{number}.example.com" for number in range(60)))
    by_code = {code: set(found(vendor, esg_code=code, limit=100)) for code in ("0", "1", "2", "3", "4", "all", "none")}
    assert by_code["all"] == by_code["1"] | by_code["2"] | by_code["3"] | by_code["4"] != set()
    assert by_code["none"] == by_code["0"]
    assert len(by_code["all"]) + len(by_code["none"]) == 60


def test_nobody_visited_a_website_and_no_smart_view_exists(stage: Any) -> None:
    vendor, one, two = stage
    assert found(vendor, is_website_visitor=True) == []
    assert found(vendor, is_website_visitor=False) == [one["id"], two["id"]]
    assert found(vendor, smart_view_id=USER) == []


@pytest.mark.parametrize("search", ["ONE@alder", "ana", "lindqvist", "Ana Lindqvist"])
def test_a_search_looks_at_address_and_names(stage: Any, search: str) -> None:
    vendor, one, _ = stage
    one["person"] |= {"first_name": "Ana", "last_name": "Lindqvist"}
    assert found(vendor, search=search) == [one["id"]]


@pytest.mark.parametrize(
    ("action", "values", "fits"),
    [
        ("reply", {}, True),
        ("reply", {"occurrence-days": 2}, True),
        ("reply", {"occurrence-days": 0.5}, False),
        ("reply", {"occurrence-count": {"condition": "more", "count": 1}}, True),
        ("reply", {"occurrence-count": {"condition": "more", "count": 2}}, False),
        ("reply", {"occurrence-count": {"condition": "less", "count": 3}}, True),
        ("reply", {"occurrence-count": {"condition": "less", "count": 2}}, False),
        ("reply", {"occurrence-count": {"condition": "equal", "count": 2}}, True),
        ("reply", {"occurrence-count": {"condition": "equal", "count": 2}, "occurrence-days": 0.5}, False),
        ("email-open", {}, False),
        ("link-click", {"occurrence-days": 30}, False),
        ("last-contacted", {"occurrence-days": 3}, True),
        ("last-contacted", {"occurrence-days": 1}, False),
        ("lead-status", {"lead-status": {"condition": "is", "status": 1}}, True),
        ("lead-status", {"lead-status": {"condition": "is-not", "status": 1}}, False),
        ("lead-status-change", {"occurrence-days": 2}, True),
        ("lead-status-change", {"occurrence-days": 0.5}, False),
        ("lead-status-change", {"occurrence-days": 2, "lead-status": {"condition": "is", "status": 2}}, False),
    ],
)
def test_a_condition_of_a_smart_view_counts_what_the_lead_did(stage: Any, action: str, values: Any, fits: bool) -> None:
    vendor, one, _ = stage
    now = vendor.app.world.now()
    one.update(counts={"reply": 2, "sent": 1}, interest=1, sent_at=now - 2 * DAY_S)
    one["last"] = {"reply": now - DAY_S, "interest": now - DAY_S}
    assert found(vendor, ids=[one["id"]], queries=[{"actionType": action, "values": values}]) == (
        [one["id"]] if fits else []
    )


def test_all_conditions_have_to_fit(stage: Any) -> None:
    vendor, one, _ = stage
    one["counts"], one["last"] = {"reply": 1}, {"reply": vendor.app.world.now()}
    conditions = [{"actionType": "reply", "values": {}}, {"actionType": "email-open", "values": {}}]
    assert found(vendor, queries=conditions[:1]) == [one["id"]]
    assert found(vendor, queries=conditions) == []


def test_campaigns_lists_and_neither_are_different_places(stage: Any) -> None:
    vendor, one, two = stage
    made = new_list(vendor)
    vendor.post("/leads/add", {"list_id": made, "leads": [{"email": "listed@alder.example.com"}]})
    orphan = vendor.post("/leads", {"first_name": "Ana"})
    assert (orphan["campaign"], orphan["list_id"]) == (None, None)
    assert found(vendor, in_campaign=False, in_list=False) == [orphan["id"]]
    assert found(vendor, in_campaign=True) == [one["id"], two["id"]]
    assert len(found(vendor, list_id=made)) == 1
    assert len(found(vendor, in_campaign=False)) == 2
