"""Every URL × every role and anonymous: allowed, or refused with nothing changed here and nothing sent to Instantly."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from campaigns.incident_kinds import FLIP
from campaigns.models import Approval, Campaign, Subsequence
from iexdg.blueprints.drafts.verbs import create_draft
from iexdg.blueprints.models import ApplyRequest, CampaignWrite, Draft
from iexdg.connections.stored import new_access, store
from iexdg.crm.models import Automation, LedgerEntry, UnmatchedReply
from iexdg.inbox.models import AnswerTemplate, Message, Thread
from iexdg.incidents.models import Incident
from iexdg.mailboxes.models import Mailbox, Wanted
from iexdg.mailboxes.orders import order
from iexdg.placement.models import PlacementTally, PlacementTest
from iexdg.supersearch.models import Search
from iexdg.team.models import Member
from iexdg.webhooks.models import Delivery
from iexdg.webhooks.receivers import ensure_receiver
from iexdg.workspace_objects.models import ListReading, ObjectChange
from iexdg.workspaces.changes import topics
from iexdg.workspaces.models import Workspace
from leads.models import Erasure, Import, Lead, LeadList, ListedLead, PeopleChange, Suppression
from tests.conftest import member_of
from tests.endpoints import ANONYMOUS, ENDPOINTS, EVERYONE, PEOPLE, Endpoint
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock, wired_sandbox
from tests.workspaces import connected_workspace, other_workspace, reverse_in_demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """The ids of `all_things`, which are made once for the file: what a test changes is rolled back to them."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        with pytest.MonkeyPatch.context() as patch:
            wired_sandbox(patch, SandboxClock(), pending_polls=0)
            ids = all_things(connected_workspace())
        yield ids | {"at": timezone.now()}
        transaction.set_rollback(True)


@pytest.fixture
def things(made: dict[str, Any], control: SandboxControl) -> Iterator[dict[str, Any]]:
    """The ids of everything, beside a sandbox that plays the same world, in the minute in which they were made."""
    del control
    # Later, watchers would be missed that have reported to this workspace never.
    with time_machine.travel(made["at"]):
        yield made


@pytest.fixture
def workspace(made: dict[str, Any], db: None) -> Workspace:
    """The workspace of everything."""
    del db
    return Workspace.objects.get(pk=made["workspace"])


def all_things(workspace: Workspace) -> dict[str, Any]:
    """A mirrored campaign with a checked import, a go-live request, an incident and someone on the team."""
    for role in EVERYONE:
        member_of(role)
    campaign = synced_campaign(workspace, "05A")
    now = timezone.now()
    Approval.objects.create(
        campaign=campaign,
        requested_by=member_of("operator", "Olga Other"),
        requested_at=now,
        expires_at=now + timedelta(hours=1),
    )
    incident = Incident.objects.create(
        workspace=workspace, kind=FLIP.code, dedupe_key="flip:1", summary="It flipped", opened_at=now
    )
    imported = checked_import(campaign, people(2), by=member_of("operator"))
    lead = Lead.objects.create(workspace=workspace, campaign=campaign, email="ada@example.com", synced_at=now)
    lead_list = LeadList.objects.create(workspace=workspace, remote_id="list-1", name="Spring fair", synced_at=now)
    listed = ListedLead.objects.create(
        workspace=workspace, lead_list=lead_list, remote_id="listed-1", email="guest@example.com", synced_at=now
    )
    asked = PeopleChange.objects.create(
        workspace=workspace, wanted="remove", listed=listed, remote_id="listed-1", asked_at=now, changed_at=now
    )
    PeopleChange.objects.update(group=asked.pk)
    thread = Thread.objects.create(workspace=workspace, remote_id="t-1", campaign=campaign, lead="ada@example.com")
    template = AnswerTemplate.objects.create(workspace=workspace, name="Hello", text="Hello", changed_at=now)
    message = Message.objects.create(thread=thread, remote_id="m-1", kind=2, html="<p>It flipped</p>", read_at=now)
    box = Mailbox.objects.get(workspace=workspace, email="exec@peers.example.com")
    change = order(workspace, [box.email], Wanted.LIMITS, by=member_of("operator"), values={"daily_limit": 20})
    objects = object_things(campaign) | draft_things(campaign, member_of("operator"))
    access = new_access("maton", "https://maton.example.com", "some-maton-key", "c-1", is_sandbox=True)
    return {
        "workspace": workspace.pk,
        "connection": store("Third", access, by=None).pk,
        "campaign": campaign.pk,
        "import": imported.pk,
        "lead": lead.pk,
        "list": lead_list.pk,
        "listed": listed.pk,
        "people_change": asked.pk,
        "erasure": Erasure.objects.create(workspace=workspace, digest="0" * 64, asked_at=now, finished_at=now).pk,
        "blocked": Suppression.objects.create(workspace=workspace, value="gone.example.net", is_domain=True).pk,
        "incident": incident.pk,
        "thread": thread.pk,
        "template": template.pk,
        "message": message.pk,
        "mailbox": box.pk,
        "mailbox_change": change.group,
        **objects,
        "member": member_of("viewer", "Vera Other").pk,
    }


def draft_things(campaign: Campaign, by: Member) -> dict[str, int]:
    """A draft of a campaign, a request to apply it, and what was sent for it; by their ids."""
    workspace, now = campaign.workspace, timezone.now()
    content = {"name": "Land draft", "steps": [{"subject": "Hello", "body": "Hi {{firstName}}"}]}
    draft = create_draft(workspace, content, by=by, what="Written", campaign=campaign)
    change = {"path": "steps[1].variants[A].body[1]", "before": "Hello", "after": "Hi"}
    plan = {
        "name": "Land draft", "remote_id": campaign.remote_id, "action": "update", "changes": [change], "kept": [],
        "must_be_paused": False, "findings": [], "blockers": [],
    }  # fmt: skip
    Draft.objects.filter(pk=draft.pk).update(plan=plan, plan_digest="0", plan_revision=1, planned_at=now)
    request = ApplyRequest.objects.create(
        workspace=workspace, draft=draft, campaign=campaign, name="Land draft", key="draft:0", text="campaigns: []",
        by=by, asked_at=now, changed_at=now, error="Refused", result={"changes": [change]},
    )  # fmt: skip
    CampaignWrite.objects.create(
        workspace=workspace, campaign=campaign, verb="update", remote_id=campaign.remote_id, name="Land draft",
        key="none", body={}, by=by, asked_at=now, error="Refused", differences=[change], closed_at=now,
    )  # fmt: skip
    return {"draft": draft.pk, "apply_request": request.pk}


REPORT: dict[str, Any] = {
    "domain": "peers.example.com", "ip": "192.0.2.1", "domain_listings": 1, "ip_listings": 0, "lists": ["zen"],
    "score": 1.5, "is_spam": False, "rules": [{"name": "RULE", "score": "1", "description": "BODY"}], "at": "",
}  # fmt: skip


def object_things(campaign: Campaign) -> dict[str, Any]:
    """A subsequence, a placement test, a search, what the workspace has of each kind of object; by their ids."""
    workspace, now = campaign.workspace, timezone.now()
    row = Subsequence.objects.create(
        workspace=workspace,
        campaign=campaign,
        remote_id="s-1",
        name="A week later",
        remote_status=2,
        read_at=now,
        conditions={"reply_contains": "later"},
        error="Not read",
        figures_error="Not read",
        steps=[{"type": "email", "variants": [{"subject": "Again", "body": "<div>Hi {{firstName}}</div>"}]}],
    )
    lists: dict[str, dict[str, Any]] = {
        "tag": {"id": "tag-1", "label": "East", "description": ""},
        "label": {"id": "label-1", "label": "Call", "kind": "neutral", "interest": 5000, "description": ""},
        "key": {"id": "key-1", "name": "Old", "scopes": ["leads:read"], "created": "", "is_ours": False},
        "webhook": {"id": "hook-1", "url": "https://hooks.example.com/…", "digest": "0", "event": "all_events",
                    "interest": None, "campaign": None, "name": "Hook", "status": 1, "failed": "", "headers": 0},
        "job": {"id": "job-1", "type": "move-leads", "entity_type": "campaign", "entity": "c-1", "status": "success",
                "progress": 100.0, "created": "2026-11-01T09:00:00+00:00", "updated": ""},
        "audit": {"id": "entry-1", "at": "2026-11-01T09:00:00+00:00", "activity": 4, "campaign": "", "api": False,
                  "key": "", "who": "Olive", "affected": None},
    }  # fmt: skip
    for kind, item in lists.items():
        ListReading.objects.create(workspace=workspace, kind=kind, items=[item], read_at=now)
    uses = [{"tag": "tag-1", "kind": 1, "resource": "exec@peers.example.com"}]
    ListReading.objects.create(workspace=workspace, kind="tagged", items=uses, read_at=now)
    tried = {"id": "event-1", "url": "https://hooks.example.com/…", "success": False, "status": 500, "error": "Refused",
             "attempt": 1, "again": "", "at": ""}  # fmt: skip
    ListReading.objects.create(workspace=workspace, kind="webhook_event", items=[tried], read_at=now)
    change = ObjectChange.objects.create(
        workspace=workspace, kind="tag", verb="edit", remote_id="tag-9", name="North", key="tag-9",
        asked_at=now, changed_at=now, error="Refused", result={"words": "Not delivered"},
    )  # fmt: skip
    test = PlacementTest.objects.create(
        workspace=workspace, remote_id="p-1", name="Land test", status=2, kind=2, read_at=now, results_read_at=now,
        senders=["exec@peers.example.com"], reports=[REPORT],
    )  # fmt: skip
    PlacementTally.objects.create(test=test, sender="exec@peers.example.com", provider=1, sent=2, received=2, inbox=2)
    search = Search.objects.create(
        workspace=workspace, name="Land search", filters={"title": {"include": ["CFO"]}}, count=9, read_at=now,
        made_at=now, asked_at=now, changed_at=now, by=Member.objects.order_by("pk").first(),
        people=[{"name": "Sam", "title": "CFO", "company": "Firm", "location": "Boston", "is_owned": False}],
    )  # fmt: skip
    ensure_receiver(workspace)
    delivery = Delivery.objects.create(
        workspace=workspace, received_at=now, changed_at=now, event_type="Land later", kind="unknown", fingerprint="0",
        body={"event_type": "Land later", "names": ["Land"]}, lead="ada@example.com", state="failed", error="Land",
    )  # fmt: skip
    ids: dict[str, Any] = {"search": search.pk, "subsequence": row.pk, "object_change": change.pk, "placement": test.pk}
    ids |= {"token": "a-token", "delivery": delivery.pk}
    automation = Automation.objects.create(
        workspace=workspace, name="Land automation", changed_at=now, actions=[{"kind": "contact"}],
        field_map={"email": "email"}, filter={"excludes_automatic": True},
    )  # fmt: skip
    entry = LedgerEntry.objects.create(
        workspace=workspace, automation=automation, event="m-land", number=1, kind="contact", lead="ada@example.com",
        state="refused", error="Land", asked_at=now, due_at=now, changed_at=now,
    )  # fmt: skip
    stray = Thread.objects.create(workspace=workspace, remote_id="t-stray", subject="Land stray", received_at=now)
    unmatched = UnmatchedReply.objects.create(
        workspace=workspace, thread=stray, reason="no_campaign", address="ada@example.com", received_at=now,
        found_at=now, changed_at=now,
    )  # fmt: skip
    ids |= {"automation": automation.pk, "entry": entry.pk, "unmatched": unmatched.pk}
    return ids | {kind: item["id"] for kind, item in lists.items()}


def names_of(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Every name in the URL configuration, with its namespaces."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name or f"<{entry.pattern}>"))
        else:
            yield from names_of(entry, (*spaces, entry.namespace) if entry.namespace else spaces)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours, except sessions and results that are kept until their rows change."""
    ours = [
        model
        for model in apps.get_models()
        if model._meta.app_label not in {"sessions", "usersessions", "contenttypes"}
        and model._meta.label != "leads.KeptResult"
    ]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in ours}


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements of the block that may have changed a row: without any, nothing needs to be compared."""
    written: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


def call(client: Client, endpoint: Endpoint, things: dict[str, Any]) -> HttpResponseBase:
    args = ["1", "no-such-key"] if endpoint.on == "link" else [things[endpoint.on]] if endpoint.on else []
    address = reverse_in_demo(endpoint.name, args=args)
    return (
        client.generic(endpoint.method, address)
        if endpoint.method == "GET"
        else client.post(address, dict(endpoint.data))
    )


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo every change of the block in the database, so that each person starts from the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def is_refused(answer: HttpResponseBase, person: str) -> bool:
    """Whether it was refused: with the sign-in page for anonymous, 403 for a member."""
    if person == ANONYMOUS:
        return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/?next=")
    return answer.status_code == 403


def test_every_url_is_in_the_table() -> None:
    assert sorted(set(names_of(get_resolver()))) == sorted({endpoint.name for endpoint in ENDPOINTS})


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_an_endpoint_admits_only_those_who_may_use_it(
    endpoint: Endpoint, things: dict[str, Any], web: Callable[..., Client], control: SandboxControl
) -> None:
    clients = {person: web("" if person == ANONYMOUS else person) for person in PEOPLE}

    before, calls_before = everything(), len(control.log())
    for person in [person for person in PEOPLE if person not in endpoint.allowed]:
        with writes() as written:
            assert is_refused(call(clients[person], endpoint, things), person), person
        assert not written or everything() == before, person
        # A refusal does not even read: no request of any kind was sent to Instantly.
        assert len(control.log()) == calls_before, person

    for person in [person for person in PEOPLE if person in endpoint.allowed]:
        with rolled_back():
            answer = call(clients[person], endpoint, things)
        assert not is_refused(answer, person), person
        assert answer.status_code < 500 or endpoint.name == "operations:ready", person
        assert answer.status_code not in {400, 405} | (set() if endpoint.is_own else {404}), person


# Whole answers of their own, for programs or to be saved.
NO_PAGES = {"inbox:message", "operations:health", "operations:ready", "mfa_download_recovery_codes"}


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.method == "GET" and not one.is_own], ids=str)
def test_an_address_opened_by_hand_answers_a_whole_page_or_leads_to_one(
    endpoint: Endpoint, things: dict[str, Any], web: Callable[..., Client]
) -> None:
    client = web("admin")
    answer = call(client, endpoint, things)
    if answer.status_code == 302:
        answer = client.get(answer["Location"], follow=True)
    assert answer.status_code == 200 or endpoint.name == "operations:ready"
    assert answer.has_header("Content-Disposition") or endpoint.name in NO_PAGES or is_whole_page(answer)


# Forms alone, steps of signing in, what does not change while it is read, and a list to go on from.
NOT_FOLLOWED = {"campaigns:pause", "campaigns:activate", "incidents:runbook", "search:search"}


@pytest.mark.parametrize(
    "endpoint",
    [one for one in ENDPOINTS if one.method == "GET" and ANONYMOUS not in one.allowed and not one.is_own],
    ids=str,
)
def test_every_page_that_shows_a_state_follows_its_changes_and_its_parts_are_there(
    endpoint: Endpoint, things: dict[str, Any], web: Callable[..., Client]
) -> None:
    answer = call(web("admin"), endpoint, things)
    is_page = answer.status_code == 200 and not answer.has_header("Content-Disposition") and is_whole_page(answer)
    if not is_page or endpoint.name in ALLAUTHS | NOT_FOLLOWED:
        return
    html = answer.content.decode()  # type: ignore[attr-defined]
    living = re.search(r'<div id="living" hidden hx-get="" hx-trigger="([^"]+)".* hx-select-oob="([^"]+)"', html)
    assert living is not None
    followed = {one.removesuffix("-changed") for one in re.findall(r"\w+-changed", living[1])}
    assert followed <= set(topics())
    for part in living[2].split(","):
        assert html.count(f'id="{part.removeprefix("#")}"') == 1, part


def is_whole_page(answer: HttpResponseBase) -> bool:
    """Whether the answer is a document with the style sheet, not a part of one."""
    html = b"".join(getattr(answer, "streaming_content", None) or [answer.content])
    return html.lstrip().startswith(b"<!DOCTYPE html>") and b"css/app" in html


@pytest.mark.parametrize("address", ["/w/demo/leads/", "/w/demo/incidents/", "/w/demo/audit/"])
def test_a_part_is_not_taken_for_the_page_of_the_same_address(address: str, web: Callable[..., Client]) -> None:
    headers = {"HX-Request": "true", "HX-Target": f"{address.strip('/').rstrip('s')}-list"}
    for answer in (web("admin").get(address), web("admin").get(address, headers=headers)):
        assert {"HX-Request", "HX-Target"} <= {word.strip() for word in answer["Vary"].split(",")}


def test_what_changes_things_needs_the_token_of_its_own_page(
    things: dict[str, Any], member: Callable[..., Member], control: SandboxControl
) -> None:
    """Another site's form is refused for every role."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("admin"))
    before, calls_before = everything(), len(control.log())

    for endpoint in [one for one in ENDPOINTS if one.method == "POST" and one.name != "hooks:receive"]:
        assert call(client, endpoint, things).status_code == 403, str(endpoint)
        assert everything() == before, str(endpoint)
        assert len(control.log()) == calls_before, str(endpoint)


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_deactivated_member_is_anonymous(
    role: str, things: dict[str, Any], web: Callable[..., Client], member: Callable[..., Member]
) -> None:
    client = web(role)
    Member.objects.filter(pk=member(role).pk).update(is_active=False)

    answer = client.get(reverse_in_demo("campaigns:control-room"))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_another_workspace_s_campaign_and_import_are_not_found(
    things: dict[str, Any], workspace: Workspace, web: Callable[..., Client]
) -> None:
    elsewhere = other_workspace("Old")
    campaign = Campaign.objects.create(workspace=elsewhere, remote_id="other", name="Other")
    Import.objects.filter(pk=things["import"]).update(campaign=campaign, workspace=elsewhere)
    hidden = things | {"campaign": campaign.pk}
    client = web("admin")

    client.defaults["HTTP_HX_REQUEST"] = "true"
    for endpoint in ENDPOINTS:
        if endpoint.on in {"campaign", "import"}:
            assert call(client, endpoint, hidden).status_code == 404, str(endpoint)


# Whole pages of a library, which keep nothing and are never fragments.
ALLAUTHS = {one.name for one in ENDPOINTS if one.name.startswith("mfa_")} | {
    "account_reauthenticate",
    "account_change_password",
}
GUARDED = [one for one in ENDPOINTS if ANONYMOUS not in one.allowed and one.name not in ALLAUTHS]
FORMS = [endpoint for endpoint in GUARDED if endpoint.method == "POST"]
ONLY_FORMS = [one for one in FORMS if one.name not in {other.name for other in ENDPOINTS if other.method == "GET"}]


def address_of(endpoint: Endpoint, things: dict[str, Any]) -> str:
    return reverse_in_demo(endpoint.name, args=[things[endpoint.on]] if endpoint.on else [])


@pytest.mark.parametrize("endpoint", ONLY_FORMS, ids=str)
def test_an_address_that_only_takes_a_form_leads_to_the_page_with_the_form(
    endpoint: Endpoint, things: dict[str, Any], web: Callable[..., Client]
) -> None:
    """It is opened by a reload after a refused form, from the history, or from a link that someone copied."""
    client, before = web("admin"), everything()
    answer = client.get(address_of(endpoint, things), follow=True)
    assert [status for _, status in answer.redirect_chain] == [302]
    assert answer.status_code == 200
    assert "</nav>" in answer.content.decode(), "a page, not a fragment"
    assert everything() == before


def test_other_methods_are_refused_as_before(things: dict[str, Any], web: Callable[..., Client]) -> None:
    for endpoint in ONLY_FORMS:
        answer = web("admin").put(address_of(endpoint, things))
        assert (answer.status_code, answer["Allow"]) == (405, "POST"), str(endpoint)


@pytest.mark.parametrize("endpoint", FORMS, ids=str)
def test_what_is_sent_after_the_session_has_ended_comes_back_to_its_page_after_sign_in(
    endpoint: Endpoint, things: dict[str, Any], web: Callable[..., Client]
) -> None:
    reader, before = web("admin"), everything()
    address = address_of(endpoint, things)
    answer = Client().post(address, dict(endpoint.data))
    sign_in, _, page = answer["Location"].partition("?next=")
    assert (answer.status_code, sign_in) == (302, "/accounts/login/")
    assert reader.get(unquote(page)).status_code == 200

    # In a fragment the sign-in page would be nonsense: the whole page leaves.
    fragment = Client().post(address, dict(endpoint.data), headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (401, f"/accounts/login/?next={page}")
    assert fragment.content == b""
    assert everything() == before


def test_every_fragment_of_an_ended_session_sends_the_whole_page_to_sign_in(things: dict[str, Any]) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/w/demo/leads/?q=sam%20lee"}
    for endpoint in [one for one in GUARDED if one.method == "GET"]:
        answer = Client().get(address_of(endpoint, things), headers=headers)
        assert answer.status_code == 401, str(endpoint)
        assert answer["HX-Redirect"] == "/accounts/login/?next=/w/demo/leads/%3Fq%3Dsam%2520lee", str(endpoint)
        assert answer.content == b"", str(endpoint)


# Pages that someone leaves open: they follow what happens. The others are forms, settings and files.
OPEN_FOR_LONG = (
    "campaigns:control-room", "campaigns:list", "campaigns:detail", "campaigns:copy", "campaigns:settings",
    "campaigns:activity", "campaigns:stop", "leads:campaign", "leads:imports", "leads:import", "leads:unknown",
    "golive:go-live", "rehearsals:rehearsal", "incidents:list", "incidents:detail", "audit:list", "leads:block-list",
    "leads:lists", "leads:lead-list", "leads:people-changes", "leads:people-requests",
)  # fmt: skip


@pytest.mark.parametrize("name", OPEN_FOR_LONG)
def test_an_open_page_follows_what_happens_and_every_part_that_it_replaces_is_there(
    name: str, things: dict[str, Any], web: Callable[..., Client]
) -> None:
    endpoint = next(one for one in ENDPOINTS if one.name == name and one.method == "GET")
    html = web("operator").get(address_of(endpoint, things)).content.decode()
    assert 'id="changes" hidden hx-get="/w/demo/changes/?seen=' in html
    living = re.findall(r'<div id="living" hidden hx-get="" hx-trigger="([^"]+)"[^>]*hx-select-oob="([^"]+)">', html)
    assert len(living) == 1
    topics, parts = living[0]
    assert "history-changed from:body" in topics
    for part in parts.split(","):
        assert html.count(f'id="{part.removeprefix("#")}"') == 1, part
