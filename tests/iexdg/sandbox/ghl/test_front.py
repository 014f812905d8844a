"""Who is let in, how often, and the shapes of what is refused."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from iexdg.sandbox.http.faults import ConnectionDropped
from tests.iexdg.sandbox.ghl.conftest import Location

EMAIL = "ada@northwind.example.com"


def message(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json()["message"]


def test_the_version_header_is_needed_and_must_be_a_known_one(location: Location) -> None:
    path = f"/locations/{location.id}"
    assert message(location.call("GET", path, headers={"Version": ""})) == (401, "version header was not found.")
    assert message(location.call("GET", path, headers={"Version": "1"})) == (401, "version header is invalid")
    newer = location.call("GET", path, headers={"Version": "v3"})
    assert message(newer) == (404, f"Cannot GET {path}")


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("pit-other", "Invalid Private Integration token"),
        ("eyJ", "Invalid JWT"),
        ("", "Invalid JWT"),
    ],
)
def test_a_token_that_is_not_accepted_is_a_401(location: Location, token: str, words: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    assert message(location.call("GET", f"/locations/{location.id}", headers=headers)) == (401, words)


def test_a_missing_scope_is_a_401_and_is_looked_at_before_the_location(make_location: Callable[..., Location]) -> None:
    location = make_location(crm_scopes=frozenset({"contacts.readonly"}))
    refused = location.call("GET", "/workflows/", params={"locationId": "other"})
    assert message(refused) == (401, "The token is not authorized for this scope.")


def test_another_location_is_a_403(location: Location) -> None:
    refused = location.call("GET", "/workflows/", params={"locationId": "other"})
    assert message(refused) == (403, "The token does not have access to this location.")
    body = {"locationId": "other", "email": EMAIL}
    assert location.call("POST", "/contacts/upsert", body).status_code == 403


def test_an_unknown_path_is_a_404_and_a_slash_counts(location: Location) -> None:
    query = {"locationId": location.id}
    assert message(location.call("GET", "/workflows", params=query)) == (404, "Cannot GET /workflows")
    assert location.call("GET", "/workflows/", params=query).status_code == 200


def test_what_is_wrong_with_a_body_is_a_list(location: Location) -> None:
    answer = location.call("POST", "/contacts/", {"email": 5, "favourite": "x"})
    assert answer.status_code == 422
    assert answer.json()["message"] == [
        "property favourite should not exist",
        "locationId should not be empty",
        "email must be a string",
    ]
    assert answer.json()["traceId"]


def test_urllib_is_stopped_at_the_edge_and_a_named_agent_is_not(location: Location) -> None:
    path = f"/locations/{location.id}"
    stopped = location.call("GET", path, headers={"User-Agent": "Python-urllib/3.11"})
    assert (stopped.status_code, stopped.text) == (403, "error code: 1010")
    assert location.call("GET", path, headers={"User-Agent": "curl/8.9.1"}).status_code == 200


def test_the_headers_say_which_of_the_two_limits_it_was(make_location: Callable[..., Location]) -> None:
    location = make_location(limits=True, crm_burst=2, crm_daily=3)
    path = f"/locations/{location.id}"
    seen = [location.call("GET", path) for _ in range(3)]
    assert [one.status_code for one in seen] == [200, 200, 429]
    assert seen[1].headers["X-RateLimit-Remaining"] == "0"
    assert seen[2].headers["X-RateLimit-Daily-Remaining"] == "1"
    assert seen[2].headers["X-RateLimit-Interval-Milliseconds"] == "10000"
    location.vendor.clock.now += 10
    assert location.call("GET", path).status_code == 200
    refused = location.call("GET", path)
    assert (refused.status_code, refused.headers["X-RateLimit-Daily-Remaining"]) == (429, "0")
    location.vendor.clock.now += 86_400
    assert location.call("GET", path).status_code == 200


def test_faults_match_the_paths_with_and_without_their_prefix(location: Location) -> None:
    for path in ("/contacts/*", "/ghl/contacts/*"):
        location.vendor.control("POST", "faults", {"match": {"path": path}, "do": "status", "value": 503})
        assert location.call("GET", "/contacts/none").status_code == 503
        assert location.call("GET", "/contacts/none").status_code == 400
    location.vendor.control("POST", "faults", {"match": {"path": "/contacts/upsert"}, "do": "drop_after_commit"})
    with pytest.raises(ConnectionDropped):
        location.call("POST", "/contacts/upsert", {"locationId": location.id, "email": EMAIL})
    assert [one["email"] for one in location.vendor.control("GET", "crm")["contacts"]] == [EMAIL]


def test_a_fault_may_fail_after_the_work_was_done(location: Location) -> None:
    fault = {"match": {"path": "/contacts/upsert"}, "do": "status_after_commit", "value": 500}
    location.vendor.control("POST", "faults", fault)
    assert location.call("POST", "/contacts/upsert", {"locationId": location.id, "email": EMAIL}).status_code == 500
    assert len(location.vendor.control("GET", "crm")["contacts"]) == 1


def test_every_workspace_has_a_location_of_its_own(make_location: Callable[..., Location]) -> None:
    first = make_location(workspaces=2)
    second = Location(first.vendor, token="pit-sandbox-2")
    other = first.vendor.app.simulations.all[1].world.crm.location
    assert other != first.id
    body = {"locationId": other, "email": EMAIL}
    assert first.call("POST", "/contacts/upsert", body).status_code == 403
    assert second.call("POST", "/contacts/upsert", body).status_code == 200
    assert first.vendor.control("GET", "crm")["contacts"] == []
    assert len(first.vendor.control("GET", "crm?workspace=2")["contacts"]) == 1


def test_what_is_asked_stands_in_the_log(location: Location) -> None:
    location.call("GET", f"/locations/{location.id}")
    (entry,) = location.vendor.control("GET", "log")["items"]
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", f"/ghl/locations/{location.id}", 200)


def test_a_location_is_saved_loaded_and_reset(location: Location, make_location: Callable[..., Location]) -> None:
    contact_id = location.contact(email=EMAIL)
    location.ok("POST", f"/contacts/{contact_id}/notes", {"body": "Hello"})
    other = make_location()
    other.vendor.app.restore(location.vendor.app.saved())
    assert other.read(contact_id)["email"] == EMAIL
    other.vendor.control("POST", "reset")
    shown = other.vendor.control("GET", "crm")
    assert (shown["contacts"], shown["notes"], shown["workflow_entries"]) == ([], [], [])


def test_a_revoked_token_is_refused_until_it_is_given_back(location: Location) -> None:
    path = f"/locations/{location.id}"
    location.vendor.control("POST", "crm", {"revoked": True})
    assert message(location.call("GET", path)) == (401, "Invalid Private Integration token")
    location.vendor.control("POST", "crm", {"revoked": False})
    assert location.call("GET", path).status_code == 200
    location.vendor.control("POST", "crm", {"workflow": "Nurture", "status": "draft"})
    assert location.crm.workflows[location.workflow("Nurture")]["status"] == "draft"
