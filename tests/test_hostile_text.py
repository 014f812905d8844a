"""Text from files, leads, Instantly and people never runs in a page, never breaks one, and is no formula in a CSV."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from campaigns.mirror.sync import sync_workspace
from campaigns.models import Approval, Campaign
from campaigns.models.request import Wanted
from iexdg.incidents.record import open_incident
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.mirror import mirror_campaign_leads
from leads.models import Import, Lead
from tests.campaigns.factories import request_row
from tests.hostile import HOSTILE, RAW, put_everywhere
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def hostile_world(control: SandboxControl, workspace: Workspace, member: Callable[..., Member]) -> dict[str, int]:
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
    assert put_everywhere() > 100
    assert Campaign.objects.get(pk=campaign.pk).name.startswith("=1+1<img")
    assert AuditEvent.objects.filter(summary__startswith="=1+1<img").exists()
    return {"campaign": campaign.pk, "import": imported.pk, "incident": incident.pk}


def patterns(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name or "")), entry
        else:
            yield from patterns(entry, (*spaces, entry.namespace) if entry.namespace else spaces)


def addresses(world: dict[str, int]) -> list[str]:
    """Every address of the product that takes no number, or the number of a thing in this world."""
    numbers = {"campaigns": "campaign", "golive": "campaign", "leads": "import", "incidents": "incident"}
    on_campaign = {"leads:leads-panel", "leads:imports-panel"}
    found = set()
    for name in {name for name, _ in patterns(get_resolver())}:
        pk = world.get("campaign" if name in on_campaign else numbers.get(name.partition(":")[0], ""), 0)
        if name.startswith("leads:person"):
            pk = Lead.objects.values_list("pk", flat=True)[0]
        for args in ([], [pk]):
            try:
                found.add(reverse(name, args=args))
            except NoReverseMatch:
                continue
    return sorted(found)


# In a block of data a quote ends nothing; its angle brackets are escaped, so that it ends where it should.
DATA = re.compile(r'<script [^>]*type="application/json">[^<]*</script>')


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode())


def test_no_page_and_no_fragment_has_it_as_markup(hostile_world: dict[str, int], web: Callable[..., Client]) -> None:
    client, shown = web("admin"), 0
    for address in addresses(hostile_world):
        if "/logout/" in address or address.endswith(".csv"):
            continue
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(address, headers=headers)
            assert answer.status_code in {200, 204, 286, 302, 404, 405, 503}, address
            html = DATA.sub("", text_of(answer))
            assert [mark for mark in RAW if mark in html] == [], address
            # Braces of stored text are not a template: the sum is never worked out.
            assert "=1+1<img" not in html, address
            shown += "&lt;img src=x" in html
    # It was there to be seen, on most pages.
    assert shown > 20


def test_searching_for_it_and_filtering_by_it_shows_it_as_text(
    hostile_world: dict[str, int], web: Callable[..., Client]
) -> None:
    client = web("admin")
    for address in ("/leads/", "/audit/", "/campaigns/", "/imports/", "/incidents/"):
        for name in ("q", "about", "via", "sort", "state", "status", "kind", "page", "period", "verdict", "next"):
            answer = client.get(address, {name: HOSTILE[:300]})
            assert answer.status_code in {200, 302, 404}, (address, name)
            html = text_of(answer)
            assert [mark for mark in RAW if mark in html] == [], (address, name)


def test_no_cell_of_any_export_is_a_formula(hostile_world: dict[str, int], web: Callable[..., Client]) -> None:
    exports = [address for address in addresses(hostile_world) if address.endswith(".csv")]
    assert len(exports) >= 5
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
    web("operator").post("/imports/new/", {"campaign": campaign.pk, "file": file})
    imported = Import.objects.get()
    assert "\u202e" not in imported.file_name
    assert not {"/", "\\"} & set(imported.file_name)
