"""Text from files, leads, Instantly and people never runs in a page, never breaks one, and is no formula in a CSV."""

import ast
import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from campaigns.incident_kinds import FLIP
from campaigns.mirror.sync import sync_workspace
from campaigns.models import Approval, Campaign
from campaigns.models.request import Wanted
from iexdg.crm.models import Automation, CrmConnection, CrmLists, LedgerEntry
from iexdg.inbox.models import AnswerTemplate, Message, Reply, Thread
from iexdg.incidents.record import open_incident
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.models import Wanted as WantedOfMailbox
from iexdg.mailboxes.orders import order
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.mirror import mirror_campaign_leads
from leads.models import Erasure, Import, Lead, LeadList, ListedLead, PeopleChange, Suppression
from tests.campaigns.factories import request_row
from tests.hostile import HOSTILE, RAW, put_everywhere
from tests.iexdg.rehearsals.factories import done_rehearsal
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl
from tests.test_permissions import draft_things, object_things
from tests.workspaces import reverse_in_demo

ROOT = Path(__file__).resolve().parents[1]
# Its address is a secret of one member; it shows no stored text.
NOT_VISITED = {"account_reset_password_from_key"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def hostile_world(control: SandboxControl, workspace: Workspace, member: Callable[..., Member]) -> dict[str, Any]:
    """A campaign with leads, an import that was loaded and has refused rows, a request, a pause, an incident."""
    people_of = {role: member(role) for role in ("viewer", "operator", "approver", "admin")}
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, [*people(5), "invalid.one@firm.example.com"])
    verbs.start(imported, by=people_of["operator"])
    drive.run_until_settled(imported.pk)
    mirror_campaign_leads(campaign)
    now = timezone.now()
    Approval.objects.create(
        campaign=campaign,
        requested_by=people_of["operator"],
        requested_at=now,
        expires_at=now + timedelta(hours=1),
        note="Ready.",
    )
    request_row(campaign, Wanted.PAUSE, by=people_of["viewer"], reason="Wrong copy")
    incident, _ = open_incident(
        workspace, FLIP, dedupe_key="flip:1", summary="It flipped", detail="Row 3", about=campaign.as_subject
    )
    box = Mailbox.objects.filter(workspace=workspace).order_by("pk")[0]
    Mailbox.objects.filter(pk=box.pk).update(reason="535", problem="Connection error: 535", problem_at=now)
    box.days.create(day=now.date(), sent=1)
    change = order(workspace, [box.email], WantedOfMailbox.PAUSE, by=people_of["viewer"])
    Suppression.objects.create(workspace=workspace, value="rival.example.net", is_domain=True, why="asked us to")
    thread = Thread.objects.create(
        workspace=workspace, remote_id="t1", campaign=campaign, newest_at=now, waits_since=now
    )
    AnswerTemplate.objects.create(workspace=workspace, name="Hello", text="Hello", changed_at=now)
    message = Message.objects.create(thread=thread, remote_id="m1", at=now, html="<p>Hi</p>", text="Hi", read_at=now)
    Reply.objects.create(thread=thread, by=people_of["admin"], answers=message, text="Hello", saved_at=now)
    done_rehearsal(campaign, words=HOSTILE)
    lead_list = LeadList.objects.create(workspace=workspace, remote_id="l1", name="Fair", synced_at=now)
    listed = ListedLead.objects.create(
        workspace=workspace, lead_list=lead_list, remote_id="p1", email="guest@fair.example.com", synced_at=now
    )
    removal = PeopleChange.objects.create(
        workspace=workspace, wanted="remove", listed=listed, error="Gone", asked_at=now, changed_at=now
    )
    PeopleChange.objects.update(group=removal.pk)
    erasure = Erasure.objects.create(workspace=workspace, digest="0" * 64, error="Not read", asked_at=now)
    objects = object_things(campaign) | draft_things(campaign, people_of["operator"])
    CrmConnection.objects.create(
        workspace=workspace, kind="oauth", source="stored", location_id="l1", credential="x", error="Refused",
        scopes={"contacts.write": False}, connected_at=now, checked_at=now, tried_at=now, refused_at=now,
    )  # fmt: skip
    automation = Automation.objects.create(
        workspace=workspace, name="Shipped", changed_at=now, tag_template="hot", field_map={"email": "email"},
        filter={"excludes_automatic": True}, test_contact="c-1",
        actions=[
            {"kind": "tags"}, {"kind": "workflow", "workflow_id": "w-1"}, {"kind": "opportunity", "pipeline_id": "p-1"},
            {"kind": "notify", "channel": "email", "members": [people_of["admin"].pk], "roles": ["admin"]},
        ],
    )  # fmt: skip
    CrmLists.objects.create(
        workspace=workspace, location_id="l1", workflows=[{"id": "w-1", "name": HOSTILE, "status": HOSTILE}],
        workflows_at=now, workflows_error="Refused", pipelines_at=now, pipelines_error="Refused", tried_at=now,
        pipelines=[{"id": "p-1", "name": HOSTILE, "stages": [{"id": "s-1", "name": HOSTILE}]}],
    )  # fmt: skip
    entry = LedgerEntry.objects.create(
        workspace=workspace, automation=automation, event="test:1:1", number=1, kind="note", lead=thread.lead,
        thread=thread, campaign=campaign, request={"body": HOSTILE}, answer={"error": HOSTILE}, contact_id="c-1",
        error="Refused", state="refused", asked_at=now, due_at=now, changed_at=now,
    )  # fmt: skip
    assert put_everywhere() > 100
    assert Campaign.objects.get(pk=campaign.pk).name.startswith("=1+1<img")
    assert AuditEvent.objects.filter(summary__startswith="=1+1<img").exists()
    TOTP.activate(people_of["admin"], "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(people_of["admin"])
    passkey = Authenticator.objects.create(
        user=people_of["admin"], type=Authenticator.Type.WEBAUTHN, data={"name": HOSTILE, "credential": a_credential()}
    )
    return {"campaign": campaign.pk, "import": imported.pk, "incident": incident.pk, "passkey": passkey.pk} | {
        "mailbox": box.pk,
        "mailbox_change": change.group,
        "thread": thread.pk,
        "message": message.pk,
        "lead": Lead.objects.values_list("pk", flat=True)[0],
        "list": lead_list.pk,
        "listed": listed.pk,
        "people_change": removal.pk,
        "erasure": erasure.pk,
        "automation": automation.pk,
        "entry": entry.pk,
        **objects,
    }


def a_credential() -> dict[str, Any]:
    """What a browser sends for a new passkey."""
    key = AttestedCredentialData.create(Aaguid.NONE, b"key", ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32}))
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    made = CollectedClientData.create("webauthn.create", b"challenge", "https://outreach.example.com")
    attested = AttestationObject.create("none", AuthenticatorData.create(b"r" * 32, flags, 0, key), {})
    response = {"clientDataJSON": websafe_encode(made), "attestationObject": websafe_encode(attested)}
    return {"type": "public-key", "id": websafe_encode(b"key"), "rawId": websafe_encode(b"key"), "response": response}


def patterns(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name or "")), entry
        else:
            yield from patterns(entry, (*spaces, entry.namespace) if entry.namespace else spaces)


def addresses(world: dict[str, Any]) -> list[str]:
    """Every address of the product that takes no number, or the number of a thing in this world; none is left out."""
    found = {name: addresses_of(name, world) for name in {name for name, _ in patterns(get_resolver())}}
    assert {name for name, some in found.items() if not some} == NOT_VISITED
    return sorted({address for some in found.values() for address in some})


# The beginning of a name of an address -> what its number is of; the first that fits counts.
NUMBER_OF = {
    "leads:leads-panel": "campaign", "leads:imports-panel": "campaign", "leads:campaign": "campaign",
    "leads:block-list-remove": "suppression", "leads:block-list-again": "suppression",
    "leads:person": "lead", "leads:change-person": "lead", "leads:block-person": "lead", "leads:listed-": "listed",
    "leads:people-changes": "people_change", "leads:list-": "list", "leads:lead-list": "list",
    "leads:former-person": "lead", "leads:erasure": "erasure", "leads": "import",
    "campaigns:subsequence": "subsequence", "campaigns": "campaign", "golive": "campaign", "rehearsals": "campaign",
    "incidents": "incident",
    "mailboxes:group": "mailbox_change", "mailboxes": "mailbox", "inbox:template": "template",
    "inbox:message": "message", "inbox": "thread", "supersearch": "search", "placement": "placement",
    "objects:change": "object_change", "mfa_": "passkey", "blueprints:request": "apply_request",
    "blueprints:edit": "campaign", "blueprints:duplicate": "campaign", "blueprints:rename": "campaign",
    "blueprints:delete": "campaign", "blueprints:file": "campaign", "blueprints:turn-off": "campaign",
    "blueprints": "draft",
    "hooks": "token", "webhooks:delivery": "delivery", "webhooks:replay": "delivery",
    "crm:unmatched-": "unmatched",
    "crm:entry": "entry", "crm:replay": "entry", "crm:leave-out": "entry", "crm:": "automation",
}  # fmt: skip


def addresses_of(name: str, world: dict[str, Any]) -> list[str]:
    things = {
        **world,
        "suppression": Suppression.objects.values_list("pk", flat=True)[0],
        "template": AnswerTemplate.objects.values_list("pk", flat=True)[0],
    }
    thing = next((thing for beginning, thing in NUMBER_OF.items() if name.startswith(beginning)), "")
    if not thing and name.startswith("objects:"):
        thing = name.partition(":")[2].partition("-")[0]
    pk = things.get(thing, 0)
    found = []
    for args in ([], [pk]):
        try:
            found.append(reverse_in_demo(name, args=args))
        except NoReverseMatch:
            continue
    return found


# In a block of data a quote ends nothing; its angle brackets are escaped, so that it ends where it should.
DATA = re.compile(r'<script [^>]*type="application/json">[^<]*</script>')


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode())


def test_no_page_and_no_fragment_has_it_as_markup(hostile_world: dict[str, Any], web: Callable[..., Client]) -> None:
    client, shown = web("admin"), 0
    for address in addresses(hostile_world):
        # Files are saved, and no browser shows them.
        if "/logout/" in address or address.endswith((".csv", "/blueprint/")):
            continue
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(address, headers=headers)
            # A page that is not there would be a page that was not looked at.
            assert answer.status_code in {200, 204, 286, 302, 405, 503}, address
            html = DATA.sub("", text_of(answer))
            if "/inbox/messages/" in address:
                # HTML that was cleaned: an image has nothing left but its source, and in text a quote ends nothing.
                assert "<script>alert" not in html
                assert "onerror" not in html
                continue
            assert [mark for mark in RAW if mark in html] == [], address
            # Braces of stored text are not a template: the sum is never worked out.
            assert "=1+1<img" not in html, address
            shown += "&lt;img src=x" in html
    # It was there to be seen, on most pages.
    assert shown > 20


def test_searching_for_it_and_filtering_by_it_shows_it_as_text(
    hostile_world: dict[str, Any], web: Callable[..., Client]
) -> None:
    client = web("admin")
    lists = (
        "leads",
        "audit",
        "campaigns",
        "imports",
        "incidents",
        "mailboxes",
        "inbox",
        "block-list",
        "lists",
        "search",
    )
    for address in (f"/w/demo/{name}/" for name in lists):
        for name in ("q", "about", "via", "sort", "state", "status", "kind", "page", "period", "verdict", "next"):
            answer = client.get(address, {name: HOSTILE[:300]})
            assert answer.status_code in {200, 302, 404}, (address, name)
            html = text_of(answer)
            assert [mark for mark in RAW if mark in html] == [], (address, name)


def test_no_cell_of_any_export_is_a_formula(hostile_world: dict[str, Any], web: Callable[..., Client]) -> None:
    exports = [address for address in addresses(hostile_world) if address.endswith(".csv")]
    assert len(exports) == len(calls_of("csv_download")) > 20
    for address in exports:
        answer = web("admin").get(address)
        assert answer.status_code == 200, address
        assert "attachment" in answer["Content-Disposition"]
        rows = list(csv.reader(io.StringIO(text_of(answer).removeprefix("\ufeff"))))
        cells = [cell for row in rows for cell in row]
        assert cells, address
        # A negative number is a number.
        assert [cell[:20] for cell in cells if cell.startswith(FORMULA) and not _is_number(cell)] == [], address
    everything = "".join(text_of(web("admin").get(address)) for address in exports)
    assert "'=1+1<img" in everything


def test_only_the_module_that_makes_cells_safe_writes_csv() -> None:
    assert calls_of("writer") == ["iexdg/ui/spreadsheet.py"]
    assert [path for path, text in sources() if "text/csv" in text] == ["iexdg/ui/spreadsheet.py"]


def sources() -> Iterator[tuple[str, str]]:
    """The files of the product and what is in them; the sandbox's answers are the vendor's, and are no file of ours."""
    for package in ("iexdg", "campaigns", "leads"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if not path.is_relative_to(ROOT / "iexdg" / "sandbox"):
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def calls_of(name: str) -> list[str]:
    """The file of every call of a function or method of this name."""
    return [
        path
        for path, text in sources()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and (node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")) == name
    ]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_what_instantly_names_so_is_cut_and_loses_what_shows_nothing(
    control: SandboxControl, workspace: Workspace
) -> None:
    campaign = synced_campaign(workspace, "05A")
    control.edit(campaign.remote_id, name=f"\x00a\u202eb\u2066c\x1b[31m{HOSTILE}")
    assert sync_workspace(workspace).is_ok
    campaign.refresh_from_db()
    assert campaign.name == f"\ufffdabc[31m{HOSTILE}".replace("\u202e", "").replace("\u2066", "")[:300]


def test_the_name_of_a_file_loses_its_path_and_what_shows_nothing(
    workspace: Workspace, web: Callable[..., Client], control: SandboxControl
) -> None:
    campaign = synced_campaign(workspace, "05A")
    file = io.BytesIO(b"Email\nada@firm.example.com\n")
    file.name = "..\\..\\a\u202evsc.<img src=x onerror=alert(1)>.csv"
    web("operator").post("/w/demo/imports/new/", {"campaign": campaign.pk, "file": file})
    imported = Import.objects.get()
    assert "\u202e" not in imported.file_name
    assert not {"/", "\\"} & set(imported.file_name)
