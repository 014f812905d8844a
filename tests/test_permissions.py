"""Every address × every role × nobody: let in, or refused with nothing changed here and nothing asked of Instantly."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from campaigns.models import Approval, Campaign
from iexdg.incidents.models import Incident
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Import
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db

NOBODY = "anonymous"
EVERYONE = frozenset({"viewer", "operator", "approver", "admin"})
OPERATORS = frozenset({"operator", "approver", "admin"})
APPROVERS = frozenset({"approver", "admin"})
ADMINS = frozenset({"admin"})
# Whoever has no account yet, and the machine that asks whether we live.
OPEN = EVERYONE | {NOBODY}
PEOPLE = (NOBODY, "viewer", "operator", "approver", "admin")


@dataclass(frozen=True)
class Door:
    """One address with one method: who may pass, and what is sent along."""

    name: str
    method: str
    allowed: frozenset[str]
    on: str = ""
    data: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


DOORS = (
    # campaigns
    Door("campaigns:control-room", "GET", EVERYONE),
    Door("campaigns:sync", "POST", OPERATORS),
    Door("campaigns:list", "GET", EVERYONE),
    Door("campaigns:detail", "GET", EVERYONE, on="campaign"),
    Door("campaigns:daily-csv", "GET", EVERYONE, on="campaign"),
    Door("campaigns:sync-one", "POST", OPERATORS, on="campaign"),
    Door("campaigns:row", "GET", EVERYONE, on="campaign"),
    Door("campaigns:pause", "GET", EVERYONE, on="campaign"),
    Door("campaigns:pause", "POST", EVERYONE, on="campaign"),
    Door("campaigns:activate", "GET", EVERYONE, on="campaign"),
    Door("campaigns:activate", "POST", APPROVERS, on="campaign"),
    Door("campaigns:guardrail-defaults", "GET", EVERYONE),
    Door("campaigns:guardrail-defaults", "POST", ADMINS, data=(("kind", "hard_bounce"), ("limit", "5"))),
    Door("campaigns:guardrails", "GET", EVERYONE, on="campaign"),
    Door("campaigns:guardrails", "POST", ADMINS, on="campaign", data=(("kind", "sender"), ("mode", "off"))),
    Door("campaigns:guardrails-panel", "GET", EVERYONE, on="campaign"),
    Door("campaigns:guardrail-rearm", "POST", APPROVERS, on="campaign"),
    Door("campaigns:adopt", "POST", APPROVERS, on="campaign"),
    Door("campaigns:on-drift", "POST", APPROVERS, on="campaign", data=(("on_drift", "report"),)),
    Door("campaigns:stop", "GET", EVERYONE),
    Door("campaigns:stop", "POST", EVERYONE, data=(("word", "STOP"), ("reason", "wrong copy"))),
    Door("campaigns:stop-state", "GET", EVERYONE),
    Door("campaigns:lift", "POST", APPROVERS, data=(("reason", "mended"),)),
    Door("golive:approval-policy", "GET", EVERYONE),
    Door(
        "golive:approval-policy-change",
        "POST",
        ADMINS,
        data=(("approvers", "2"), ("life_h", "12"), ("who_asks", "approver")),
    ),
    # leads
    Door("leads:list", "GET", EVERYONE),
    Door("leads:csv", "GET", OPERATORS),
    Door("leads:verified-kpi", "GET", EVERYONE),
    Door("leads:leads-panel", "GET", EVERYONE, on="campaign"),
    Door("leads:imports-panel", "GET", EVERYONE, on="campaign"),
    Door("leads:imports", "GET", EVERYONE),
    Door("leads:unknown", "GET", EVERYONE),
    Door("leads:unknown-panel", "GET", EVERYONE),
    Door("leads:upload", "GET", OPERATORS),
    Door("leads:upload", "POST", OPERATORS),
    Door("leads:import", "GET", EVERYONE, on="import"),
    Door("leads:import-progress", "GET", EVERYONE, on="import"),
    Door("leads:map", "POST", OPERATORS, on="import"),
    Door("leads:start", "POST", OPERATORS, on="import", data=(("policy", "now"),)),
    Door("leads:stop", "POST", OPERATORS, on="import"),
    Door("leads:resume", "POST", OPERATORS, on="import"),
    Door("leads:release", "POST", APPROVERS, on="import"),
    Door("leads:retry-pending", "POST", OPERATORS, on="import"),
    Door("leads:failed-rows", "GET", OPERATORS, on="import"),
    Door("golive:go-live", "GET", EVERYONE, on="campaign"),
    Door("golive:go-live-state", "GET", EVERYONE, on="campaign"),
    Door("golive:go-live-request", "POST", OPERATORS, on="campaign"),
    Door("golive:go-live-approve", "POST", APPROVERS, on="campaign"),
    Door("golive:go-live-break-glass", "POST", ADMINS, on="campaign"),
    Door("golive:go-live-test-email", "POST", OPERATORS, on="campaign", data=(("step", "1"), ("variant", "0"))),
    Door("golive:go-live-reject", "POST", APPROVERS, on="campaign"),
    Door("golive:go-live-take-back", "POST", OPERATORS, on="campaign"),
    Door("golive:go-live-read-again", "POST", OPERATORS, on="campaign"),
    # the floors below
    Door("operations:health", "GET", OPEN),
    Door("operations:ready", "GET", OPEN),
    Door("workspaces:bar", "GET", EVERYONE),
    Door("workspaces:settings", "GET", EVERYONE),
    Door("workspaces:change-mode", "POST", ADMINS, data=(("mode", "observe"),)),
    Door("team:team", "GET", ADMINS),
    Door("team:team-add", "POST", ADMINS),
    Door("team:team-role", "POST", ADMINS, on="member", data=(("role", "operator"),)),
    Door("team:team-sign-in", "POST", ADMINS, on="member", data=(("is_active", "no"),)),
    Door("team:team-password", "POST", ADMINS, on="member", data=(("password", "told-in-person"),)),
    Door("incidents:list", "GET", EVERYONE),
    Door("incidents:csv", "GET", EVERYONE),
    Door("incidents:detail", "GET", EVERYONE, on="incident"),
    Door("incidents:acknowledge", "POST", OPERATORS, on="incident"),
    Door("incidents:take", "POST", OPERATORS, on="incident"),
    Door("incidents:assign", "POST", OPERATORS, on="incident"),
    Door("incidents:resolve", "POST", OPERATORS, on="incident"),
    Door("incidents:reopen", "POST", OPERATORS, on="incident"),
    Door("incidents:runbook", "GET", EVERYONE),
    Door("incidents:notifications", "GET", EVERYONE),
    Door("incidents:notifications", "POST", EVERYONE),
    Door("incidents:notifications-test", "POST", EVERYONE),
    Door("audit:list", "GET", EVERYONE),
    Door("audit:csv", "GET", EVERYONE),
    Door("account_login", "GET", OPEN),
    Door("account_login", "POST", OPEN),
    Door("account_logout", "GET", OPEN),
    Door("account_logout", "POST", OPEN),
    Door("account_inactive", "GET", OPEN),
)


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def things(control: SandboxControl, workspace: Workspace, member: Callable[..., Member]) -> dict[str, int]:
    """A mirrored campaign with a checked import, a go-live request, an incident and somebody on the team."""
    for role in EVERYONE:
        member(role)
    campaign = synced_campaign(workspace, "05A")
    now = timezone.now()
    Approval.objects.create(
        campaign=campaign,
        requested_by=member("operator", "Olga Other"),
        requested_at=now,
        expires_at=now + timedelta(hours=1),
    )
    incident = Incident.objects.create(
        workspace=workspace, kind=FLIP.code, dedupe_key="flip:1", summary="It flipped", opened_at=now
    )
    imported = checked_import(campaign, people(2), by=member("operator"))
    return {
        "campaign": campaign.pk,
        "import": imported.pk,
        "incident": incident.pk,
        "member": member("viewer", "Vera Other").pk,
    }


def names_of(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Every name in the address table, with its namespaces."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name or f"<{entry.pattern}>"))
        else:
            yield from names_of(entry, (*spaces, entry.namespace) if entry.namespace else spaces)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours; sessions apart."""
    ours = [model for model in apps.get_models() if model._meta.app_label not in {"sessions", "contenttypes"}]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in ours}


def knock(client: Client, door: Door, things: dict[str, int]) -> HttpResponseBase:
    address = reverse(door.name, args=[things[door.on]] if door.on else [])
    return client.generic(door.method, address) if door.method == "GET" else client.post(address, dict(door.data))


@contextmanager
def undone() -> Iterator[None]:
    """Undo every change of the block in the database, so that each person starts from the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def is_shut(answer: HttpResponseBase, person: str) -> bool:
    """Refused as it should be: the sign-in page for nobody, 403 for a member."""
    if person == NOBODY:
        return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/?next=")
    return answer.status_code == 403


def test_every_address_is_in_the_table() -> None:
    assert sorted(set(names_of(get_resolver()))) == sorted({door.name for door in DOORS})


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_door_opens_for_who_may_pass_and_for_nobody_else(
    door: Door, things: dict[str, int], web: Callable[..., Client], control: SandboxControl
) -> None:
    clients = {person: web("" if person == NOBODY else person) for person in PEOPLE}

    before, asked_before = everything(), len(control.log())
    for person in [person for person in PEOPLE if person not in door.allowed]:
        assert is_shut(knock(clients[person], door, things), person), person
        assert everything() == before, person
        # A refusal does not even look: no request of any kind left for Instantly.
        assert len(control.log()) == asked_before, person

    for person in [person for person in PEOPLE if person in door.allowed]:
        with undone():
            answer = knock(clients[person], door, things)
        assert not is_shut(answer, person), person
        assert answer.status_code < 500 or door.name == "operations:ready", person
        assert answer.status_code not in {400, 404, 405}, person


def test_what_changes_things_needs_the_token_of_its_own_page(
    things: dict[str, int], member: Callable[..., Member], control: SandboxControl
) -> None:
    """Another site's form is refused, whoever is signed in."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("admin"))
    before, asked_before = everything(), len(control.log())

    for door in [door for door in DOORS if door.method == "POST"]:
        assert knock(client, door, things).status_code == 403, str(door)
        assert everything() == before, str(door)
        assert len(control.log()) == asked_before, str(door)


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_member_who_was_deactivated_is_nobody(
    role: str, things: dict[str, int], web: Callable[..., Client], member: Callable[..., Member]
) -> None:
    client = web(role)
    Member.objects.filter(pk=member(role).pk).update(is_active=False)

    answer = client.get(reverse("campaigns:control-room"))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_another_workspace_s_campaign_and_import_are_not_found(
    things: dict[str, int], workspace: Workspace, web: Callable[..., Client]
) -> None:
    elsewhere = other_workspace("Old")
    campaign = Campaign.objects.create(workspace=elsewhere, remote_id="other", name="Other")
    Import.objects.filter(pk=things["import"]).update(campaign=campaign, workspace=elsewhere)
    hidden = things | {"campaign": campaign.pk}
    client = web("admin")

    for door in DOORS:
        if door.on in {"campaign", "import"}:
            assert knock(client, door, hidden).status_code == 404, str(door)
