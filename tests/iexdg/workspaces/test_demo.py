"""The second workspace of the demo, and what is said about stored connections when the product starts."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from campaigns.tasks import connect
from iexdg.connections.models import Connection
from iexdg.connections.stored import new_access, store
from iexdg.workspaces.connected import connect_workspace, connected_workspaces
from iexdg.workspaces.connecting import disconnect
from iexdg.workspaces.demo import connect_demo
from iexdg.workspaces.models import Mode, Workspace
from iexdg.workspaces.starting import refused_at_start
from tests.sandbox_control import SandboxControl
from tests.wiring import NOBODY, wired_maton
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"workspaces": 2}


@pytest.fixture(autouse=True)
def _nothing_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.tasks.enqueue", lambda task, *ids, queue="bulk": None)


def test_the_demo_connects_its_second_workspace_through_the_sandboxs_maton(
    sandbox: Any, control: SandboxControl
) -> None:
    connect()
    first, second = connected_workspaces()
    assert (first.slug, first.transport) == ("demo", "direct")
    assert (second.slug, second.name, second.transport, second.mode) == (
        "demo-maton",
        "Demo (Maton)",
        "maton",
        Mode.WRITE,
    )
    chosen = sandbox.gateway.account.connections[1]["connection_id"]
    calls = control.log(path="/maton/instantly/api/v2/")
    assert {entry["maton_connection"] for entry in calls} == {chosen}


def test_it_is_connected_once_and_stays_away_once_an_admin_disconnected_it(sandbox: Any, member: Any) -> None:
    connect_workspace()
    second = connect_demo()
    assert second is not None
    assert connect_demo() is None
    disconnect(second, by=member("admin"), is_confirmed=True)
    assert connect_demo() is None
    assert [one.slug for one in connected_workspaces()] == ["demo"]


def test_it_waits_for_the_first_one(sandbox: Any) -> None:
    assert connect_demo() is None
    assert Workspace.objects.count() == 0


@pytest.mark.parametrize("off", [{"DEMO_WORKSPACES": 1}, {"FIELD_KEYS": []}])
def test_it_can_be_switched_off(sandbox: Any, settings: Any, control: SandboxControl, off: dict[str, Any]) -> None:
    connect_workspace()
    for name, value in off.items():
        setattr(settings, name, value)
    assert connect_demo() is None
    assert control.log(path="/maton/") == []


class TestASandboxWithOneWorkspace:
    """Started by someone else, without the second."""

    @pytest.fixture
    def sandbox_options(self) -> dict[str, Any]:
        return {"workspaces": 1}

    def test_is_asked_once_a_minute_and_left_as_it_is(self, workspace: Workspace, control: SandboxControl) -> None:
        for _ in range(5):
            connect()
        assert list(connected_workspaces()) == [workspace]
        assert len(control.log(path="/maton/connections")) == 1


def stored_at_maton(slug: str, maton_connection: str) -> Workspace:
    access = new_access("maton", "http://sandbox.example.com/maton", "maton-key", maton_connection, is_sandbox=False)
    store(slug, access, by=None)
    return other_workspace(slug, key_source="stored", transport="maton", connected_as=access.digest)


def test_a_connection_that_is_not_active_is_refused_at_the_start_and_stops_no_other(
    sandbox: Any, workspace: Workspace
) -> None:
    account = sandbox.gateway.account
    for number, slug in enumerate(("north", "south")):
        stored_at_maton(slug, account.connections[number]["connection_id"])
    account.change(account.connections[0], status="FAILED")
    (words,) = refused_at_start()
    assert words.startswith("north is refused: The Maton connection ")
    assert "is FAILED for the app instantly" in words
    assert [one.slug for one in connected_workspaces()] == ["demo", "north", "south"]


def test_a_key_that_cannot_be_decrypted_is_said_at_the_start_and_an_account_that_is_away_is_not(
    sandbox: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.gateway.account.change(sandbox.gateway.account.connections[0], status="FAILED")
    stored_at_maton("north", sandbox.gateway.account.connections[0]["connection_id"])
    monkeypatch.setattr("iexdg.connections.client._maton", wired_maton(NOBODY))
    assert refused_at_start() == []
    settings.FIELD_KEYS = []
    (words,) = refused_at_start()
    assert "north is refused" in words
    assert "cannot be decrypted" in words


def test_prepare_names_what_is_refused(sandbox: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_at_maton("north", "no-such-connection")
    monkeypatch.setattr("iexdg.operations.management.commands.prepare.call_command", lambda *args, **options: None)
    monkeypatch.setattr("iexdg.workspaces.connected.demo_people_exist", lambda: False)
    out = io.StringIO()
    call_command("prepare", "--json", stdout=out)
    facts = json.loads(out.getvalue())
    assert facts["refused"] == ["north is refused: This Maton account has no connection no-such-connection."]
    assert Connection.objects.count() == 1
