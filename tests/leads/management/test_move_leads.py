"""`manage.py move_leads`: the page on the command line, with the same answers as import_leads."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.models import Campaign, CampaignStatus
from iexdg.clients.instantly.lead_selection import LeadSelection
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.imports import drive
from leads.imports.counts import counts_of
from leads.lists.mirror import mirror_lists, mirror_people
from leads.mirror import mirror_campaign_leads
from leads.models import Import, LeadList
from tests.leads.factories import synced_campaign
from tests.leads.imports.test_moving import wait_for
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def target(control: SandboxControl, workspace: Workspace, member: Callable[..., Member], media: Path) -> Campaign:
    member("operator")
    campaign = synced_campaign(workspace, "05A")
    Campaign.objects.update(leads_mirrored_at=timezone.now())
    return campaign


def run(*args: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("move_leads", *args, "--as", "operator@example.com", "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def words_of(*args: str) -> str:
    out = io.StringIO()
    call_command("move_leads", *args, "--as", "operator@example.com", stdout=out)
    return out.getvalue()


def test_the_people_of_a_list_are_checked_and_a_dry_run_stores_nothing(
    target: Campaign, workspace: Workspace, control: SandboxControl
) -> None:
    client = client_for(workspace)
    made = client.lead_lists.create("Spring fair")
    client.leads.add_to_list(made.remote_id, [{"email": f"guest{n}@fair.example.com"} for n in range(2)])
    control.advance(60)
    mirror_lists(workspace)
    mirror_people(LeadList.objects.get(name="Spring fair"))

    facts = run("--from", "Spring fair", "--to", target.name, "--filter", "q=guest1", "--dry-run")
    assert words_of("--from", "Spring fair", "--to", target.name, "--filter", "q=guest1", "--dry-run").startswith(
        "Dry run: Move from Spring fair (checked): 1 person, 0 skipped, 0 refused, 0 loaded, 0 unknown, 0 not loaded, "
        "1 open; 0 of 0.25 credits used. Verifying one by one: "
    )

    assert (facts["rows"], facts["ok"]) == (1, 1)
    assert not Import.objects.exists()
    assert target.remote_status != CampaignStatus.ACTIVE


def test_people_of_a_campaign_are_moved_into_a_list_and_no_one_elsewhere(
    target: Campaign, workspace: Workspace, control: SandboxControl, sandbox_clock: Any
) -> None:
    client = client_for(workspace)
    made = client.lead_lists.create("Autumn fair")
    client.leads.add(target.remote_id, [{"email": f"guest{n}@fair.example.com"} for n in range(2)])
    control.advance(60)
    mirror_campaign_leads(target)

    facts = run("--from", target.name, "--to-list", "Autumn fair", "--filter", "q=guest1")

    imported = Import.objects.get()
    drive.run_until_settled(imported.pk, sleep=wait_for(imported, sandbox_clock))
    assert (facts["rows"], facts["ok"], counts_of(imported).loaded) == (1, 1, 1)
    control.advance(60)
    there = client.leads.select(LeadSelection(list_remote_id=made.remote_id))
    assert [lead.email for lead in there] == ["guest1@fair.example.com"]
    assert "guest1@fair.example.com" not in control.leads_in(target.remote_id)


def test_where_they_go_is_named_once_and_is_there(target: Campaign, workspace: Workspace) -> None:
    for options in ([], ["--to", target.name, "--to-list", "Autumn fair"], ["--to-list", "Nowhere"]):
        with pytest.raises((CommandError, SystemExit)):
            run("--from", "05B", *options)
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "state=bounced",
        "verified",
        "status",
        "status=",
        "q=",
        "=",
        "&&",
        "???",
        "q=%00",
        "",
        "status=3&status=1",
        "status=99",
    ],
)
def test_a_filter_that_means_nothing_moves_no_one(target: Campaign, text: str) -> None:
    with pytest.raises((CommandError, SystemExit)):
        run("--from", "05B", "--to", target.name, "--filter", text)

    assert not Import.objects.exists()
