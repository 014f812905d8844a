"""The connections page: what an admin sees and does there, and that no key is in any answer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from campaigns.models.campaign import CampaignStatus
from iexdg.connections.models import Connection
from iexdg.team.audit.models import AuditEvent
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign
from tests.wiring import NOBODY, wired_maton

pytestmark = pytest.mark.django_db
PAGE, CONNECT, MATON = "/settings/connections/", "/settings/connections/connect/", "/settings/connections/maton/"


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"workspaces": 2}


@pytest.fixture
def admin(sandbox: Any, workspace: Workspace, web: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("iexdg.workspaces.connection_views.queue_first_sync", lambda workspace: None)
    return web("admin")


def entered(**fields: str) -> dict[str, str]:
    return {"name": "Second", "way": "sandbox", "key": "sandbox-key-2", **fields}


def opened_account(admin: Client) -> str:
    """Enter the Maton key and return the page with the account's connections."""
    answer = admin.post(CONNECT, entered(name="Demo (Maton)", way="sandbox-maton", key="maton-key"), follow=True)
    assert answer.redirect_chain == [(MATON, 302)]
    return answer.content.decode()


def test_the_page_lists_every_workspace_with_the_way_to_it(admin: Client) -> None:
    answer = admin.post(CONNECT, entered(), follow=True)
    text = answer.content.decode()
    assert "Second is connected, in write mode." in text
    for words in ("Sandbox", "Second", "…ey-2", "may read what is needed", "the sandbox"):
        assert words in text
    assert "sandbox-key-2" not in text


def test_a_key_that_is_refused_is_not_shown_again(admin: Client) -> None:
    answer = admin.post(CONNECT, entered(key="a-mistyped-secret"))
    assert answer.status_code == 422
    assert "the key is not accepted" in answer.content.decode()
    assert "a-mistyped-secret" not in answer.content.decode()
    assert Connection.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"way": "other"}, "Enter the address."),
        ({"way": "other", "base_url": "http://instantly.example.com"}, "no address of an API"),
        ({"way": "nowhere"}, "What was chosen under “Reached through” is not one of the choices."),
        ({"key": ""}, "“Key” is empty. Fill it in."),
        ({"key": "sandbox-key"}, "opens IEXDG Demo, which is connected by it already"),
    ],
)
def test_what_cannot_be_connected_is_said_at_the_form(admin: Client, fields: dict[str, str], says: str) -> None:
    answer = admin.post(CONNECT, entered(**fields))
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert Connection.objects.count() == 0


def test_an_address_inside_the_network_is_not_asked(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    fields = entered(way="other", base_url="https://169.254.169.254", key="some-key-here")
    admin.get(PAGE)
    answer = admin.post(CONNECT, fields)
    assert answer.status_code == 422
    assert "Deactivate them" in answer.content.decode() or "could not connect" in answer.content.decode()


def test_maton_connections_are_listed_and_one_is_connected(admin: Client, sandbox: Any) -> None:
    text = opened_account(admin)
    first, second = (one["connection_id"] for one in sandbox.gateway.account.connections)
    assert first in text
    assert "maton-key" not in text
    answer = admin.post(f"{MATON}connect/", {"maton_connection": second, "name": "Demo (Maton)"}, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert [one.slug for one in connected_workspaces()] == ["demo", "demo-maton"]
    assert "No Maton account is open" in admin.get(MATON).content.decode()


def test_a_new_connection_waits_with_its_link_until_it_is_authorised(admin: Client, sandbox: Any) -> None:
    opened_account(admin)
    text = admin.post(f"{MATON}create/", follow=True).content.decode()
    account = sandbox.gateway.account
    assert 'hx-trigger="every 3s' in text
    assert "PENDING" in text
    seen = text.partition('id="maton-connections"')[2].partition("?seen=")[2].partition('"')[0]
    assert admin.get(MATON, {"seen": seen}, headers={"HX-Request": "true"}).status_code == 204
    account.change(account.connections[-1], status="ACTIVE", workspace=2)
    text = admin.get(MATON, {"seen": seen}, headers={"HX-Request": "true"}).content.decode()
    assert account.connections[-1]["connection_id"] in text
    assert "PENDING" not in text
    assert 'hx-trigger="every 3s' not in text.partition('id="maton-connections"')[2]


def test_a_connection_of_the_account_is_deleted_with_its_consequences_named(admin: Client, sandbox: Any) -> None:
    opened_account(admin)
    account = sandbox.gateway.account
    chosen = account.connections[1]["connection_id"]
    admin.post(f"{MATON}connect/", {"maton_connection": chosen, "name": "Demo (Maton)"})
    stored = Connection.objects.get()
    text = admin.post(f"{PAGE}{stored.pk}/maton/", follow=True).content.decode()
    assert "Demo (Maton) goes through it." in text
    admin.post(f"{MATON}delete/", {"maton_connection": chosen})
    assert account.find(chosen) is not None
    admin.post(f"{MATON}delete/", {"maton_connection": chosen, "confirmed": "yes"})
    assert account.find(chosen) is None
    assert AuditEvent.objects.filter(action="maton:connection:deleted").count() == 1


def test_a_workspace_is_disconnected_after_its_consequences_were_named(admin: Client) -> None:
    admin.post(CONNECT, entered())
    second = Workspace.objects.get(slug="second")
    campaign(second, "05A", remote_status=CampaignStatus.ACTIVE)
    assert "1 campaign is sending and would not be watched any more (05A)." in admin.get(PAGE).content.decode()
    address = reverse("connections:disconnect", args=[second.pk])
    assert admin.post(address).status_code == 422
    assert second in connected_workspaces()
    admin.post(address, {"confirmed": "yes"})
    assert second not in connected_workspaces()


def test_connecting_and_disconnecting_need_a_recent_sign_in(admin: Client, settings: Any) -> None:
    admin.post(CONNECT, entered())
    second = Workspace.objects.get(slug="second")
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    answer = admin.post(CONNECT, entered(key="sandbox-key"))
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    answer = admin.post(reverse("connections:disconnect", args=[second.pk]), {"confirmed": "yes"})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert second in connected_workspaces()
    assert "sandbox-key" not in str(dict(admin.session.items()))


def test_the_key_of_an_account_that_is_looked_at_is_encrypted_in_the_session(admin: Client) -> None:
    opened_account(admin)
    assert "maton-key" not in str(dict(admin.session.items()))
    assert "maton-key" not in "".join(Session.objects.values_list("session_data", flat=True))


def test_an_account_that_does_not_answer_is_said(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_account(admin)
    monkeypatch.setattr("iexdg.connections.client._maton", wired_maton(NOBODY))
    assert "GET /connections could not connect" in admin.get(MATON).content.decode()


@pytest.mark.parametrize("role", ["viewer", "operator", "approver"])
def test_no_one_else_sees_the_page_or_its_tab(admin: Client, web: Callable[..., Client], role: str) -> None:
    assert web(role).get(PAGE).status_code == 403
    assert PAGE not in web(role).get("/w/demo/settings/").content.decode()
    assert PAGE in admin.get("/w/demo/settings/").content.decode()
