"""An admin of one workspace at every address, with the ids of another one: not found, and nothing changed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from iexdg.team.models import Member, Membership
from iexdg.ui.workspace_urls import urls_of
from iexdg.workspaces.models import Workspace
from leads.models import Import
from tests.browsers import signed_in_recently
from tests.endpoints import ENDPOINTS, Endpoint
from tests.sandbox_control import SandboxControl
from tests.test_permissions import everything, made, names_of, rolled_back, sandbox_options, things, workspace, writes
from tests.workspaces import connect_every_row, other_workspace

pytestmark = pytest.mark.django_db
__all__ = ["made", "sandbox_options", "things", "workspace"]

REFUSED = {403, 404, 405}
# What else a form of some page names; the campaign is the foreign one.
PLAUSIBLE = {
    "word": "STOP", "reason": "plausible", "note": "plausible", "policy": "now", "confirmed": "yes", "confirm": "yes",
    "mode": "observe", "role": "admin", "is_active": "no", "password": "given-in-person", "on_drift": "report",
    "kind": "hard_bounce", "limit": "5", "flag": "typo", "step": "1", "variant": "0", "name": "Third",
    "what": "address", "values": "plausible.example.net",
}  # fmt: skip
NAMES = {endpoint.name for endpoint in ENDPOINTS}
# On these it is one's own session or passkey, which is no matter of a workspace.
OWN = {"account_session_end", *(name for name in NAMES if name.startswith("mfa_"))}


@pytest.fixture
def acme(things: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace of which the member is an admin; that of the sandbox is the foreign one."""
    other = other_workspace("Acme")
    connect_every_row(monkeypatch)
    return other


@pytest.fixture
def foreign(things: dict[str, Any], workspace: Workspace) -> dict[str, Any]:
    """Ids of the foreign workspace, of a member too who has a role only there."""
    bob = Member.objects.create_member("bob@example.com", name="Bob Foreign", role="", password="a-long-password")
    Membership.objects.create(member=bob, workspace=workspace, role="viewer")
    return things | {"member": bob.pk}


@pytest.fixture
def ada(acme: Workspace) -> Client:
    member = Member.objects.create_member("ada@example.com", name="Ada Acme", role="", password="a-long-password")
    Membership.objects.create(member=member, workspace=acme, role="admin")
    client = Client()
    client.force_login(member)
    signed_in_recently(client, member)
    return client


def asked(client: Client, method: str, address: str, data: dict[str, Any], *, htmx: bool) -> HttpResponseBase:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.get(address, headers=headers) if method == "GET" else client.post(address, data, headers=headers)


def endpoints_on(*kinds: str) -> list[Endpoint]:
    found = {one.name: one for one in ENDPOINTS if one.on in kinds and one.name not in OWN}
    return list(found.values())


def is_refused(client: Client, answer: HttpResponseBase, pk: int | str) -> bool:
    """Whether it was; what only takes a form leads to its page, which is refused as well or is not about that id."""
    if answer.status_code != 302:
        return answer.status_code in REFUSED
    return f"/{pk}/" not in answer["Location"] or client.get(answer["Location"]).status_code in REFUSED


@pytest.mark.parametrize(
    "endpoint",
    endpoints_on(
        "campaign",
        "import",
        "lead",
        "blocked",
        "list",
        "listed",
        "people_change",
        "erasure",
        "incident",
        "thread",
        "message",
        "member",
        "workspace",
        "connection",
        "mailbox",
        "mailbox_change",
        "subsequence",
        "placement",
        "search",
        "object_change",
        "tag",
        "label",
        "key",
        "webhook",
        "draft",
        "apply_request",
        "delivery",
        "automation",
        "entry",
        "unmatched",
    ),
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_id_of_a_foreign_workspace_is_not_found(
    endpoint: Endpoint, method: str, acme: Workspace, ada: Client, foreign: dict[str, Any], control: SandboxControl
) -> None:
    before, calls_before = everything(), len(control.log())
    address = reverse(endpoint.name, urls_of("acme"), [foreign[endpoint.on]])  # type: ignore[arg-type]
    with writes() as written:
        for htmx in (False, True):
            answer = asked(ada, method, address, PLAUSIBLE | dict(endpoint.data), htmx=htmx)
            assert is_refused(ada, answer, foreign[endpoint.on]), (address, htmx, answer.status_code)
    assert not written or everything() == before
    assert len(control.log()) == calls_before


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_of_a_foreign_workspace_is_found(
    method: str, acme: Workspace, ada: Client, foreign: dict[str, Any], control: SandboxControl
) -> None:
    before, calls_before, walked = everything(), len(control.log()), 0
    for endpoint in ENDPOINTS:
        args = [foreign[endpoint.on]] if endpoint.on and endpoint.on != "link" else []
        try:
            address = reverse(endpoint.name, urls_of("demo"), args)  # type: ignore[arg-type]
        except NoReverseMatch:
            continue
        if not address.startswith("/w/"):
            continue
        walked += 1
        for htmx in (False, True):
            answer = asked(ada, method, address, PLAUSIBLE | dict(endpoint.data), htmx=htmx)
            assert answer.status_code == 404, (address, htmx)
    assert walked > 80
    assert everything() == before
    assert len(control.log()) == calls_before


def test_the_walk_knows_every_address() -> None:
    assert set(names_of(get_resolver())) == NAMES


def test_a_file_is_not_taken_for_a_campaign_of_a_foreign_workspace(
    acme: Workspace, ada: Client, foreign: dict[str, Any]
) -> None:
    imports = Import.objects.count()
    file = SimpleUploadedFile("people.csv", b"email\nsam@example.com\n")
    answer = ada.post("/w/acme/imports/new/", {"campaign": foreign["campaign"], "file": file})
    assert answer.status_code in REFUSED | {422}
    assert Import.objects.count() == imports


@pytest.mark.parametrize(
    "page",
    ["", "campaigns/", "leads/", "leads.csv", "leads/verifications/",
     "leads/receipts/import/", "imports/", "imports/new/", "incidents/",
     "crm/automations/", "crm/automations/new/", "crm/ledger/", "crm/unmatched/", "crm/unmatched.csv",
     "inbox/", "crm/", "analytics/", "analytics.csv", "analytics/report/", "block-list/", "block-list.csv", "lists/",
     "lists.csv", "mailboxes/", "mailboxes.csv", "incidents.csv", "audit/", "audit.csv",
      "subsequences/", "subsequences.csv", "campaigns/drafts/", "campaigns/new/", "campaigns/blueprints/",
      "placement-tests/", "supersearch/", "tags/", "tags.csv", "labels/",
      "labels.csv", "keys/", "keys.csv", "webhooks/", "webhooks.csv", "jobs/", "audit/instantly/", "settings/team/",
     "settings/notifications/", "stop/", "unknown/"],
)  # fmt: skip
@pytest.mark.parametrize("query", ["", "?campaign={campaign}", "?member={member}", "?also={campaign}"])
def test_no_list_shows_anything_of_a_foreign_workspace(
    page: str, query: str, acme: Workspace, workspace: Workspace, ada: Client, foreign: dict[str, Any]
) -> None:
    workspace.refresh_from_db()
    answer = ada.get(f"/w/acme/{page}{query.format(**foreign)}")
    html = b"".join(getattr(answer, "streaming_content", None) or [answer.content]).decode()
    assert answer.status_code in {200, 404}
    # A whole word: a token of the form may hold any three characters.
    theirs = (
        r"\b05A\b",
        "It flipped",
        "Land test",
        "Land search",
        "Land draft",
        "Bob Foreign",
        "ada@example.com,",
        workspace.name,
    )
    found = [words for words in theirs if re.search(words, html)]
    assert found == []


def test_the_page_of_all_workspaces_leads_to_the_only_one(
    acme: Workspace, ada: Client, foreign: dict[str, Any]
) -> None:
    assert ada.get("/")["Location"] == "/w/acme/"
    assert "demo" not in ada.get("/workspace-choices/", headers={"HX-Request": "true"}).content.decode()


def test_stopping_all_stops_only_what_the_member_may_see(
    acme: Workspace, workspace: Workspace, ada: Client, foreign: dict[str, Any]
) -> None:
    ada.post("/w/acme/stop/", {"word": "STOP", "reason": "x", "where": "all"})
    acme.refresh_from_db()
    workspace.refresh_from_db()
    assert (acme.is_stopped, workspace.is_stopped) == (True, False)


def test_a_member_of_both_stops_all_and_each_says_so(
    acme: Workspace, workspace: Workspace, web: Callable[..., Client]
) -> None:
    client = web("viewer")
    workspace.refresh_from_db()
    page = client.get("/w/acme/stop/?where=all").content.decode()
    assert f'<option value="all" selected>All 2 workspaces: {workspace.name}, Acme</option>' in page
    with rolled_back():
        client.post("/w/acme/stop/", {"word": "STOP", "reason": "x", "where": "here"})
        assert [one.is_stopped for one in Workspace.objects.order_by("pk")] == [False, True]
        # Acme is stopped, so only the other one is left to be stopped.
        left = client.get("/w/acme/stop/").content.decode()
        assert '<option value="all" selected>' in left
        assert 'aria-label="Kill switch of Acme">Kill switch</a>' in client.get("/").content.decode()
    answer = client.post("/w/acme/stop/", {"word": "STOP", "reason": "x", "where": "all"}, follow=True)
    assert [one.is_stopped for one in Workspace.objects.order_by("pk")] == [True, True]
    assert f"All sending is being stopped in {workspace.name}, Acme." in answer.content.decode()


def test_a_refusal_needs_the_choice(acme: Workspace, web: Callable[..., Client]) -> None:
    answer = web("viewer").post("/w/acme/stop/", {"word": "STOP", "reason": "x"})
    assert answer.status_code == 422
    assert not any(one.is_stopped for one in Workspace.objects.all())
