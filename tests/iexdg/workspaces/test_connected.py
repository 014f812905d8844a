"""Which workspace the configured connection opens, and that nothing happens under any other row."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import respx
from django.db import IntegrityError, transaction

from campaigns.mirror.sync import sync_workspace
from iexdg.connections.configured import configured_connection
from iexdg.workspaces.connected import (
    client_for,
    connect_if_needed,
    connect_workspace,
    connected_workspaces,
    current_workspace,
    limiter_for,
)
from iexdg.workspaces.errors import NotConnectedError
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import SANDBOX_ID, connected_workspace, other_workspace

pytestmark = pytest.mark.django_db
REAL = "https://instantly.example.com"


@pytest.fixture
def real(settings: Any) -> Callable[[str], None]:
    """real(key) configures a real connection by a key in the environment."""

    def use(key: str) -> None:
        settings.USES_SANDBOX = False
        settings.INSTANTLY_API_KEY_FILE = ""
        settings.INSTANTLY_API_KEY = key
        settings.INSTANTLY_BASE_URL = REAL

    return use


def answers(router: respx.MockRouter, remote_id: str, name: str = "Acme") -> respx.Route:
    return router.get(f"{REAL}/api/v2/workspaces/current").respond(json={"id": remote_id, "name": name})


def test_the_sandbox_is_identified_and_connected_in_write_mode(sandbox: Any) -> None:
    workspace = connect_workspace()
    assert (workspace.remote_id, workspace.mode, workspace.is_sandbox) == (SANDBOX_ID, Mode.WRITE, True)
    assert current_workspace() == workspace


def test_a_real_workspace_starts_in_observe_mode_and_is_known_by_its_id(
    real: Callable[[str], None], respx_mock: respx.MockRouter
) -> None:
    real("key-one")
    answers(respx_mock, "w-1")
    workspace = connect_workspace()
    assert (workspace.remote_id, workspace.name, workspace.mode) == ("w-1", "Acme", Mode.OBSERVE)


def test_a_key_that_moves_from_the_environment_to_a_file_keeps_its_row_and_asks_nobody(
    real: Callable[[str], None], respx_mock: respx.MockRouter, settings: Any, tmp_path: Path
) -> None:
    real("key-one")
    asked = answers(respx_mock, "w-1")
    before = connect_workspace()
    (tmp_path / "key").write_text("# the key\nkey-one\n")
    settings.INSTANTLY_API_KEY_FILE, settings.INSTANTLY_API_KEY = str(tmp_path / "key"), ""
    after = connect_workspace()
    assert (after.pk, after.key_source) == (before.pk, "file")
    assert Workspace.objects.count() == 1
    assert asked.call_count == 1


def test_another_key_of_the_same_workspace_leads_to_the_same_row(
    real: Callable[[str], None], respx_mock: respx.MockRouter
) -> None:
    answers(respx_mock, "w-1")
    real("key-one")
    before = connect_workspace()
    real("key-two")
    assert not connected_workspaces().exists()
    assert connect_workspace().pk == before.pk
    assert Workspace.objects.count() == 1


def test_a_key_of_another_workspace_leads_to_another_row_and_leaves_the_first_alone(
    real: Callable[[str], None], respx_mock: respx.MockRouter
) -> None:
    route = answers(respx_mock, "w-1")
    real("key-one")
    first = connect_workspace()
    Workspace.objects.filter(pk=first.pk).update(mode=Mode.WRITE)
    route.respond(json={"id": "w-2", "name": "Beta"})
    real("key-two")
    second = connect_workspace()
    assert (second.pk != first.pk, second.mode) == (True, Mode.OBSERVE)
    assert list(connected_workspaces()) == [second]
    first.refresh_from_db()
    with pytest.raises(NotConnectedError):
        client_for(first)


def test_a_sandbox_with_the_id_of_a_real_workspace_is_another_row(
    sandbox: Any, real: Callable[[str], None], respx_mock: respx.MockRouter
) -> None:
    real_one = other_workspace("Real", remote_id=SANDBOX_ID)
    assert connect_workspace().pk != real_one.pk


def of_version_0_1(**fields: Any) -> Workspace:
    """A row as a database of version 0.1 has it: without the id at Instantly."""
    return other_workspace(
        "Instantly", remote_id="", connected_as="", base_url=REAL, key_source="environment", **fields
    )


def test_the_row_of_an_earlier_version_is_taken_over_where_it_mirrors_a_listed_campaign(
    real: Callable[[str], None], respx_mock: respx.MockRouter
) -> None:
    answers(respx_mock, "w-1")
    listed = respx_mock.get(url__startswith=f"{REAL}/api/v2/campaigns")
    listed.respond(json={"items": [{"id": "c-1", "name": "05A"}, {"id": "c-9", "name": "New"}]})
    before = of_version_0_1()
    campaign(before, "05A", remote_id="c-1")
    real("key-one")
    after = connect_workspace()
    assert (after.pk, after.remote_id, after.mode) == (before.pk, "w-1", Mode.WRITE)
    assert Workspace.objects.count() == 1


def test_the_row_of_an_earlier_version_is_left_alone_where_no_listed_campaign_is_its_own(
    real: Callable[[str], None], respx_mock: respx.MockRouter
) -> None:
    answers(respx_mock, "w-2")
    respx_mock.get(url__startswith=f"{REAL}/api/v2/campaigns").respond(json={"items": [{"id": "c-9", "name": "New"}]})
    before = of_version_0_1()
    campaign(before, "05A", remote_id="c-1")
    real("key-two")
    after = connect_workspace()
    assert (after.pk != before.pk, after.mode) == (True, Mode.OBSERVE)
    before.refresh_from_db()
    assert (before.remote_id, before.connected_as) == ("", "")


def test_nothing_is_connected_where_the_campaigns_of_an_unidentified_row_cannot_be_compared(
    real: Callable[[str], None], respx_mock: respx.MockRouter
) -> None:
    answers(respx_mock, "w-1")
    respx_mock.get(url__startswith=f"{REAL}/api/v2/campaigns").respond(500)
    before = of_version_0_1()
    real("key-one")
    with pytest.raises(NotConnectedError, match="which campaigns"):
        connect_workspace()
    assert list(Workspace.objects.all()) == [before]


def test_a_real_connection_never_takes_over_an_unidentified_sandbox_row(
    real: Callable[[str], None], respx_mock: respx.MockRouter
) -> None:
    answers(respx_mock, "w-1")
    before = of_version_0_1(is_sandbox=True)
    campaign(before, "05A", remote_id="c-1")
    real("key-one")
    assert connect_workspace().pk != before.pk


@pytest.mark.parametrize(("status", "body"), [(500, {}), (401, {"message": "no"}), (200, {"name": "no id"}), (200, [])])
def test_a_workspace_that_does_not_say_who_it_is_is_not_connected(
    real: Callable[[str], None], respx_mock: respx.MockRouter, status: int, body: Any
) -> None:
    real("key-one")
    asked = respx_mock.get(f"{REAL}/api/v2/workspaces/current").respond(status, json=body)
    with pytest.raises(NotConnectedError):
        connect_workspace()
    assert asked.call_count == 1
    assert connect_if_needed() is False
    assert Workspace.objects.count() == 0


def test_a_restart_while_instantly_is_away_keeps_the_connected_row(
    workspace: Workspace, control: SandboxControl
) -> None:
    control.faults({"match": {"path": "/api/v2/workspaces/current"}, "do": "status", "status": 503, "times": 50})
    assert connect_workspace() == workspace


def test_a_key_file_that_cannot_be_read_connects_nothing(workspace: Workspace, settings: Any) -> None:
    settings.USES_SANDBOX, settings.INSTANTLY_API_KEY_FILE = False, "/nowhere/key"
    assert list(connected_workspaces()) == []


def test_a_sync_that_finds_another_workspace_disconnects_the_row_and_mirrors_nothing(
    sandbox: Any, workspace: Workspace
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(remote_id="another")
    workspace.refresh_from_db()
    result = sync_workspace(workspace)
    assert not result.is_ok
    assert workspace.connected_as == ""
    assert workspace.campaigns.count() == 0
    assert connect_workspace().remote_id == SANDBOX_ID


def test_the_digest_shows_neither_key_nor_address_and_belongs_to_this_installation(settings: Any) -> None:
    here = configured_connection()
    digest = here.digest
    assert len(digest) == 64
    assert here.api_key not in f"{digest}{here!r}"
    settings.SECRET_KEY = "another installation"
    assert configured_connection().digest != digest


def test_one_workspace_has_one_rate_limit_whatever_row_or_key(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    budgets: list[str] = []
    monkeypatch.setattr("iexdg.workspaces.connected.limiter_of", budgets.append)
    limiter_for(Workspace(pk=1, remote_id="w-1"))
    limiter_for(Workspace(pk=2, remote_id="w-1"))
    assert budgets == ["workspace:w-1", "workspace:w-1"]


def test_the_database_refuses_two_rows_of_one_workspace_or_connection_and_a_nameless_connection() -> None:
    one = connected_workspace()
    for fields in ({"connected_as": ""}, {"remote_id": "w-2"}, {"remote_id": "", "connected_as": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            connected_workspace(**fields)
    assert list(Workspace.objects.all()) == [one]
