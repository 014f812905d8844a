"""Renewing an access token: one process asks, both tokens are stored in one step, the others wait."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from iexdg.clients.gohighlevel.errors import GrantRefusedError
from iexdg.clients.http.errors import ClientError
from iexdg.connections.credentials import decrypted
from iexdg.crm.client import app_of_settings, client_for
from iexdg.crm.errors import CrmNotConnectedError, RefreshBusyError
from iexdg.crm.models import CrmConnection
from iexdg.crm.tokens import token_of
from iexdg.crm.verbs import connect_by_token, disconnect
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.iexdg.crm.conftest import TOKEN
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


class Meanwhile:
    """The app, which does something else before it renews: what another process does at that moment."""

    def __init__(self, happens: Callable[[], Any]) -> None:
        self._happens = happens

    def refresh_tokens(self, refresh_token: str) -> Any:
        self._happens()
        return app_of_settings().refresh_tokens(refresh_token)


def stored() -> CrmConnection:
    return CrmConnection.objects.get()


def end_soon(connected: CrmConnection, **fields: Any) -> CrmConnection:
    """Let the access token end within the time in which it is renewed."""
    CrmConnection.objects.update(expires_at=timezone.now() + timedelta(minutes=4), **fields)
    connected.refresh_from_db()
    return connected


def renewals(control: SandboxControl) -> int:
    return len(control.log(path="/oauth/token"))


def test_a_token_that_is_fresh_is_used_as_it_is(by_sign_in: CrmConnection, control: SandboxControl) -> None:
    before = renewals(control)
    assert token_of(by_sign_in, app=app_of_settings) == decrypted(by_sign_in.credential)
    assert renewals(control) == before


def test_one_that_ends_soon_is_renewed_and_both_tokens_change(
    by_sign_in: CrmConnection, workspace: Workspace, sandbox: Any
) -> None:
    old = end_soon(by_sign_in)
    token = token_of(old, app=app_of_settings)
    row = stored()
    assert token == decrypted(row.credential) != decrypted(old.credential)
    assert decrypted(row.refresh_credential) != decrypted(old.refresh_credential)
    assert (row.generation, row.refresh_claimed_until) == (1, None)
    assert row.expires_at is not None
    assert row.expires_at > timezone.now() + timedelta(hours=23)
    assert client_for(workspace).locations.get_location().name == "Sandbox location"


def test_whoever_comes_while_one_renews_waits_for_its_token(by_sign_in: CrmConnection, control: SandboxControl) -> None:
    old, before, waited = end_soon(by_sign_in), renewals(control), list[float]()

    def seven_others() -> None:
        for _ in range(7):
            with pytest.raises(RefreshBusyError):
                token_of(old, app=lambda: pytest.fail("a second renewal"), sleep=waited.append)

    token = token_of(old, app=lambda: Meanwhile(seven_others))  # type: ignore[arg-type,return-value]
    assert renewals(control) == before + 1
    assert sum(waited) == pytest.approx(7 * 20, abs=2)
    late = [token_of(old, app=lambda: pytest.fail("a second renewal")) for _ in range(7)]
    assert late == [token] * 7


def test_a_wait_ends_with_the_token_that_the_other_stored(by_sign_in: CrmConnection) -> None:
    old = end_soon(by_sign_in, refresh_claimed_until=timezone.now() + timedelta(seconds=30))

    def the_other_ends(seconds: float) -> None:
        CrmConnection.objects.update(refresh_claimed_until=None)
        token_of(stored(), app=app_of_settings)

    token = token_of(old, app=lambda: pytest.fail("a second renewal"), sleep=the_other_ends)
    assert token == decrypted(stored().credential)


def test_a_lease_of_a_process_that_died_runs_out(by_sign_in: CrmConnection) -> None:
    old = end_soon(by_sign_in, refresh_claimed_until=timezone.now() - timedelta(seconds=1))
    assert token_of(old, app=app_of_settings) == decrypted(stored().credential)
    assert stored().generation == 1


def test_what_was_taken_back_is_refused_and_says_so(
    by_sign_in: CrmConnection, control: SandboxControl, workspace: Workspace
) -> None:
    control.change_crm(revoked=True)
    old = end_soon(by_sign_in)
    with pytest.raises(GrantRefusedError):
        token_of(old, app=app_of_settings)
    row = stored()
    assert row.is_refused
    assert row.refresh_claimed_until is None
    assert "Connect GoHighLevel again" in row.error
    with pytest.raises(GrantRefusedError):
        client_for(workspace)


def test_a_refusal_is_no_end_where_another_process_has_renewed_meanwhile(by_sign_in: CrmConnection) -> None:
    old = end_soon(by_sign_in)

    def another_renews() -> None:
        CrmConnection.objects.update(refresh_claimed_until=None)
        token_of(stored(), app=app_of_settings)

    token = token_of(old, app=lambda: Meanwhile(another_renews))  # type: ignore[arg-type,return-value]
    assert token == decrypted(stored().credential)
    assert (stored().is_refused, stored().generation) == (False, 1)


def test_a_failure_gives_the_lease_back_and_the_next_try_works(
    by_sign_in: CrmConnection, control: SandboxControl
) -> None:
    control.faults({"match": {"path": "/oauth/token"}, "do": "status", "value": 503})
    old = end_soon(by_sign_in)
    with pytest.raises(ClientError):
        token_of(old, app=app_of_settings)
    assert (stored().refresh_claimed_until, stored().is_refused) == (None, False)
    assert token_of(old, app=app_of_settings) == decrypted(stored().credential)


def test_a_connection_made_meanwhile_is_not_overwritten(
    by_sign_in: CrmConnection, workspace: Workspace, location: str, member: Callable[..., Member]
) -> None:
    old = end_soon(by_sign_in)

    def connected_anew() -> None:
        connect_by_token(workspace, location, TOKEN, by=member("admin"))

    token_of(old, app=lambda: Meanwhile(connected_anew))  # type: ignore[arg-type,return-value]
    assert decrypted(stored().credential) == TOKEN


def test_nothing_is_renewed_once_it_is_disconnected(
    by_sign_in: CrmConnection, workspace: Workspace, member: Callable[..., Member]
) -> None:
    old = end_soon(by_sign_in)
    disconnect(workspace, by=member("admin"))
    with pytest.raises(CrmNotConnectedError):
        token_of(old, app=lambda: pytest.fail("nothing is asked"))


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_make_one_renewal(by_sign_in: CrmConnection, control: SandboxControl) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("workers write at once on Postgres only")
    old, before = end_soon(by_sign_in), renewals(control)
    found: list[str] = []
    gate = threading.Barrier(8)

    def work() -> None:
        gate.wait()
        try:
            found.append(token_of(old, app=app_of_settings))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert found == [decrypted(stored().credential)] * 8
    assert renewals(control) == before + 1
