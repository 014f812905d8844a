"""The Maton account of the simulator, asked over HTTP in both layouts of its paths."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from iexdg.sandbox.app import Sandbox, SandboxOptions, create_app
from tests.iexdg.sandbox.conftest import BROWSER, HandClock


class Maton:
    """A simulator with two workspaces, asked with the Maton key."""

    def __init__(self, **options: Any) -> None:
        self.clock = HandClock()
        chosen = {"world": "empty", "workspaces": 2, "limits": False, "clock": self.clock, **options}
        self.app = create_app(SandboxOptions(**chosen))
        self.http = client_of(self.app)

    def connections(self, **query: Any) -> list[Any]:
        found: list[Any] = self.http.get("/maton/connections", params=query).json()["connections"]
        return found

    def ids(self) -> list[str]:
        return [one["connection_id"] for one in self.connections()]

    def workspace(self, connection_id: str = "", prefix: str = "/maton") -> httpx.Response:
        headers = {"Maton-Connection": connection_id} if connection_id else {}
        return self.http.get(f"{prefix}/instantly/api/v2/workspaces/current", headers=headers)

    def change(self, connection_id: str, **values: Any) -> None:
        body = {"connection_id": connection_id, **values}
        assert self.http.post("/_sandbox/maton", json=body).status_code == 200


def client_of(app: Sandbox, key: str = "maton-key") -> httpx.Client:
    headers = {"User-Agent": BROWSER, "Authorization": f"Bearer {key}"}
    return httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://sandbox.example.com", headers=headers)


@pytest.fixture
def make_maton() -> Iterator[Callable[..., Maton]]:
    made: list[Maton] = []

    def make(**options: Any) -> Maton:
        made.append(Maton(**options))
        return made[-1]

    yield make
    for one in made:
        one.http.close()


@pytest.fixture
def maton(make_maton: Callable[..., Maton]) -> Maton:
    return make_maton()


def test_a_call_goes_to_the_workspace_of_the_connection_it_names(maton: Maton) -> None:
    first, second = maton.ids()
    assert maton.workspace(first).json()["name"] == "Sandbox"
    assert maton.workspace(second).json()["name"] == "Sandbox 2"


def test_without_a_name_the_oldest_active_connection_is_meant(maton: Maton) -> None:
    first, second = maton.ids()
    assert maton.workspace().json()["name"] == "Sandbox"
    maton.change(first, status="FAILED")
    assert maton.workspace().json()["name"] == "Sandbox 2"
    maton.change(second, status="PENDING")
    assert maton.workspace().status_code == 400


def test_a_connection_that_is_not_active_is_a_400_and_an_expired_one_a_500(maton: Maton) -> None:
    first, second = maton.ids()
    maton.change(first, status="PENDING")
    assert maton.workspace(first).status_code == 400
    maton.change(second, is_expired=True)
    assert maton.workspace(second).status_code == 500
    assert maton.workspace("00000000-0000-7000-8000-000000000000").status_code == 400


@pytest.mark.parametrize("change", [{"workspace": 3}, {"workspace": 0}, {"workspace": "1"}, {"is_expired": "no"}])
def test_a_change_that_no_connection_can_have_is_refused(maton: Maton, change: dict[str, Any]) -> None:
    first, _ = maton.ids()
    body = {"connection_id": first, **change}
    assert maton.http.post("/_sandbox/maton", json=body).status_code == 400
    assert maton.workspace(first).status_code == 200


def test_another_key_is_a_401_everywhere(maton: Maton) -> None:
    with client_of(maton.app, key="sandbox-key") as http:
        assert http.get("/maton/instantly/api/v2/campaigns").status_code == 401
        assert http.get("/maton/connections").status_code == 401
    with client_of(maton.app, key="maton-key") as http:
        assert http.get("/api/v2/campaigns").status_code == 401


def test_a_path_without_the_segment_of_the_app_is_not_served(maton: Maton) -> None:
    assert maton.http.get("/maton/api/v2/campaigns").status_code == 404


def test_more_than_ten_requests_a_second_are_refused_by_the_gateway(make_maton: Callable[..., Maton]) -> None:
    limited = make_maton(limits=True)
    statuses = [limited.workspace().status_code for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    limited.clock.now += 0.11
    assert limited.workspace().status_code == 200


def test_the_older_layout_has_a_host_for_each(maton: Maton) -> None:
    (first, _) = maton.ids()
    assert maton.workspace(first, "/maton-gateway").status_code == 200
    assert maton.http.get(f"/maton-ctrl/connections/{first}").json()["connection"]["connection_id"] == first
    assert maton.http.get("/maton-gateway/connections").status_code == 404
    assert maton.workspace(first, "/maton-ctrl").status_code == 404


def test_connections_are_filtered_by_app_and_status(maton: Maton) -> None:
    first, second = maton.ids()
    maton.change(second, status="FAILED")
    assert [one["connection_id"] for one in maton.connections(status="ACTIVE")] == [first]
    assert maton.connections(app="slack") == []


def test_a_new_connection_waits_until_a_person_authorises_it_for_a_workspace(maton: Maton) -> None:
    made = maton.http.post("/maton/connections", json={"app": "instantly"}).json()["connection"]
    assert made["status"] == "PENDING"
    assert made["creation_time"] == "2026-11-23T15:00:00.000000Z"
    assert maton.workspace(made["connection_id"]).status_code == 400
    page = maton.http.get(made["url"])
    assert "Authorise" in page.text
    assert maton.http.post(made["url"], data={"choice": "authorise", "workspace": "2"}).status_code == 200
    assert maton.workspace(made["connection_id"]).json()["name"] == "Sandbox 2"
    assert "name=choice" not in maton.http.get(made["url"]).text


def test_a_person_can_refuse(maton: Maton) -> None:
    made = maton.http.post("/maton/connections", json={"app": "instantly"}).json()["connection"]
    maton.http.post(made["url"], data={"choice": "refuse"})
    found = maton.http.get(f"/maton/connections/{made['connection_id']}").json()["connection"]
    assert found["status"] == "FAILED"


def test_the_link_opens_nothing_from_another_machine_or_without_its_token(maton: Maton) -> None:
    made = maton.http.post("/maton/connections", json={"app": "instantly"}).json()["connection"]
    assert maton.http.get("/maton/authorise?session_token=guessed").status_code == 404
    transport = httpx.WSGITransport(app=maton.app, remote_addr="203.0.113.9")
    with httpx.Client(transport=transport) as far:
        assert far.post(made["url"], data={"choice": "authorise"}).status_code == 404
    assert maton.connections()[-1]["status"] == "PENDING"


def test_a_deleted_connection_is_gone(maton: Maton) -> None:
    first, second = maton.ids()
    assert maton.http.delete(f"/maton/connections/{first}").status_code == 200
    assert maton.ids() == [second]
    assert maton.http.get(f"/maton/connections/{first}").status_code == 404
    assert maton.http.delete(f"/maton/connections/{first}").status_code == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"app": 1}', b'{"app": ""}'])
def test_a_connection_needs_an_app(maton: Maton, body: bytes) -> None:
    assert maton.http.post("/maton/connections", content=body).status_code == 400
    assert len(maton.ids()) == 2


def test_the_log_says_through_which_connection_a_request_came(maton: Maton) -> None:
    _, second = maton.ids()
    maton.workspace(second)
    maton.workspace("00000000-0000-7000-8000-000000000000")
    taken, refused = maton.http.get("/_sandbox/log").json()["items"][-2:]
    path = "/maton/instantly/api/v2/workspaces/current"
    assert (taken["path"], taken["status"], taken["maton_connection"]) == (path, 200, second)
    assert (refused["path"], refused["status"]) == (path, 400)


def test_faults_match_the_whole_path_and_the_native_one(maton: Maton) -> None:
    first, _ = maton.ids()
    for path in ("/maton/instantly/api/v2/workspaces/current", "/api/v2/workspaces/current", "/workspaces/current"):
        maton.http.post("/_sandbox/faults", json={"match": {"path": path}, "do": "status", "value": 503})
        assert maton.workspace(first).status_code == 503
        assert maton.workspace(first).status_code == 200


def test_the_edge_sees_the_agent_that_the_gateway_passes_on(maton: Maton) -> None:
    answer = maton.http.get("/maton/instantly/api/v2/campaigns", headers={"User-Agent": "Python-urllib/3.11"})
    assert (answer.status_code, answer.text) == (403, "error code: 1010")


def test_the_account_is_saved_and_loaded_with_every_workspace(tmp_path: Path) -> None:
    options = SandboxOptions(world="empty", workspaces=2, limits=False, state_file=tmp_path / "state.json")
    before = create_app(options)
    with client_of(before) as http:
        made = http.post("/maton/connections", json={"app": "instantly"}).json()["connection"]
    second = before.simulations.numbered(2).world
    second.credits = 12.5
    second.touch()
    assert before.state_file is not None
    before.state_file.stop()
    after = create_app(options)
    assert after.state_file is not None
    after.state_file.stop()
    assert [one["connection_id"] for one in after.gateway.account.connections][-1] == made["connection_id"]
    assert after.simulations.numbered(2).world.credits == 12.5
    assert after.simulations.numbered(2).world.organization == second.organization


def test_a_workspace_that_was_not_saved_yet_has_a_connection_of_its_own(tmp_path: Path) -> None:
    for count in (1, 2, 2):
        app = create_app(SandboxOptions(world="empty", workspaces=count, state_file=tmp_path / "state.json"))
        app.world.touch()
        assert app.state_file is not None
        app.state_file.stop()
        assert [one["workspace"] for one in app.gateway.account.connections] == list(range(1, count + 1))


def test_a_file_of_an_earlier_version_holds_the_first_workspace(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    old = create_app(SandboxOptions(world="empty"))
    old.world.credits = 7.0
    file.write_text(json.dumps(old.world.saved()))
    app = create_app(SandboxOptions(world="empty", workspaces=2, state_file=file))
    assert app.state_file is not None
    app.state_file.stop()
    assert app.world.credits == 7.0
    assert len(app.gateway.account.connections) == 2
