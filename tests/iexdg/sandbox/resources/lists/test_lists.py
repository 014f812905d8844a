"""Lead lists: their fields, their pages, the counts of verdicts, and that leads go with them."""

from collections.abc import Callable
from typing import Any

import pytest

UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"


def test_a_list_is_made_read_changed_and_deleted(vendor: Any) -> None:
    made = vendor.post("/lead-lists", {"name": "Autumn"})
    assert (made["name"], made["has_enrichment_task"], made["owned_by"]) == ("Autumn", False, vendor.app.world.owner)
    changes = {"name": "Spring", "has_enrichment_task": True, "owned_by": None}
    changed = vendor.patch(f"/lead-lists/{made['id']}", changes)
    assert changed == made | changes
    assert vendor.get(f"/lead-lists/{made['id']}") == changed
    gone = vendor.http.delete(f"/lead-lists/{made['id']}")
    assert (gone.status_code, gone.json()) == (200, changed)
    assert vendor.http.get(f"/lead-lists/{made['id']}").status_code == 404


def test_lists_page_by_the_time_they_were_made_even_when_that_was_the_same_moment(vendor: Any) -> None:
    names = [f"List {number}" for number in range(5)]
    for name in names:
        vendor.post("/lead-lists", {"name": name})
    seen, query = list[str](), dict[str, Any](limit=2)
    while items := (page := vendor.get("/lead-lists", **query))["items"]:
        seen += [item["name"] for item in items]
        if "next_starting_after" not in page:
            break
        assert page["next_starting_after"] == items[-1]["timestamp_created"]
        query["starting_after"] = page["next_starting_after"]
    assert seen == names


@pytest.mark.parametrize(
    ("query", "names"), [({"search": "SPR"}, ["Spring"]), ({"has_enrichment_task": "true"}, ["Autumn"]), ({}, None)]
)
def test_lists_are_found_by_name_and_by_what_they_do(vendor: Any, query: Any, names: list[str] | None) -> None:
    vendor.post("/lead-lists", {"name": "Autumn", "has_enrichment_task": True})
    vendor.post("/lead-lists", {"name": "Spring"})
    assert [item["name"] for item in vendor.get("/lead-lists", **query)["items"]] == (names or ["Autumn", "Spring"])


def test_verdicts_are_counted_and_who_was_not_verified_is_only_in_the_total(vendor: Any) -> None:
    made = vendor.post("/lead-lists", {"name": "Autumn"})["id"]

    def add(*emails: str, **more: Any) -> None:
        leads = [{"email": f"{email}@alder.example.com"} for email in emails]
        vendor.post("/leads/add", {"list_id": made, "leads": leads, **more})

    add("ana", "ben", "invalid.c", "risky.d", "catchall.e", "stuck.f", verify_leads_on_import=True)
    add("gina")
    path = f"/lead-lists/{made}/verification-stats"
    assert vendor.get(path)["stats"]["verification_job_pending_user"] == 6
    vendor.advance(10)
    assert vendor.get(path) == {
        "total_leads": 7,
        "stats": {
            "verified": 2,
            "invalid": 1,
            "risky": 1,
            "catch_all": 1,
            "job_change": 0,
            "verification_job_pending_leadfinder": 0,
            "verification_job_pending_user": 1,
        },
    }
    assert vendor.http.get(f"/lead-lists/{UNKNOWN}/verification-stats").status_code == 404


def test_the_leads_of_a_deleted_list_are_gone_and_those_of_campaigns_are_not(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(list_lag_s=0)
    made = vendor.post("/lead-lists", {"name": "Autumn"})["id"]
    vendor.post("/leads/add", {"list_id": made, "leads": [{"email": "ana@alder.example.com"}]})
    vendor.add(vendor.campaign(), "ana@alder.example.com")
    vendor.http.delete(f"/lead-lists/{made}")
    (left,) = vendor.post("/leads/list", {})["items"]
    assert left["list_id"] is None


def test_the_demo_has_a_list_of_verified_people(demo: Any) -> None:
    (made,) = demo.get("/lead-lists")["items"]
    stats = demo.get(f"/lead-lists/{made['id']}/verification-stats")
    assert (made["name"], stats["total_leads"], stats["stats"]["verified"]) == ("Autumn conference", 12, 12)
