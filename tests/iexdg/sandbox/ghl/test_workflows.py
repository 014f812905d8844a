"""Workflows, opportunities and the location itself."""

from collections.abc import Callable

from tests.iexdg.sandbox.ghl.conftest import Location


def test_all_workflows_are_listed_with_their_status(location: Location) -> None:
    found = location.ok("GET", "/workflows/", params={"locationId": location.id})["workflows"]
    assert [(one["name"], one["status"]) for one in found] == [
        ("Hot reply alert", "published"),
        ("Nurture", "published"),
        ("Referral follow-up", "draft"),
    ]


def test_a_contact_enters_a_workflow_each_time_where_re_entry_is_allowed(location: Location) -> None:
    contact_id = location.contact(email="ada@example.com")
    for name, times in (("Hot reply alert", 2), ("Nurture", 1)):
        path = f"/contacts/{contact_id}/workflow/{location.workflow(name)}"
        for _ in range(2):
            assert location.ok("POST", path, {}) == {"succeded": True}
        entries = location.vendor.control("GET", "crm")["workflow_entries"]
        assert len([one for one in entries if one["workflowId"] == location.workflow(name)]) == times


def test_a_draft_accepts_and_takes_nobody_in(location: Location) -> None:
    path = f"/contacts/{location.contact(email='ada@example.com')}/workflow/{location.workflow('Referral follow-up')}"
    assert location.ok("POST", path, {}) == {"succeded": True}
    assert location.vendor.control("GET", "crm")["workflow_entries"] == []


def test_a_draft_may_refuse(make_location: Callable[..., Location]) -> None:
    location = make_location(crm_drafts="refuse")
    path = f"/contacts/{location.contact(email='ada@example.com')}/workflow/{location.workflow('Referral follow-up')}"
    assert location.call("POST", path, {}).status_code == 422


def test_leaving_a_workflow_that_the_contact_is_not_in_is_a_404(location: Location) -> None:
    path = f"/contacts/{location.contact(email='ada@example.com')}/workflow/{location.workflow()}"
    assert location.call("DELETE", path, {}).status_code == 404
    location.ok("POST", path, {})
    assert location.ok("DELETE", path, {}) == {"succeded": True}
    assert location.call("DELETE", path, {}).status_code == 404


def test_an_unknown_contact_or_workflow_is_a_400(location: Location) -> None:
    contact_id = location.contact(email="ada@example.com")
    assert location.call("POST", f"/contacts/none/workflow/{location.workflow()}", {}).status_code == 400
    assert location.call("POST", f"/contacts/{contact_id}/workflow/none", {}).status_code == 400


def test_an_opportunity_is_found_again_by_contact_and_pipeline(location: Location) -> None:
    contact_id = location.contact(email="ada@example.com")
    (pipeline,) = location.ok("GET", "/opportunities/pipelines", params={"locationId": location.id})["pipelines"]
    body = {"locationId": location.id, "pipelineId": pipeline["id"], "contactId": contact_id}
    first = location.ok("POST", "/opportunities/upsert", body | {"name": "Membership", "status": "open"})
    second = location.ok("POST", "/opportunities/upsert", body | {"pipelineStageId": pipeline["stages"][1]["id"]})
    assert (first["new"], second["new"]) == (True, False)
    assert first["opportunity"]["id"] == second["opportunity"]["id"]
    assert second["opportunity"]["name"] == "Membership"
    assert second["opportunity"]["pipelineStageId"] == pipeline["stages"][1]["id"]
    duplicate = body | {"name": "Again", "status": "open"}
    assert location.call("POST", "/opportunities/", duplicate).status_code == 400


def test_an_opportunity_needs_a_contact(location: Location) -> None:
    body = {"locationId": location.id, "pipelineId": location.crm.pipelines[0]["id"]}
    answer = location.call("POST", "/opportunities/upsert", body)
    assert (answer.status_code, answer.json()["message"]) == (422, ["contactId should not be empty"])


def test_the_location_says_its_name_and_whether_duplicates_are_allowed(make_location: Callable[..., Location]) -> None:
    location = make_location(world="demo", crm_duplicates=True)
    found = location.ok("GET", f"/locations/{location.id}")["location"]
    assert (found["id"], found["name"]) == (location.id, "IEXDG Demo location")
    assert found["settings"]["allowDuplicateContact"] is True


def test_opportunities_are_found_by_contact_pipeline_and_status(make_location: Callable[..., Location]) -> None:
    location = make_location()
    contact_id, other = location.contact(email="ada@example.com"), location.contact(email="grace@example.com")
    body = {"locationId": location.id, "pipelineId": location.crm.pipelines[0]["id"], "name": "M", "status": "won"}
    made = location.ok("POST", "/opportunities/upsert", body | {"contactId": contact_id})["opportunity"]
    location.ok("POST", "/opportunities/upsert", body | {"contactId": other, "status": "open"})
    asked = {"location_id": location.id, "contact_id": contact_id, "pipeline_id": body["pipelineId"]}

    def found(**more: str) -> list[str]:
        answer = location.ok("GET", "/opportunities/search", params=asked | more)
        assert answer["meta"]["total"] == len(answer["opportunities"])
        return [one["id"] for one in answer["opportunities"]]

    # An index: a new one is not there yet.
    assert found() == []
    location.vendor.advance(5)
    assert found() == found(status="all") == found(status="won") == [made["id"]]
    assert found(status="open") == found(contact_id="none") == found(pipeline_id="none") == []
    everyone = {"location_id": location.id, "limit": "1"}
    pages = [location.ok("GET", "/opportunities/search", params=everyone | {"page": page}) for page in ("1", "2")]
    assert {one["opportunities"][0]["contactId"] for one in pages} == {contact_id, other}
    assert (pages[0]["meta"]["nextPage"], "nextPage" in pages[1]["meta"]) == (2, False)


def test_the_search_for_opportunities_refuses_what_it_does_not_know(location: Location) -> None:
    path = "/opportunities/search"
    assert location.call("GET", path, params={"locationId": location.id}).status_code == 422
    assert location.call("GET", path, params={"location_id": "another"}).status_code == 403
    for wrong in ({"status": "closed"}, {"limit": "101"}, {"page": "0"}):
        contact_id = location.contact(email=f"{next(iter(wrong))}@example.com")
        body = {"locationId": location.id, "pipelineId": location.crm.pipelines[0]["id"], "contactId": contact_id}
        location.ok("POST", "/opportunities/upsert", body)
        assert location.call("GET", path, params={"location_id": location.id} | wrong).status_code == 422
