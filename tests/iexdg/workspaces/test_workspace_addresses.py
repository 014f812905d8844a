"""The address names the workspace: what it leads to, for whom, and where an address without one goes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_urlconf, reverse

from iexdg.incidents.kinds import kind_of
from iexdg.incidents.record import open_incident
from iexdg.incidents.wording import email_text, slack_text
from iexdg.team.current import current_slug
from iexdg.team.models import Member, Membership
from iexdg.workspaces.middleware import WorkspaceMiddleware
from iexdg.workspaces.models import Workspace
from tests.browsers import signed_in_recently
from tests.campaigns.factories import campaign
from tests.workspaces import connect_every_row, other_workspace

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]


@pytest.fixture
def acme(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The second connected workspace; `workspace` is the first."""
    other = other_workspace("Acme")
    connect_every_row(monkeypatch)
    return other


@pytest.fixture
def only_acme(acme: Workspace) -> Client:
    """A browser of an admin of the second workspace, who has no role in the first."""
    ada = Member.objects.create_member("ada@example.com", name="Ada Acme", role="", password="a-long-password")
    Membership.objects.create(member=ada, workspace=acme, role="admin")
    client = Client()
    client.force_login(ada)
    signed_in_recently(client, ada)
    return client


def test_each_address_shows_its_own_workspace(workspace: Workspace, acme: Workspace, web: Web) -> None:
    campaign(workspace, "Here"), campaign(acme, "There")
    pages = [web("viewer").get(f"/w/{slug}/campaigns/").content.decode() for slug in ("demo", "acme")]
    assert [("Here" in page, "There" in page) for page in pages] == [(True, False), (False, True)]


def test_every_link_of_a_page_leads_within_its_workspace(acme: Workspace, web: Web) -> None:
    one = campaign(acme, "There")
    html = web("admin").get(f"/w/acme/campaigns/{one.pk}/").content.decode()
    assert "/w/demo/" not in html.replace('id="switch-demo" href="/w/demo/"', "")
    for path in (f"campaigns/{one.pk}/", "leads/", "changes/", "workspace-bar/", "stop/"):
        assert f"/w/acme/{path}" in html
    assert 'href="/accounts/"' in html


@pytest.mark.parametrize("slug", ["nowhere", "demo"])
@pytest.mark.parametrize("page", ["", "campaigns/", "settings/", "leads.csv"])
def test_a_workspace_without_a_role_or_that_is_none_is_not_found(only_acme: Client, slug: str, page: str) -> None:
    answer = only_acme.get(f"/w/{slug}/{page}")
    assert answer.status_code == 404
    # The frame of that page is the one of a workspace that they may see.
    assert "Sandbox" not in answer.content.decode()


def test_a_workspace_that_is_not_connected_is_not_found(workspace: Workspace, web: Web) -> None:
    other_workspace("Old")
    assert web("admin").get("/w/old/campaigns/").status_code == 404


@pytest.mark.parametrize("slug", ["demo", "nowhere"])
def test_who_is_not_signed_in_learns_nothing_of_which_workspaces_there_are(
    workspace: Workspace, web: Web, slug: str
) -> None:
    answer = web().get(f"/w/{slug}/campaigns/?status=paused")
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next=/w/{slug}/campaigns/%3Fstatus%3Dpaused"


def test_an_address_without_a_workspace_leads_to_the_same_page_of_the_first(acme: Workspace, web: Web) -> None:
    answer = web("viewer").get("/campaigns/?status=paused&q=a%20b")
    assert (answer.status_code, answer["Location"]) == (302, "/w/demo/campaigns/?status=paused&q=a%20b")
    assert web("viewer").get("/campaigns/7/go-live/")["Location"] == "/w/demo/campaigns/7/go-live/"


def test_it_leads_to_the_workspace_that_this_browser_was_in_last(acme: Workspace, web: Web) -> None:
    client = web("viewer")
    client.get("/w/acme/")
    assert client.get("/leads/")["Location"] == "/w/acme/leads/"
    # What a page asks by itself is no visit.
    client.get("/w/demo/changes/", headers={"HX-Request": "true"})
    assert client.get("/leads/")["Location"] == "/w/acme/leads/"


def test_an_old_address_of_one_row_leads_to_the_first_workspace_wherever_this_browser_was(
    workspace: Workspace, acme: Workspace, web: Web
) -> None:
    old = campaign(workspace, "Here")
    client = web("viewer")
    client.get("/w/acme/")
    answer = client.get(f"/campaigns/{old.pk}/?tab=leads")
    assert answer["Location"] == f"/w/demo/campaigns/{old.pk}/?tab=leads"
    assert client.get(answer["Location"]).status_code == 200


def test_a_workspace_that_may_not_be_seen_any_more_is_not_led_to(only_acme: Client) -> None:
    only_acme.cookies["workspace"] = "demo"
    assert only_acme.get("/leads/")["Location"] == "/w/acme/leads/"


def test_a_form_without_a_workspace_stays_a_form(workspace: Workspace, web: Web) -> None:
    answer = web("viewer").post("/stop/", {"word": "STOP", "reason": "x"})
    assert (answer.status_code, answer["Location"]) == (307, "/w/demo/stop/")


@pytest.mark.parametrize("address", ["/accounts/", "/healthz", "/settings/connections/"])
def test_what_belongs_to_no_workspace_stays_where_it_is(workspace: Workspace, web: Web, address: str) -> None:
    assert web("admin").get(address).status_code == 200
    assert web("admin").get(f"/w/demo{address}").status_code == 404


def test_a_page_without_a_workspace_has_the_frame_of_the_last_one(acme: Workspace, web: Web) -> None:
    client = web("viewer")
    client.get("/w/acme/")
    assert 'href="/w/acme/campaigns/"' in client.get("/accounts/").content.decode()


def test_a_slash_that_is_missing_is_added(workspace: Workspace, web: Web) -> None:
    assert web("viewer").get("/campaigns")["Location"] == "/w/demo/campaigns/"
    assert web("viewer").get("/w/demo/campaigns")["Location"] == "/w/demo/campaigns/"


def test_neither_an_answer_nor_an_error_leaves_its_workspace_behind(workspace: Workspace, web: Web, rf: Any) -> None:
    web("viewer").get("/w/demo/campaigns/")
    assert (current_slug(), get_urlconf(), reverse("campaigns:list")) == (None, None, "/campaigns/")

    def breaks(request: HttpRequest) -> HttpResponse:
        assert reverse("campaigns:list") == "/w/demo/campaigns/"
        raise ZeroDivisionError

    request = rf.get("/w/demo/campaigns/")
    request.user = Member(role="viewer", name="Vera")
    with pytest.raises(ZeroDivisionError):
        WorkspaceMiddleware(breaks)(request)
    assert (current_slug(), get_urlconf(), reverse("campaigns:list")) == (None, None, "/campaigns/")


def test_messages_name_the_workspace_of_their_incident(workspace: Workspace, acme: Workspace) -> None:
    here, there = (
        open_incident(one, kind_of("flip"), dedupe_key="flip:1", summary="It flipped")[0] for one in (workspace, acme)
    )
    for text in (
        email_text([here, there], "https://o.example.com"),
        slack_text([here, there], "https://o.example.com"),
    ):
        assert f"https://o.example.com/w/demo/incidents/{here.pk}/" in text
        assert f"https://o.example.com/w/acme/incidents/{there.pk}/" in text
