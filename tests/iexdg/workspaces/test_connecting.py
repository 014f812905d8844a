"""Workspaces that an admin connects: directly and through the Maton gateway of the sandbox."""

from collections.abc import Callable
from typing import Any

import pytest
import respx
from cryptography.fernet import Fernet
from django.db import connection

from campaigns.mirror.sync import sync_workspace
from campaigns.models import Campaign
from campaigns.models.campaign import CampaignStatus
from iexdg.clients.http.errors import AuthError
from iexdg.clients.maton.errors import GatewayKeyError
from iexdg.connections.errors import AddressError, MatonConnectionError, NoFieldKeysError
from iexdg.connections.models import Connection
from iexdg.sandbox.app import SandboxOptions
from iexdg.sandbox.world.ids import ordered_uuid
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for, connect_workspace, connected_workspaces, current_workspace
from iexdg.workspaces.connecting import NewConnection, connect, disconnect
from iexdg.workspaces.errors import (
    ConnectedTwiceError,
    ConnectingError,
    InUseError,
    NotConnectedError,
    UnsafeStartError,
)
from iexdg.workspaces.models import Mode, Workspace
from leads.models import ImportState
from tests.campaigns.factories import campaign
from tests.leads.factories import checked_import, people
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Connect = Callable[..., Workspace]
SECOND_KEY = "sandbox-key-2"


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"workspaces": 2}


@pytest.fixture
def join(sandbox: Any, member: Callable[..., Member]) -> Connect:
    """join(key=…) connects a workspace as the admin; the second one directly unless something else is said."""

    def run(**fields: Any) -> Workspace:
        by = fields.pop("by", None) or member("admin")
        return connect(NewConnection(**{"name": "Second", "transport": "direct", "key": SECOND_KEY, **fields}), by=by)

    return run


def through_maton(sandbox: Any, number: int = 2, **fields: Any) -> dict[str, Any]:
    chosen = sandbox.gateway.account.connections[number - 1]["connection_id"]
    return {"name": "Demo (Maton)", "transport": "maton", "key": "maton-key", "maton_connection": chosen, **fields}


def test_a_second_workspace_is_connected_beside_the_environments(workspace: Workspace, join: Connect) -> None:
    second = join()
    assert list(connected_workspaces()) == [workspace, second]
    assert current_workspace() == workspace
    assert (second.name, second.slug, second.key_source, second.mode) == ("Second", "second", "stored", Mode.WRITE)
    assert client_for(second).workspace.current().name == "IEXDG Demo 2"
    assert client_for(workspace).workspace.current().name == "IEXDG Demo"


def test_scopes_plan_and_credits_are_read_at_once(join: Connect) -> None:
    second = Workspace.objects.get(pk=join().pk)
    assert second.scopes == (
        "may read workspace, campaigns, subsequences, analytics, accounts, leads, lead lists, emails, block list, "
        "tags, uses of tags, labels, webhooks, deliveries to webhooks, background jobs, placement tests, plan details, "
        "audit logs"
    )
    assert second.credits_left is not None
    assert second.credits_error == ""


def test_a_workspace_keeps_the_name_that_the_admin_gave_it(join: Connect) -> None:
    second = join()
    sync_workspace(second)
    assert Workspace.objects.get(pk=second.pk).name == "Second"


@pytest.mark.parametrize("layout", ["maton", "maton-gateway", "maton-ctrl", "maton/instantly"])
def test_a_workspace_is_connected_through_maton_in_both_layouts_of_its_hosts(
    sandbox: Any, workspace: Workspace, join: Connect, settings: Any, control: SandboxControl, layout: str
) -> None:
    second = join(**through_maton(sandbox, base_url=f"{settings.INSTANTLY_BASE_URL}/{layout}"))
    assert (second.slug, second.transport, second.mode) == ("demo-maton", "maton", Mode.WRITE)
    assert sync_workspace(second).is_ok
    assert Campaign.objects.filter(workspace=second).count() > 0
    chosen = sandbox.gateway.account.connections[1]["connection_id"]
    gateway = "/maton-gateway/" if layout in {"maton-gateway", "maton-ctrl"} else "/maton/"
    calls = [entry for entry in control.log(path="/instantly/api/v2/") if entry["path"].startswith(gateway)]
    assert {entry["maton_connection"] for entry in calls} == {chosen}


def test_the_only_active_connection_of_a_maton_account_is_taken(
    sandbox: Any, workspace: Workspace, join: Connect
) -> None:
    account = sandbox.gateway.account
    account.change(account.connections[0], status="FAILED")
    second = join(**through_maton(sandbox, maton_connection=""))
    assert Connection.objects.get().maton_connection == account.connections[1]["connection_id"]
    assert client_for(second).workspace.current().name == "IEXDG Demo 2"


def test_several_active_connections_are_named_and_none_is_taken(sandbox: Any, join: Connect) -> None:
    ids = [one["connection_id"] for one in sandbox.gateway.account.connections]
    with pytest.raises(MatonConnectionError, match=f"{ids[0]}, {ids[1]}"):
        join(**through_maton(sandbox, maton_connection=""))
    assert Connection.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"status": "PENDING"}, "is PENDING for the app instantly; it must be ACTIVE"),
        ({"status": "FAILED"}, "is FAILED"),
        ({"app": "slack"}, "is ACTIVE for the app slack"),
    ],
)
def test_a_maton_connection_that_is_not_active_for_instantly_is_refused(
    sandbox: Any, join: Connect, control: SandboxControl, change: dict[str, str], says: str
) -> None:
    account = sandbox.gateway.account
    account.change(account.connections[1], **change)
    with pytest.raises(MatonConnectionError, match=says):
        join(**through_maton(sandbox))
    assert Workspace.objects.count() == Connection.objects.count() == 0
    assert control.log(path="/maton/instantly/") == []


def test_a_maton_connection_of_another_account_is_refused(sandbox: Any, join: Connect) -> None:
    foreign = ordered_uuid(SandboxOptions().seed + 77, 1)
    with pytest.raises(MatonConnectionError, match=f"has no connection {foreign}"):
        join(**through_maton(sandbox, maton_connection=foreign))


def test_a_maton_key_that_is_not_accepted_is_said_to_be_matons(sandbox: Any, join: Connect) -> None:
    with pytest.raises(GatewayKeyError, match="Check the Maton key"):
        join(**through_maton(sandbox, key="another-key"))


def test_an_authorisation_that_has_expired_is_said_and_nothing_is_stored(sandbox: Any, join: Connect) -> None:
    account = sandbox.gateway.account
    account.change(account.connections[1], is_expired=True)
    with pytest.raises(NotConnectedError, match="authorisation has expired"):
        join(**through_maton(sandbox))
    assert Workspace.objects.count() == Connection.objects.count() == 0


def test_a_key_that_instantly_refuses_connects_nothing(join: Connect) -> None:
    with pytest.raises(NotConnectedError, match="the key is not accepted"):
        join(key="not-a-key-of-theirs")
    assert Workspace.objects.count() == Connection.objects.count() == 0


def test_a_workspace_that_is_connected_already_is_refused_by_its_name(
    sandbox: Any, workspace: Workspace, join: Connect
) -> None:
    with pytest.raises(ConnectedTwiceError, match="opens IEXDG Demo, which is connected as Sandbox"):
        join(**through_maton(sandbox, number=1))
    join()
    with pytest.raises(ConnectedTwiceError, match="which is connected as Second"):
        join(**through_maton(sandbox))
    for key in (SECOND_KEY, "sandbox-key"):
        with pytest.raises(ConnectedTwiceError, match="which is connected by it already"):
            join(key=key)
    assert Connection.objects.count() == 1


def test_the_environments_key_does_not_take_over_a_stored_connections_workspace(
    sandbox: Any, join: Connect, settings: Any
) -> None:
    second = join(**through_maton(sandbox))
    settings.SANDBOX_API_KEY = SECOND_KEY
    with pytest.raises(ConnectedTwiceError):
        connect_workspace()
    second.refresh_from_db()
    assert list(connected_workspaces()) == [second]


def test_a_workspace_that_was_connected_before_keeps_its_row_and_its_mode(join: Connect, member: Any) -> None:
    before = join()
    Workspace.objects.filter(pk=before.pk).update(mode=Mode.OBSERVE)
    disconnect(before, by=member("admin"), is_confirmed=False)
    again = join(name="Second again")
    assert (again.pk, again.slug, again.name, again.mode) == (before.pk, "second", "Second again", Mode.OBSERVE)


def test_a_key_that_opens_another_workspace_now_ends_the_connection(sandbox: Any, join: Connect) -> None:
    second = join(**through_maton(sandbox))
    account = sandbox.gateway.account
    account.change(account.connections[1], workspace=1)
    result = sync_workspace(second)
    assert not result.is_ok
    assert list(connected_workspaces()) == []
    assert Connection.objects.get().credential == ""
    assert AuditEvent.objects.filter(action="workspace:connection:ended").count() == 1
    with pytest.raises(NotConnectedError):
        client_for(second)


def test_a_stored_key_that_cannot_be_decrypted_stops_its_own_workspace_only(
    workspace: Workspace, join: Connect, settings: Any
) -> None:
    second = join()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    result = sync_workspace(second)
    assert "cannot be decrypted" in result.words
    assert sync_workspace(workspace).is_ok


def test_a_key_file_that_cannot_be_read_stops_the_environments_workspace_only(
    workspace: Workspace, join: Connect, settings: Any
) -> None:
    second = join()
    settings.USES_SANDBOX, settings.INSTANTLY_API_KEY_FILE = False, "/nowhere/key"
    assert list(connected_workspaces()) == [second]
    assert client_for(second).workspace.current().name == "IEXDG Demo 2"


def test_a_real_workspace_starts_in_observe_mode(
    join: Connect, member: Any, respx_mock: respx.MockRouter, monkeypatch: Any
) -> None:
    monkeypatch.undo()
    respx_mock.get("https://api.instantly.ai/api/v2/workspaces/current").respond(json={"id": "w-9", "name": "Acme"})
    respx_mock.route().respond(json={"items": []})
    real = join(base_url="https://api.instantly.ai/api/v2/", key="a-real-key", by=member("admin", "Ann Real"))
    assert (real.mode, real.is_sandbox, real.base_url) == (Mode.OBSERVE, False, "https://api.instantly.ai")


def test_a_real_workspace_is_refused_while_demo_people_could_sign_in(join: Connect, member: Any) -> None:
    connect_workspace()
    with pytest.raises(UnsafeStartError, match="Deactivate them"):
        join(base_url="https://api.instantly.ai", key="a-real-key")
    assert Connection.objects.count() == 0


@pytest.mark.parametrize(
    "base_url",
    ["http://api.instantly.ai", "https://key@api.example.com", "https://x/?a=1", "ftp://x", "nonsense", "https://["],
)
def test_an_address_that_no_key_may_be_sent_to_is_refused(join: Connect, base_url: str) -> None:
    with pytest.raises(AddressError):
        join(base_url=base_url)


@pytest.mark.parametrize("fields", [{"name": "  "}, {"key": ""}, {"key": "two words"}, {"key": "schlüssel"}])
def test_what_cannot_be_a_name_or_a_key_is_refused(join: Connect, fields: dict[str, str]) -> None:
    with pytest.raises(ConnectingError):
        join(**fields)


def test_without_a_key_to_encrypt_with_nothing_is_asked_or_stored(
    join: Connect, settings: Any, control: SandboxControl
) -> None:
    settings.FIELD_KEYS = []
    with pytest.raises(NoFieldKeysError):
        join()
    assert control.log(path="/api/v2") == []


@pytest.mark.parametrize("role", ["viewer", "operator", "approver"])
def test_only_an_admin_connects_and_disconnects(join: Connect, member: Any, role: str) -> None:
    second = join()
    with pytest.raises(NotAllowedError):
        join(key="sandbox-key", by=member(role))
    with pytest.raises(NotAllowedError):
        disconnect(second, by=member(role), is_confirmed=True)
    assert Connection.objects.filter(disconnected_at=None).count() == 1


def test_a_workspace_is_disconnected_and_its_key_forgotten(join: Connect, member: Any) -> None:
    second = join()
    assert disconnect(second, by=member("admin"), is_confirmed=False)
    assert not disconnect(second, by=member("admin"), is_confirmed=False)
    assert (second.connected_as, list(connected_workspaces())) == ("", [])
    assert Connection.objects.get().credential == ""
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["workspace:connection:connected", "workspace:connection:disconnected"]


def test_what_depends_on_a_workspace_is_named_before_it_is_disconnected(join: Connect, member: Any) -> None:
    second = join()
    live = campaign(second, "05A", remote_status=CampaignStatus.ACTIVE)
    imported = checked_import(live, people(1), by=member("operator"))
    type(imported).objects.filter(pk=imported.pk).update(state=ImportState.LOADING)
    with pytest.raises(InUseError, match=r"1 campaign is sending .*\(05A\); 1 import would stop") as refused:
        disconnect(second, by=member("admin"), is_confirmed=False)
    assert live.name in str(refused.value)
    assert second in connected_workspaces()
    assert disconnect(second, by=member("admin"), is_confirmed=True)


def test_the_environments_workspace_is_not_disconnected_here(workspace: Workspace, member: Any) -> None:
    with pytest.raises(NotConnectedError, match="Remove the key there"):
        disconnect(workspace, by=member("admin"), is_confirmed=True)
    assert list(connected_workspaces()) == [workspace]


def test_no_key_stands_in_the_database_or_in_an_event(sandbox: Any, join: Connect) -> None:
    join(**through_maton(sandbox))
    assert "maton-key" not in repr(list(Connection.objects.values()))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert "maton-key" not in repr(cursor.fetchall()), table
    with pytest.raises(AuthError) as refused:
        join(**through_maton(sandbox, key="sandbox-key-9-secret"))
    assert "sandbox-key-9-secret" not in f"{refused.value}{refused.value.body}"
