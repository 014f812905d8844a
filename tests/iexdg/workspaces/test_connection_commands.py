"""`manage.py connect`, `disconnect` and `maton`, against the sandbox and its Maton gateway."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.models.campaign import CampaignStatus
from iexdg.connections.errors import MatonConnectionError
from iexdg.connections.models import Connection
from iexdg.team.audit.models import AuditEvent, Via
from iexdg.team.models import Member
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import campaign

pytestmark = pytest.mark.django_db
ADMIN = "admin@example.com"


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"workspaces": 2}


@pytest.fixture(autouse=True)
def started(sandbox: Any, workspace: Workspace, member: Callable[..., Member]) -> None:
    member("admin")


@pytest.fixture
def key_file(tmp_path: Path) -> Callable[[str], str]:
    def write(key: str) -> str:
        (tmp_path / "key").write_text(f"# the key\n{key}\n")
        return str(tmp_path / "key")

    return write


def ids(sandbox: Any) -> list[str]:
    return [one["connection_id"] for one in sandbox.gateway.account.connections]


def ran(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out, stderr=io.StringIO())
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def refused(*arguments: str, code: int = 1) -> str:
    with pytest.raises(CommandError) as error:
        call_command(*arguments, stdout=io.StringIO(), stderr=io.StringIO())
    assert error.value.returncode == code
    assert "\n" not in str(error.value)
    return str(error.value)


def by_maton(sandbox: Any, number: int = 2) -> list[str]:
    return [
        "connect",
        "Demo (Maton)",
        "--transport",
        "maton",
        "--maton-connection",
        ids(sandbox)[number - 1],
        "--as",
        ADMIN,
    ]


def test_a_workspace_is_connected_by_a_key_in_a_file(key_file: Callable[[str], str]) -> None:
    made = ran("connect", "Second", "--key-file", key_file("sandbox-key-2"), "--as", ADMIN)
    assert made == {
        "slug": "second",
        "name": "Second",
        "transport": "direct",
        "mode": "write",
        "connected": True,
        "plan": made["plan"],
        "scopes": made["scopes"],
        "credits_left": made["credits_left"],
    }
    assert made["credits_left"] is not None
    assert made["scopes"].startswith("may read workspace, campaigns, subsequences, ")
    assert AuditEvent.objects.get(action="workspace:connection:connected").via == Via.CLI
    assert [one.slug for one in connected_workspaces()] == ["demo", "second"]


def test_a_workspace_is_connected_through_maton_by_the_key_in_the_environment(sandbox: Any, settings: Any) -> None:
    settings.MATON_API_KEY = "maton-key"
    assert ran(*by_maton(sandbox))["slug"] == "demo-maton"
    assert Connection.objects.get().last4 == "-key"


def test_the_key_may_come_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("sandbox-key-2\n"))
    assert ran("connect", "Second", "--as", ADMIN)["slug"] == "second"


def test_without_any_key_it_says_how_to_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "set MATON_API_KEY" in refused("connect", "Second", "--transport", "maton", "--as", ADMIN)
    assert "INSTANTLY_API_KEY" in refused("connect", "Second", "--as", ADMIN)


def test_a_maton_account_with_several_connections_names_them(sandbox: Any, settings: Any) -> None:
    settings.MATON_API_KEY = "maton-key"
    words = refused("connect", "Second", "--transport", "maton", "--as", ADMIN)
    assert all(one in words for one in ids(sandbox))
    assert "maton-key" not in words


def test_only_an_admin_may_connect_or_disconnect(member: Any, key_file: Callable[[str], str]) -> None:
    member("approver")
    words = refused("connect", "Second", "--key-file", key_file("sandbox-key-2"), "--as", "approver@example.com")
    assert words.startswith("An approver may not change connections for all workspaces")
    assert "may not" in refused("disconnect", "demo", "--as", "approver@example.com")


def test_a_workspace_in_use_is_disconnected_only_with_yes(key_file: Callable[[str], str]) -> None:
    ran("connect", "Second", "--key-file", key_file("sandbox-key-2"), "--as", ADMIN)
    second = Workspace.objects.get(slug="second")
    campaign(second, "05A", remote_status=CampaignStatus.ACTIVE)
    words = refused("disconnect", "second", "--as", ADMIN, code=2)
    assert "1 campaign is sending" in words
    assert words.endswith("Add --yes.")
    assert ran("disconnect", "second", "--yes", "--as", ADMIN) == {"slug": "second", "disconnected": True}
    assert ran("disconnect", "second", "--as", ADMIN) == {"slug": "second", "disconnected": False}
    assert [one.slug for one in connected_workspaces()] == ["demo"]


def test_what_cannot_be_disconnected_is_said() -> None:
    assert "There is no workspace nowhere" in refused("disconnect", "nowhere", "--as", ADMIN)
    assert "Remove the key there" in refused("disconnect", "demo", "--as", ADMIN)


def test_the_connections_of_the_account_are_listed(sandbox: Any) -> None:
    found = ran("maton", "list")
    assert [one["id"] for one in found["connections"]] == ids(sandbox)
    assert {(one["app"], one["status"]) for one in found["connections"]} == {("instantly", "ACTIVE")}
    assert set(found["connections"][0]) == {"id", "app", "status", "created_at"}
    assert "session_token" not in json.dumps(found)


def test_the_stored_key_of_a_workspace_can_be_used(sandbox: Any, settings: Any) -> None:
    settings.MATON_API_KEY = "maton-key"
    ran(*by_maton(sandbox))
    settings.MATON_API_KEY = "another-key"
    assert len(ran("maton", "list", "--workspace", "demo-maton")["connections"]) == 2
    assert ran("maton", "check", "--workspace", "demo-maton")["id"] == ids(sandbox)[1]
    assert "is not connected through Maton" in refused("maton", "list", "--workspace", "demo")
    assert "Check the Maton key" in refused("maton", "list")


def test_a_new_connection_is_waited_for_until_it_is_authorised(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    account = sandbox.gateway.account
    monkeypatch.setattr(
        "iexdg.workspaces.management.commands.maton.time.sleep",
        lambda seconds: account.change(account.connections[-1], status="ACTIVE"),
    )
    out, link = io.StringIO(), io.StringIO()
    call_command("maton", "create", "--json", stdout=out, stderr=link)
    made = json.loads(out.getvalue())
    assert (made["status"], made["id"]) == ("ACTIVE", ids(sandbox)[2])
    assert made["id"] in link.getvalue()
    assert AuditEvent.objects.filter(action="maton:connection:created").count() == 1


@pytest.mark.parametrize(("status", "says"), [("FAILED", "is FAILED"), ("PENDING", "is still PENDING")])
def test_a_connection_that_was_not_authorised_is_a_failure(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch, status: str, says: str
) -> None:
    account = sandbox.gateway.account
    monkeypatch.setattr(
        "iexdg.workspaces.management.commands.maton.time.sleep",
        lambda seconds: account.change(account.connections[-1], status=status),
    )
    monkeypatch.setattr(
        "iexdg.workspaces.management.commands.maton.time.monotonic", iter((0.0, 0.0, 0.0, 9.0, 9.0)).__next__
    )
    assert says in refused("maton", "create", "--wait", "5")


def test_a_connection_that_is_not_waited_for_is_pending() -> None:
    assert ran("maton", "create", "--wait", "0")["status"] == "PENDING"


def test_a_connection_is_checked(sandbox: Any) -> None:
    account = sandbox.gateway.account
    assert ran("maton", "check", ids(sandbox)[1])["usable"] is True
    account.change(account.connections[1], status="FAILED")
    assert "is FAILED for the app instantly" in refused("maton", "check", ids(sandbox)[1])
    assert ran("maton", "check")["id"] == ids(sandbox)[0]
    assert "has no connection nobody" in refused("maton", "check", "nobody")


def test_a_connection_that_is_active_but_opens_nothing_any_more_is_not_usable(sandbox: Any) -> None:
    sandbox.gateway.account.change(sandbox.gateway.account.connections[1], is_expired=True)
    assert "its authorisation has expired" in refused("maton", "check", ids(sandbox)[1])


@pytest.mark.parametrize("action", ["list", "create"])
def test_an_id_where_none_belongs_is_refused_and_nothing_is_created(sandbox: Any, action: str) -> None:
    before = ids(sandbox)
    assert f"`maton {action}` takes no ID" in refused("maton", action, "123", "--wait", "0")
    assert ids(sandbox) == before


def test_a_connection_is_deleted_and_one_in_use_only_with_yes(sandbox: Any, settings: Any) -> None:
    settings.MATON_API_KEY = "maton-key"
    ran(*by_maton(sandbox))
    first, second = ids(sandbox)
    assert "Demo (Maton) goes through it" in refused("maton", "delete", second, code=2)
    assert ran("maton", "delete", first)["deleted"] is True
    assert ran("maton", "delete", second, "--yes")["deleted"] is True
    assert ids(sandbox) == []
    assert AuditEvent.objects.filter(action="maton:connection:deleted").count() == 2
    assert "Name the connection" in refused("maton", "delete")


def test_a_sandbox_workspace_starts_in_write_mode(key_file: Callable[[str], str]) -> None:
    ran("connect", "Second", "--key-file", key_file("sandbox-key-2"), "--as", ADMIN)
    assert Workspace.objects.get(slug="second").mode == Mode.WRITE


def test_what_was_asked_of_maton_is_on_record_before_it_is_sent_and_how_it_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lost(account: Any) -> Any:
        assert AuditEvent.objects.filter(action="maton:connection:asked").count() == 1
        raise MatonConnectionError("Maton did not say which connection it created.")

    monkeypatch.setattr("iexdg.workspaces.maton_account.created", lost)
    assert "did not say which" in refused("maton", "create")
    actions = AuditEvent.objects.filter(action__startswith="maton:").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["maton:connection:asked", "maton:connection:unknown"]


def test_a_deletion_that_the_list_does_not_confirm_is_unknown(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iexdg.workspaces.maton_account.deleted", lambda account, remote_id: None)
    assert "still lists the connection" in refused("maton", "delete", ids(sandbox)[0])
    assert AuditEvent.objects.filter(action="maton:connection:unknown").count() == 1
    assert not AuditEvent.objects.filter(action="maton:connection:deleted").exists()
