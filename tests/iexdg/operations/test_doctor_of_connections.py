"""The doctor looks at every connection: one that fails is named after its workspace, and hides no other."""

from datetime import UTC, datetime
from typing import Any

import pytest

from iexdg.connections.credentials import encrypted
from iexdg.connections.models import Connection
from iexdg.operations import doctor, health
from iexdg.team.current import in_workspace
from iexdg.workspaces.connecting import NewConnection, connect
from iexdg.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
NAMES = ["key", "maton", "instantly", "auth", "scopes", "clock"]


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"workspaces": 2}


@pytest.fixture
def second(sandbox: Any, workspace: Workspace, member: Any, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace that is reached through Maton, beside the environment's."""
    well = health.Health(True, "well")
    monkeypatch.setattr(health, "DEPENDENCIES", dict.fromkeys(health.DEPENDENCIES, lambda: well))
    monkeypatch.setattr(doctor, "_of_apps", {})
    monkeypatch.setattr(doctor, "vendor_time", lambda base_url: datetime.now(UTC))
    # The environment's connection has tests of its own.
    monkeypatch.setattr(doctor, "_vendor_checks", lambda client: iter([doctor.Check("instantly", True, "answers")]))
    chosen = sandbox.gateway.account.connections[1]["connection_id"]
    return connect(NewConnection("Demo (Maton)", "maton", "maton-key", "", chosen), by=member("admin"))


def stored_checks() -> dict[str, doctor.Check]:
    return {check.name.removeprefix("demo-maton: "): check for check in doctor.checks() if ": " in check.name}


def test_every_check_of_a_stored_connection_is_named_after_its_workspace(second: Workspace) -> None:
    found = stored_checks()
    assert list(found) == NAMES
    assert [name for name, check in found.items() if not check.ok] == []
    assert found["maton"].detail == f"{Connection.objects.get().maton_connection} is ACTIVE for Instantly"


def test_a_connection_that_maton_refuses_is_said_and_the_others_are_checked(sandbox: Any, second: Workspace) -> None:
    account = sandbox.gateway.account
    account.change(account.connections[1], status="PENDING")
    found = stored_checks()
    assert list(found) == ["key", "maton"]
    assert "is PENDING for the app instantly" in found["maton"].detail
    assert "Settings, Connections" in found["maton"].next_step
    assert doctor.checks()[0] == doctor.Check("instantly", True, "answers")


def test_an_authorisation_that_has_expired_is_not_taken_for_a_failure_of_instantlys_own(
    sandbox: Any, second: Workspace
) -> None:
    account = sandbox.gateway.account
    account.change(account.connections[1], is_expired=True)
    assert "authorisation has expired" in stored_checks()["instantly"].next_step


def test_a_maton_key_that_is_not_accepted_is_said_to_be_matons(second: Workspace) -> None:
    Connection.objects.update(credential=encrypted("another-key"))
    found = stored_checks()
    assert not found["maton"].ok
    assert "Check the Maton key" in found["maton"].next_step


def test_a_key_that_cannot_be_decrypted_is_said(second: Workspace, settings: Any) -> None:
    settings.FIELD_KEYS = []
    (check,) = stored_checks().values()
    assert (check.ok, check.detail) == (False, "the stored key cannot be decrypted")
    assert "FIELD_KEYS" in check.next_step


def test_with_a_workspace_only_its_own_connection_is_checked(second: Workspace) -> None:
    with in_workspace("demo-maton"):
        assert "instantly" not in [check.name for check in doctor.checks()]
    with in_workspace("demo"):
        assert stored_checks() == {}
