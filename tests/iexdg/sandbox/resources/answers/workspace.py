"""Every answer about the workspace, its keys, its members and its group."""

from typing import Any

ELSEWHERE = "0199bbbb-0000-7000-8000-000000000000"
REMOVAL, DOMAIN = "/workspaces/current/schedule-for-removal", "/workspaces/current/whitelabel-domain"


def write_all(vendor: Any) -> None:
    vendor.patch("/workspaces/current", {"name": "Renamed", "org_logo_url": None})
    vendor.post(REMOVAL, {})
    assert vendor.http.delete(REMOVAL).status_code == 200
    vendor.post(DOMAIN, {"domain": "agency.example.com"})
    vendor.get(DOMAIN)
    assert vendor.http.delete(DOMAIN).status_code == 200
    assert vendor.http.get(DOMAIN).status_code == 404
    key = vendor.post("/api-keys", {"name": "Reader", "scopes": ["campaigns:read"]})
    vendor.get("/api-keys")
    assert vendor.http.delete(f"/api-keys/{key['id']}").status_code == 200
    assert vendor.http.delete(f"/api-keys/{key['id']}").status_code == 404
    _members(vendor)
    _group(vendor)


def _members(vendor: Any) -> None:
    member = vendor.post("/workspace-members", {"email": "ada.lane@team.example.com", "role": "editor"})
    path = f"/workspace-members/{member['id']}"
    vendor.patch(path, {"nickname": "Finance"})
    vendor.get(path)
    vendor.advance(7200)
    vendor.get("/workspace-members")
    vendor.post("/workspaces/current/change-owner", {"email": "ada.lane@team.example.com", "sec": "invented"})
    (old,) = vendor.get("/workspace-members", search="robin")["items"]
    assert vendor.http.delete(f"/workspace-members/{old['id']}").status_code == 200
    assert vendor.http.get(f"/workspace-members/{old['id']}").status_code == 404
    assert vendor.http.post("/workspace-members", json={"email": "x@y.example.com", "role": "owner"}).status_code == 400


def _group(vendor: Any) -> None:
    """The simulator needs a second workspace."""
    first, second = (one.world.organization for one in vendor.app.simulations.all)
    vendor.post("/workspace-group-members", {"sub_workspace_id": second})
    vendor.advance(7200)
    moved = {"emails": ["team@peers.example.com"], "source_workspace_id": second, "destination_workspace_id": first}
    assert vendor.http.post("/accounts/move", json=moved).status_code == 400
    vendor.app.simulations.all[0].world.accounts.pop("team@peers.example.com")
    vendor.post("/accounts/move", moved)
    member = vendor.post("/workspace-group-members", {"sub_workspace_id": ELSEWHERE})
    path = f"/workspace-group-members/{member['id']}"
    vendor.get(path)
    vendor.get("/workspace-group-members")
    again = vendor.http.post("/workspace-group-members", json={"sub_workspace_id": ELSEWHERE})
    assert again.status_code == 409
    assert vendor.http.delete(path).status_code == 200
    assert vendor.http.get(path).status_code == 404
