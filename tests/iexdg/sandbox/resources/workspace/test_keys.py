"""API keys: a made one works with its scopes, a deleted one does not."""

from typing import Any

import httpx
import pytest


def with_key(vendor: Any, key: str, method: str, path: str, body: Any = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    answer: httpx.Response = vendor.http.request(method, path, headers=headers, **({"json": body} if body else {}))
    return answer


def test_a_made_key_opens_the_workspace_with_just_its_scopes(vendor: Any) -> None:
    made = vendor.post("/api-keys", {"name": "Reader", "scopes": ["campaigns:read", "accounts:all"]})
    assert (made["name"], made["scopes"]) == ("Reader", ["campaigns:read", "accounts:all"])
    assert with_key(vendor, made["key"], "GET", "/campaigns").status_code == 200
    assert with_key(vendor, made["key"], "POST", "/accounts/pause", {"emails": ["x@y.example.com"]}).status_code == 200
    refused = with_key(vendor, made["key"], "GET", "/audit-logs")
    assert (refused.status_code, refused.json()) == (
        403,
        {"statusCode": 403, "error": "Forbidden", "message": "Missing required scope: audit_logs:read"},
    )


@pytest.mark.parametrize("scope", ["campaigns:read", "campaigns:all", "all:read", "all:all"])
def test_each_of_the_four_scopes_of_an_operation_opens_it(vendor: Any, scope: str) -> None:
    key = vendor.post("/api-keys", {"name": "One", "scopes": [scope]})["key"]
    assert with_key(vendor, key, "GET", "/campaigns").status_code == 200


@pytest.mark.parametrize("scope", ["campaigns:create", "all:update", "leads:all"])
def test_no_other_scope_does(vendor: Any, scope: str) -> None:
    key = vendor.post("/api-keys", {"name": "Other", "scopes": [scope]})["key"]
    assert with_key(vendor, key, "GET", "/campaigns").status_code == 403


def test_an_invented_scope_is_a_400(vendor: Any) -> None:
    body = {"name": "Odd", "scopes": ["everything:all"]}
    assert vendor.http.post("/api-keys", json=body).status_code == 400


def test_a_deleted_key_is_a_401_at_once(vendor: Any) -> None:
    made = vendor.post("/api-keys", {"name": "Reader", "scopes": ["all:all"]})
    gone = vendor.http.delete(f"/api-keys/{made['id']}").json()
    assert gone == made
    assert with_key(vendor, made["key"], "GET", "/campaigns").status_code == 401
    assert vendor.http.delete(f"/api-keys/{made['id']}").status_code == 404


def test_the_first_key_is_listed_and_may_delete_itself(vendor: Any) -> None:
    (first,) = vendor.get("/api-keys")["items"]
    assert (first["name"], first["scopes"], first["key"]) == ("Sandbox", ["all:all"], "sandbox-key")
    made = vendor.post("/api-keys", {"name": "Second", "scopes": ["all:all"]})
    assert vendor.http.delete(f"/api-keys/{first['id']}").status_code == 200
    assert vendor.http.get("/campaigns").status_code == 401
    answer = with_key(vendor, made["key"], "GET", "/api-keys")
    assert [item["id"] for item in answer.json()["items"]] == [made["id"]]


def test_making_and_deleting_is_audited_without_the_key(vendor: Any) -> None:
    made = vendor.post("/api-keys", {"name": "Reader", "scopes": ["campaigns:read"]})
    vendor.http.delete(f"/api-keys/{made['id']}")
    entries = vendor.get("/audit-logs")["items"]
    assert [entry["activity_type"] for entry in entries] == [38, 37]
    assert made["key"] not in repr(entries)
    assert made["key"] not in repr(vendor.control("GET", "log"))
    assert made["key"] not in repr(vendor.control("GET", "state"))


def test_what_a_made_key_does_is_audited_under_its_id(vendor: Any) -> None:
    made = vendor.post("/api-keys", {"name": "Writer", "scopes": ["accounts:all"]})
    with_key(vendor, made["key"], "POST", "/accounts/exec@peers.example.com/pause", {})
    vendor.post("/accounts/exec@peers.example.com/resume", {})
    resumed, paused = vendor.get("/audit-logs", activity_type=36)["items"]
    assert paused["api_key_id"] == made["id"]
    assert resumed["api_key_id"] == vendor.app.world.api_key_id


def test_a_made_key_opens_its_own_workspace_and_no_other(make_vendor: Any) -> None:
    vendor = make_vendor(workspaces=2)
    answer = with_key(vendor, "sandbox-key-2", "POST", "/api-keys", {"name": "Second", "scopes": ["all:all"]})
    key = answer.json()["key"]
    second = with_key(vendor, "sandbox-key-2", "GET", "/workspaces/current").json()
    assert with_key(vendor, key, "GET", "/workspaces/current").json() == second
    assert second["id"] != vendor.get("/workspaces/current")["id"]


def test_keys_survive_in_the_saved_state(vendor: Any, make_vendor: Any) -> None:
    key = vendor.post("/api-keys", {"name": "Kept", "scopes": ["campaigns:read"]})["key"]
    other = make_vendor()
    other.app.restore(vendor.app.saved())
    assert with_key(other, key, "GET", "/campaigns").status_code == 200
