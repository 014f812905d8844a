"""People of the workspace, and the group of workspaces."""

from typing import Any

import pytest

ADA = {"email": "ada.lane@team.example.com", "role": "editor", "nickname": "Finance"}
EXEC = "exec@peers.example.com"
HOUR = 3600


def test_an_invited_person_accepts_after_a_while_and_a_stuck_one_never(vendor: Any) -> None:
    made = vendor.post("/workspace-members", ADA)
    vendor.post("/workspace-members", {"email": "stuck@team.example.com", "role": "view"})
    assert (made["accepted"], made["name"], made["nickname"]) == (False, {"first": "Ada", "last": "Lane"}, "Finance")
    vendor.advance(2 * HOUR)
    assert vendor.get(f"/workspace-members/{made['id']}")["accepted"] is True
    waiting = vendor.get("/workspace-members", accepted="false")["items"]
    assert [one["email"] for one in waiting] == ["stuck@team.example.com"]
    assert [one["role"] for one in vendor.get("/workspace-members", search="robin")["items"]] == ["owner"]
    assert len(vendor.get("/workspace-members")["items"]) == 3


def test_a_member_is_changed_and_removed(vendor: Any) -> None:
    made = vendor.post("/workspace-members", ADA)
    path = f"/workspace-members/{made['id']}"
    changed = vendor.patch(path, {"role": "admin"})
    assert (changed["role"], changed["nickname"]) == ("admin", "Finance")
    assert vendor.http.delete(path).json() == changed
    assert vendor.http.get(path).status_code == 404
    assert len(vendor.get("/workspace-members")["items"]) == 1


@pytest.mark.parametrize("body", [ADA | {"role": "owner"}, ADA | {"email": "robin@sandbox.example.com"}])
def test_a_second_owner_and_the_same_person_twice_are_refused(vendor: Any, body: Any) -> None:
    assert vendor.http.post("/workspace-members", json=body).status_code == 400
    assert len(vendor.get("/workspace-members")["items"]) == 1


def test_the_owner_stays_the_owner(vendor: Any) -> None:
    (owner,) = vendor.get("/workspace-members")["items"]
    path = f"/workspace-members/{owner['id']}"
    assert vendor.http.patch(path, json={"role": "view"}).status_code == 400
    assert vendor.http.delete(path).status_code == 400
    assert vendor.get("/workspace-members")["items"] == [owner]


def test_ownership_goes_to_a_member_who_has_accepted(vendor: Any) -> None:
    made = vendor.post("/workspace-members", ADA)
    path, body = "/workspaces/current/change-owner", {"email": ADA["email"], "sec": "invented"}
    assert vendor.http.post(path, json=body).status_code == 404
    vendor.advance(2 * HOUR)
    assert vendor.post(path, body)["owner"] == made["user_id"]
    roles = {one["email"]: one["role"] for one in vendor.get("/workspace-members")["items"]}
    assert roles == {"robin@sandbox.example.com": "admin", ADA["email"]: "owner"}


@pytest.fixture
def two(make_vendor: Any) -> Any:
    """Two workspaces; `vendor.http` speaks for the first."""
    return make_vendor(workspaces=2)


def second_get(vendor: Any, path: str) -> Any:
    return vendor.http.get(path, headers={"Authorization": "Bearer sandbox-key-2"}).json()


def in_one_group(vendor: Any) -> tuple[str, str, str]:
    """(first, second, id of the membership), once the second has accepted."""
    first, second = vendor.get("/workspaces/current"), second_get(vendor, "/workspaces/current")
    made = vendor.post("/workspace-group-members", {"sub_workspace_id": second["id"]})
    assert (made["status"], made["sub_workspace_name"]) == ("pending", None)
    vendor.advance(2 * HOUR)
    return first["id"], second["id"], made["id"]


def test_a_workspace_joins_the_group_of_another(two: Any) -> None:
    first, second, made = in_one_group(two)
    shown = two.get(f"/workspace-group-members/{made}")
    assert (shown["status"], shown["admin_workspace_id"], shown["sub_workspace_id"]) == ("accepted", first, second)
    assert shown["sub_workspace_name"] == "Sandbox 2"
    assert second_get(two, "/workspace-group-members/admin") == {
        "workspace_name": "Sandbox",
        "has_admin_workspace": True,
        "workspace_group_member_id": made,
    }
    assert two.get("/workspace-group-members/admin") == {"workspace_name": "Undefined", "has_admin_workspace": False}
    again = two.http.post("/workspace-group-members", json={"sub_workspace_id": second})
    assert (again.status_code, again.json()["error"]) == (409, "Conflict")


def test_a_managed_workspace_may_leave(two: Any) -> None:
    _, _, made = in_one_group(two)
    headers = {"Authorization": "Bearer sandbox-key-2"}
    assert two.http.delete(f"/workspace-group-members/{made}", headers=headers).status_code == 200
    assert second_get(two, "/workspace-group-members/admin")["has_admin_workspace"] is False
    assert two.get("/workspace-group-members")["items"] == []


def test_a_workspace_of_another_simulator_never_accepts(vendor: Any) -> None:
    elsewhere = "0199bbbb-0000-7000-8000-000000000000"
    made = vendor.post("/workspace-group-members", {"sub_workspace_id": elsewhere})
    vendor.advance(100 * HOUR)
    assert vendor.get(f"/workspace-group-members/{made['id']}")["status"] == "pending"
    own = vendor.get("/workspaces/current")["id"]
    assert vendor.http.post("/workspace-group-members", json={"sub_workspace_id": own}).status_code == 400


def test_accounts_move_within_a_group_and_stop_sending_where_they_were(two: Any) -> None:
    first, second, _ = in_one_group(two)
    campaign = two.campaign(email_list=[EXEC])
    two.app.simulations.all[1].world.accounts.pop(EXEC)
    move = {"emails": [EXEC], "source_workspace_id": first, "destination_workspace_id": second}
    assert two.post("/accounts/move", move) == {"status": "success"}
    assert two.http.get(f"/accounts/{EXEC}").status_code == 404
    assert second_get(two, f"/accounts/{EXEC}")["organization"] == second
    assert two.get(f"/campaigns/{campaign}")["email_list"] == []


def test_only_the_admins_key_moves_accounts_and_all_or_none_of_them(two: Any) -> None:
    ids = [one.world.organization for one in two.app.simulations.all]
    move = {"emails": [EXEC], "source_workspace_id": ids[0], "destination_workspace_id": ids[1]}
    assert two.http.post("/accounts/move", json=move).status_code == 403
    in_one_group(two)
    headers = {"Authorization": "Bearer sandbox-key-2"}
    assert two.http.post("/accounts/move", json=move, headers=headers).status_code == 403
    assert two.http.post("/accounts/move", json=move).status_code == 400
    two.app.simulations.all[1].world.accounts.pop(EXEC)
    with_unknown = move | {"emails": [EXEC, "nobody@peers.example.com"]}
    assert two.http.post("/accounts/move", json=with_unknown).status_code == 404
    assert two.get(f"/accounts/{EXEC}")["organization"] == ids[0]
