"""Several workspaces in one simulator: a key, a world and a budget each; one log, one set of faults."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from iexdg.sandbox.__main__ import main
from tests.iexdg.sandbox.conftest import BROWSER


def client(vendor: Any, key: str) -> httpx.Client:
    headers = {"User-Agent": BROWSER, "Authorization": f"Bearer {key}"}
    base_url = "http://sandbox.example.com/api/v2"
    return httpx.Client(transport=httpx.WSGITransport(app=vendor.app), base_url=base_url, headers=headers)


def test_each_key_opens_a_workspace_of_its_own(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(workspaces=3)
    campaign = vendor.campaign("In the first")
    names, ids = [], set()
    for key in ("sandbox-key", "sandbox-key-2", "sandbox-key-3"):
        with client(vendor, key) as http:
            current = http.get("/workspaces/current").json()
            names.append(current["name"])
            ids.add(current["id"])
            found = http.get(f"/campaigns/{campaign}").status_code
            assert found == (200 if key == "sandbox-key" else 404)
    assert names == ["Sandbox", "Sandbox 2", "Sandbox 3"]
    assert len(ids) == 3


def test_a_campaign_that_one_shares_can_be_copied_by_another(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(workspaces=2)
    campaign = vendor.campaign("Shared")
    with client(vendor, "sandbox-key-2") as other:
        assert other.post(f"/campaigns/{campaign}/from-export").status_code == 403
        assert vendor.http.post(f"/campaigns/{campaign}/share").status_code == 204
        made = other.post(f"/campaigns/{campaign}/from-export").json()
        assert other.get(f"/campaigns/{made['id']}").json()["name"] == "Shared"
    assert len(vendor.get("/campaigns")["items"]) == 1


def test_the_same_seed_makes_the_same_workspaces(make_vendor: Callable[..., Any]) -> None:
    one, other = make_vendor(workspaces=2, world="demo"), make_vendor(workspaces=2, world="demo")
    assert one.app.saved() == other.app.saved()


def test_the_budgets_are_separate(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(workspaces=2, limits=True)
    first, second = vendor.app.simulations.all
    while first.limits.allow():
        pass
    assert vendor.http.get("/campaigns").status_code == 429
    assert second.limits.allow()


def test_the_control_plane_means_the_first_unless_another_is_named(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(workspaces=2)
    vendor.control("POST", "settings?workspace=2", {"credits": 5})
    assert vendor.control("GET", "state")["credits"] == 949.0
    assert vendor.control("GET", "state?workspace=2")["credits"] == 5.0
    for odd in ("0", "3", "x"):
        assert vendor.http.get(f"http://sandbox.example.com/_sandbox/state?workspace={odd}").status_code == 404


def test_the_clock_and_a_reset_mean_all_of_them(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(workspaces=2)
    vendor.control("POST", "settings?workspace=2", {"credits": 5})
    before = vendor.control("GET", "state?workspace=2")["now"]
    vendor.advance(3600)
    assert vendor.control("GET", "state?workspace=2")["now"] > before
    vendor.control("POST", "reset", {"seed": 9})
    assert vendor.control("GET", "state?workspace=2")["credits"] == 949.0
    assert [vendor.control("GET", f"state?workspace={n}")["seed"] for n in (1, 2)] == [9, 10]


@pytest.mark.parametrize(
    ("wanted", "message"), [("0", "workspaces must be at least 1"), ("-1", "workspaces must be a whole number")]
)
def test_a_simulator_without_a_workspace_is_refused(
    wanted: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--port", "0", f"--workspaces={wanted}"])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_a_fault_may_hit_one_workspace_only(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(workspaces=2)
    fault = {"match": {"path": "/workspaces/current", "workspace": 2}, "do": "status", "value": 401, "times": 2}
    assert vendor.control("POST", "faults", fault)["faults"][0]["workspace"] == 2
    statuses = []
    for key in ("sandbox-key", "sandbox-key-2", "sandbox-key", "sandbox-key-2", "sandbox-key-2"):
        with client(vendor, key) as http:
            statuses.append(http.get("/workspaces/current").status_code)
    assert statuses == [200, 401, 200, 401, 200]


@pytest.mark.parametrize("workspace", [0, -1, "2", True, 1.5])
def test_a_fault_names_a_workspace_by_its_number(make_vendor: Callable[..., Any], workspace: Any) -> None:
    vendor = make_vendor(workspaces=2)
    with pytest.raises(AssertionError, match="the number of one, from 1"):
        vendor.control("POST", "faults", {"match": {"workspace": workspace}, "do": "status"})
