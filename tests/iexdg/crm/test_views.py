"""The pages of the connection: who may do what, and that no token is ever shown."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from iexdg.crm.models import CrmConnection, TokenKind
from iexdg.workspaces.models import Workspace
from tests.iexdg.crm.conftest import TOKEN
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
URL = "/w/demo/crm/"


def text(client: Client, url: str = URL) -> str:
    return client.get(url).content.decode()


def test_without_a_connection_the_page_says_what_is_next(
    workspace: Workspace, sandbox: Any, web: Web, no_environment: None
) -> None:
    page = text(web("viewer"))
    assert "Not connected" in page
    assert "No reply reaches a CRM" in page
    assert "Connect a location" not in page
    assert "Connect a location" in text(web("admin"))


def test_the_page_shows_location_scopes_and_limits_with_their_time(by_token: CrmConnection, web: Web) -> None:
    page = text(web("viewer"))
    for words in ("Sandbox location", by_token.location_id, "contacts.write", "Not known before it is used", "200,000"):
        assert words in page
    assert "as of" in page
    assert TOKEN not in page


@pytest.mark.parametrize("sandbox_options", [{"world": "empty", "crm_scopes": frozenset({"locations.readonly"})}])
def test_a_missing_scope_says_what_it_costs(by_token: CrmConnection, web: Web) -> None:
    page = text(web("viewer"))
    assert "3 scopes missing" in page
    assert "Workflows cannot be listed or chosen." in page


def test_an_admin_connects_by_a_token_which_is_in_no_answer(
    workspace: Workspace, location: str, web: Web, no_environment: None
) -> None:
    client = web("admin")
    wrong = client.post(f"{URL}connect/", {"location_id": location, "token": "pit-wrong-one"})
    assert (wrong.status_code, CrmConnection.objects.count()) == (422, 0)
    assert "the token is not accepted" in wrong.content.decode()
    assert "pit-wrong-one" not in wrong.content.decode()
    right = client.post(f"{URL}connect/", {"location_id": location, "token": TOKEN}, follow=True)
    assert "is connected to Sandbox location" in right.content.decode()
    assert TOKEN not in right.content.decode()
    assert CrmConnection.objects.get().kind == TokenKind.TOKEN


@pytest.mark.parametrize("role", ["viewer", "operator", "approver"])
def test_only_an_admin_connects_or_disconnects(by_token: CrmConnection, location: str, web: Web, role: str) -> None:
    client = web(role)
    assert client.post(f"{URL}connect/", {"location_id": location, "token": TOKEN}).status_code == 403
    assert client.post(f"{URL}sign-in/").status_code == 403
    assert client.post(f"{URL}disconnect/", {"confirmed": "yes"}).status_code == 403
    row = CrmConnection.objects.get()
    assert (row.is_connected, row.connected_at) == (True, by_token.connected_at)


def test_disconnecting_asks_first(by_token: CrmConnection, web: Web, no_environment: None) -> None:
    client = web("admin")
    assert "The token is deleted here" in text(client, f"{URL}disconnect/")
    assert client.post(f"{URL}disconnect/").status_code == 422
    assert CrmConnection.objects.get().is_connected
    done = client.post(f"{URL}disconnect/", {"confirmed": "yes"}, follow=True)
    assert "its token was deleted here" in done.content.decode()
    assert not CrmConnection.objects.get().is_connected


def test_checking_again_shows_what_it_came_to(by_token: CrmConnection, web: Web, control: SandboxControl) -> None:
    client = web("operator")
    assert "Sandbox location answered." in client.post(f"{URL}check/", follow=True).content.decode()
    control.change_crm(revoked=True)
    page = client.post(f"{URL}check/", follow=True).content.decode()
    assert "Refused since" in page
    assert "Connect GoHighLevel again under CRM" in page


def test_sign_in_leads_to_gohighlevel_and_back(
    workspace: Workspace, allowed: Callable[..., str], web: Web, no_environment: None
) -> None:
    client = web("admin")
    page = client.post(f"{URL}sign-in/")
    link = page.context["link"]
    asked = parse_qs(urlsplit(link).query)
    assert link.startswith(settings.GHL_AUTHORISE_URL)
    assert asked["redirect_uri"] == ["http://testserver/crm/callback/"]
    query = {"code": allowed(link=link), "state": asked["state"][0]}
    back = client.get("/crm/callback/", query)
    assert (back.status_code, back["Location"]) == (302, URL)
    assert "is connected to Sandbox location" in text(client)
    assert CrmConnection.objects.get().kind == TokenKind.OAUTH
    again = client.get("/crm/callback/", query, follow=True)
    assert "did not ask GoHighLevel for that" in again.content.decode()


@pytest.mark.parametrize("state", ["", "another", "x" * 5000])
def test_a_return_that_nobody_asked_for_changes_nothing(
    workspace: Workspace, allowed: Callable[..., str], web: Web, state: str
) -> None:
    client = web("admin")
    client.post(f"{URL}sign-in/")
    client.get("/crm/callback/", {"code": allowed(), "state": state})
    assert not CrmConnection.objects.exists()


def test_another_browsers_state_is_of_no_use(workspace: Workspace, allowed: Callable[..., str], web: Web) -> None:
    link = web("admin").post(f"{URL}sign-in/").context["link"]
    state = parse_qs(urlsplit(link).query)["state"][0]
    web("admin").get("/crm/callback/", {"code": allowed(link=link), "state": state})
    assert not CrmConnection.objects.exists()


def test_a_refusal_at_gohighlevel_is_said(workspace: Workspace, sandbox: Any, web: Web, no_environment: None) -> None:
    client = web("admin")
    link = client.post(f"{URL}sign-in/").context["link"]
    state = parse_qs(urlsplit(link).query)["state"][0]
    back = client.get("/crm/callback/", {"error": "access_denied", "state": state}, follow=True)
    assert "was not authorised. Nothing was changed" in back.content.decode()
    assert not CrmConnection.objects.exists()


def test_the_page_reads_as_many_rows_whatever_is_stored(by_sign_in: CrmConnection, web: Web) -> None:
    client = web("admin")
    text(client)
    with CaptureQueriesContext(connection) as queries:
        text(client)
    assert len([one for one in queries if "crm_crmconnection" in one["sql"] and "SELECT" in one["sql"]]) <= 2
