"""Connecting, checking and disconnecting a location."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from iexdg.clients.gohighlevel.errors import GrantRefusedError, TokenRefusedError, WrongLocationError
from iexdg.clients.http.errors import ClientError, ServerError
from iexdg.connections.credentials import decrypted
from iexdg.connections.errors import NoFieldKeysError, UnreadableKeyError
from iexdg.crm.client import client_for
from iexdg.crm.errors import CrmNotConnectedError, CrmRefusedError, UnknownTokenError
from iexdg.crm.models import CrmConnection, TokenKind, TokenSource
from iexdg.crm.queries import connection_of
from iexdg.crm.tasks import check_connection
from iexdg.crm.tokens import token_of
from iexdg.crm.verbs import check, connect_by_sign_in, connect_by_token, disconnect, note_refusal, wants_check
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.iexdg.crm.conftest import BACK, TOKEN
from tests.sandbox_control import SandboxControl
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
ALL = {
    "locations.readonly": True,
    "contacts.readonly": True,
    "contacts.write": None,
    "workflows.readonly": True,
    "opportunities.readonly": True,
    "opportunities.write": None,
}


def stored() -> CrmConnection:
    return CrmConnection.objects.get()


def test_a_token_is_tried_and_stored_encrypted(by_token: CrmConnection, workspace: Workspace, location: str) -> None:
    row = stored()
    assert (row.kind, row.source, row.location_id) == (TokenKind.TOKEN, TokenSource.STORED, location)
    assert (row.location_name, row.allows_duplicates) == ("Sandbox location", False)
    assert row.scopes == ALL
    assert (row.limit_today, row.limit_in_interval) == (200_000, 100)
    assert row.checked_at is not None
    assert TOKEN not in row.credential
    assert decrypted(row.credential) == TOKEN
    event = AuditEvent.objects.get(action="crm:connection:made")
    assert event.summary.endswith(
        "was connected to the GoHighLevel location Sandbox location by private integration token"
    )
    assert client_for(workspace).locations.get_location().name == "Sandbox location"


@pytest.mark.parametrize("sandbox_options", [{"world": "empty", "crm_scopes": frozenset({"locations.readonly"})}])
def test_missing_scopes_are_found_and_those_of_writes_stay_unknown(by_token: CrmConnection) -> None:
    missing = {scope for scope, has in stored().scopes.items() if has is False}
    assert missing == {"contacts.readonly", "workflows.readonly", "opportunities.readonly"}
    assert stored().scopes["contacts.write"] is None


@pytest.mark.parametrize(
    ("location_id", "token", "kind"),
    [
        ("", TOKEN, CrmRefusedError),
        ("../contacts", TOKEN, CrmRefusedError),
        ("another-location", TOKEN, WrongLocationError),
        ("of-the-sandbox", "pit-wrong", TokenRefusedError),
        ("of-the-sandbox", "pit with spaces", CrmRefusedError),
    ],
)
def test_what_cannot_be_used_is_not_stored(
    workspace: Workspace,
    location: str,
    member: Callable[..., Member],
    location_id: str,
    token: str,
    kind: type[Exception],
) -> None:
    wanted = location if location_id == "of-the-sandbox" else location_id
    with pytest.raises(kind):
        connect_by_token(workspace, wanted, token, by=member("admin"))
    assert not CrmConnection.objects.exists()
    assert not AuditEvent.objects.filter(action="crm:connection:made").exists()


def test_without_field_keys_nothing_is_sent_or_stored(
    workspace: Workspace,
    location: str,
    member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
    control: SandboxControl,
) -> None:
    monkeypatch.setattr(settings, "FIELD_KEYS", [])
    with pytest.raises(NoFieldKeysError):
        connect_by_token(workspace, location, TOKEN, by=member("admin"))
    assert control.log(path="/ghl") == []
    assert not CrmConnection.objects.exists()


def test_sign_in_stores_both_tokens_encrypted_with_their_end_and_their_scopes(by_sign_in: CrmConnection) -> None:
    row = stored()
    assert (row.kind, row.location_name) == (TokenKind.OAUTH, "Sandbox location")
    assert set(row.scopes.values()) == {True}
    assert row.expires_at is not None
    assert row.expires_at > row.connected_at
    for secret in (row.credential, row.refresh_credential):
        assert not secret.startswith(("access", "refresh"))
        assert decrypted(secret).startswith(("access", "refresh"))


def test_a_code_that_is_used_up_connects_nothing(
    workspace: Workspace, sandbox: Any, member: Callable[..., Member]
) -> None:
    with pytest.raises(GrantRefusedError):
        connect_by_sign_in(workspace, "used-up", BACK, by=member("admin"))
    assert not CrmConnection.objects.exists()


def test_disconnecting_forgets_the_tokens_and_is_done_once(
    by_sign_in: CrmConnection, workspace: Workspace, member: Callable[..., Member], no_environment: None
) -> None:
    assert disconnect(workspace, by=member("admin")) is True
    row = stored()
    assert (row.credential, row.refresh_credential, row.is_connected) == ("", "", False)
    assert disconnect(workspace, by=member("admin")) is False
    assert AuditEvent.objects.filter(action="crm:connection:ended").count() == 1
    assert connection_of(workspace) is None
    with pytest.raises(CrmNotConnectedError):
        client_for(workspace)
    with pytest.raises(CrmNotConnectedError):
        check(workspace)


def test_connecting_again_takes_the_place_of_what_was_refused(
    by_sign_in: CrmConnection,
    workspace: Workspace,
    location: str,
    member: Callable[..., Member],
    control: SandboxControl,
) -> None:
    control.change_crm(revoked=True)
    with pytest.raises(TokenRefusedError):
        check(workspace)
    assert stored().is_refused
    control.change_crm(revoked=False)
    connect_by_token(workspace, location, TOKEN, by=member("admin"))
    row = stored()
    assert (row.kind, row.is_refused, row.error, row.refresh_credential) == (TokenKind.TOKEN, False, "", "")
    assert row.generation == 1


def test_a_check_that_fails_keeps_what_was_known_and_says_why(
    by_token: CrmConnection, workspace: Workspace, control: SandboxControl
) -> None:
    control.faults({"match": {"path": "/locations/*"}, "do": "status", "value": 500, "times": 9})
    with pytest.raises(ServerError):
        check(workspace)
    row = stored()
    assert (row.location_name, row.is_refused) == ("Sandbox location", False)
    assert row.checked_at == by_token.checked_at
    assert "failed at the vendor" in row.error
    control.clear_faults()
    assert check(workspace).error == ""


def test_a_token_that_is_taken_back_is_shown_as_refused_since_then(
    by_token: CrmConnection, workspace: Workspace, control: SandboxControl
) -> None:
    control.change_crm(revoked=True)
    for _ in range(2):
        with pytest.raises(TokenRefusedError):
            check(workspace)
    first = stored().refused_at
    assert first is not None
    note_refusal(workspace, TokenRefusedError("Invalid"))
    assert stored().refused_at == first
    control.change_crm(revoked=False)
    assert check(workspace).is_refused is False


def test_only_a_refused_token_counts_as_refused(by_token: CrmConnection, workspace: Workspace) -> None:
    note_refusal(workspace, ClientError("odd"))
    assert (stored().is_refused, "odd" in stored().error) == (False, True)


def test_the_environments_token_serves_the_environments_workspace_alone(workspace: Workspace, location: str) -> None:
    assert location == settings.GHL_LOCATION_ID
    found = connection_of(workspace)
    assert found is not None
    assert (found.pk, found.source, found.location_id) == (None, TokenSource.ENVIRONMENT, location)
    assert connection_of(other_workspace()) is None
    checked = check(workspace)
    assert (checked.location_name, checked.credential) == ("Sandbox location", "")
    assert connection_of(workspace) == checked
    assert client_for(workspace).locations.get_location().name == "Sandbox location"


def test_a_stored_connection_comes_before_the_environments(by_token: CrmConnection, workspace: Workspace) -> None:
    found = connection_of(workspace)
    assert found is not None
    assert found.source == TokenSource.STORED


def test_an_environment_without_its_token_sends_nothing(
    workspace: Workspace, location: str, no_environment: None, control: SandboxControl
) -> None:
    row = CrmConnection(workspace=workspace, source=TokenSource.ENVIRONMENT, kind=TokenKind.TOKEN)
    with pytest.raises(UnknownTokenError):
        token_of(row, app=lambda: pytest.fail("nothing is asked"))
    assert connection_of(workspace) is None
    assert control.log(path="/ghl") == []


def test_rotating_the_keys_encrypts_both_tokens_anew(
    by_sign_in: CrmConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, old = stored(), settings.FIELD_KEYS
    new = Fernet.generate_key().decode()
    monkeypatch.setattr(settings, "FIELD_KEYS", [new, *old])
    call_command("rotate_field_keys")
    monkeypatch.setattr(settings, "FIELD_KEYS", [new])
    assert decrypted(stored().credential).startswith("access")
    assert decrypted(stored().refresh_credential).startswith("refresh")
    with pytest.raises(UnreadableKeyError):
        decrypted(before.credential)


@pytest.mark.parametrize("field", ["credential", "refresh_credential"])
def test_the_database_refuses_a_token_of_a_disconnected_row(
    by_sign_in: CrmConnection, workspace: Workspace, member: Callable[..., Member], field: str
) -> None:
    disconnect(workspace, by=member("admin"))
    with pytest.raises(IntegrityError):
        CrmConnection.objects.update(**{field: "left over"})


def test_a_location_is_read_by_itself_once_an_hour(
    by_token: CrmConnection, workspace: Workspace, control: SandboxControl
) -> None:
    assert not wants_check(workspace)
    CrmConnection.objects.update(tried_at=timezone.now() - timedelta(hours=2), location_name="Former name")
    assert wants_check(workspace)
    check_connection(workspace.pk)
    assert CrmConnection.objects.get().location_name == by_token.location_name
    asked = len(control.log(path="/ghl/"))
    check_connection(workspace.pk)
    assert len(control.log(path="/ghl/")) == asked
    # A failure is stored, and not tried again at once.
    control.change_crm(revoked=True)
    CrmConnection.objects.update(tried_at=None)
    check_connection(workspace.pk)
    assert CrmConnection.objects.get().is_refused
    assert not wants_check(workspace)
