"""A move: people leave one campaign for another through the gate of an import, and a flip by it is caught."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from campaigns.incident_kinds import FLIP
from campaigns.models import Campaign, CampaignStatus
from campaigns.sending import lifecycle
from iexdg.incidents.models import Incident
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.blocklist.ask import ask_to_block
from leads.errors import MoveError
from leads.importing.stage import check_import
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.imports.moving import figures_of, people_of_campaign, prepare_move
from leads.incident_kinds import UNRECONCILED
from leads.mirror import mirror_campaign_leads
from leads.models import Batch, Import, ImportState, Lead, LeadStatus, Row
from leads.selection import LeadFilters
from tests.leads.factories import people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture(autouse=True)
def _short(settings: Any, monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    settings.LOAD_BATCH_ROWS = 2
    monkeypatch.setattr(lifecycle, "READ_BACK_WAITS_S", (0.0, 0.0))


@pytest.fixture
def source(control: SandboxControl, workspace: Workspace) -> Campaign:
    """A campaign with five people, beside the target."""
    campaign = synced_campaign(workspace, "05B")
    control.set_status(campaign.remote_id, CampaignStatus.PAUSED)
    return campaign


@pytest.fixture
def target(workspace: Workspace, source: Campaign) -> Campaign:
    return synced_campaign(workspace, "05A")


def fill(campaign: Campaign, emails: list[str]) -> None:
    client_for(campaign.workspace).leads.add(campaign.remote_id, [{"email": email} for email in emails])


@pytest.fixture
def five(source: Campaign, target: Campaign, sandbox_clock: Any) -> list[str]:
    emails = people(5, prefix="mover")
    fill(source, emails)
    sandbox_clock.advance(60)
    mirror_campaign_leads(source)
    mirror_campaign_leads(target)
    return emails


@pytest.fixture
def prepared(five: list[str], source: Campaign, target: Campaign, member: Callable[..., Member]) -> Import:
    found = people_of_campaign(source, LeadFilters(words="mover"))
    imported = prepare_move(found, into=target, by=member("operator"))
    check_import(imported.pk)
    imported.refresh_from_db()
    return imported


def wait_for(imported: Import, clock: Any) -> Callable[[float], None]:
    """Let the sandbox's time pass, and each read follow the one before at once."""

    def wait(seconds: float) -> None:
        clock.advance(seconds + 6)
        Batch.objects.filter(imported=imported).update(next_read_at=None)

    return wait


def run(imported: Import, by: Member, clock: Any) -> Import:
    verbs.start(imported, by=by)
    return drive.run_until_settled(imported.pk, sleep=wait_for(imported, clock))


def test_a_move_takes_everyone_out_of_one_campaign_and_into_the_other(
    prepared: Import, five: list[str], control: SandboxControl, member: Callable[..., Member], sandbox_clock: Any
) -> None:
    assert prepared.state == ImportState.MAPPED, prepared.error

    imported = run(prepared, member("operator"), sandbox_clock)

    assert counts_of(imported).loaded == 5
    assert counts_of(imported).reconciled
    there, left = control.leads_in(imported.campaign.remote_id), control.leads_in(imported.source_campaign.remote_id)
    assert set(five) <= set(there)
    assert not set(five) & set(left)
    assert [item["path"] for item in control.log() if item["path"].endswith("/leads/add")] == ["/api/v2/leads/add"]
    gone = Lead.objects.filter(campaign=imported.source_campaign, email__in=five, vanished_at__isnull=True)
    assert not gone.exists()


def test_a_move_that_flips_its_target_is_caught_and_the_rest_is_held(
    prepared: Import, five: list[str], control: SandboxControl, member: Callable[..., Member], sandbox_clock: Any
) -> None:
    control.set_status(prepared.campaign.remote_id, CampaignStatus.COMPLETED)

    imported = run(prepared, member("operator"), sandbox_clock)

    assert control.status_of(imported.campaign.remote_id) == CampaignStatus.PAUSED
    assert Incident.objects.filter(kind=FLIP.code, campaign_ref=imported.campaign_id).count() == 1
    assert (imported.state, imported.flips) == (ImportState.VERIFIED, 1)
    assert len(set(five) & set(control.leads_in(imported.campaign.remote_id))) == 1
    assert len(set(five) & set(control.leads_in(imported.source_campaign.remote_id))) == 4


def test_a_flip_by_the_last_batch_is_caught_by_the_read_after_its_job(
    prepared: Import, control: SandboxControl, member: Callable[..., Member], sandbox_clock: Any
) -> None:
    Row.objects.filter(imported=prepared).exclude(email="mover0@firm.example.com").delete()
    control.set_status(prepared.campaign.remote_id, CampaignStatus.COMPLETED)

    imported = run(prepared, member("operator"), sandbox_clock)

    batch = Batch.objects.get(imported=imported)
    assert counts_of(imported).loaded == 1
    assert batch.checked_at is not None
    assert batch.job_ended_at is not None
    assert batch.checked_at > batch.job_ended_at
    assert control.status_of(imported.campaign.remote_id) == CampaignStatus.PAUSED
    assert imported.flips == 1


def test_who_bounced_unsubscribed_replied_or_is_blocked_stays(
    five: list[str], source: Campaign, target: Campaign, member: Callable[..., Member]
) -> None:
    by = member("operator")
    ask_to_block(source.workspace, [five[3]], by=by, source="typed")
    Lead.objects.filter(campaign=source, email=five[0]).update(status=LeadStatus.BOUNCED)
    Lead.objects.filter(campaign=source, email=five[1]).update(status=LeadStatus.UNSUBSCRIBED)
    Lead.objects.filter(campaign=source, email=five[2]).update(replies=1)
    found = people_of_campaign(source, LeadFilters(words="mover"))

    figures = figures_of(found)
    imported = prepare_move(found, into=target, by=by)
    check_import(imported.pk)

    assert (figures.people, figures.bounced, figures.unsubscribed, figures.replied) == (5, 1, 1, 1)
    assert figures.blocked == 1
    reasons = dict(Row.objects.filter(imported=imported).values_list("email", "reason"))
    assert [reasons[email] for email in five] == ["bounced", "unsubscribed", "replied", "in_blocklist", ""]


def test_who_unsubscribes_after_the_check_stays(
    prepared: Import, five: list[str], control: SandboxControl, member: Callable[..., Member], sandbox_clock: Any
) -> None:
    verbs.start(prepared, by=member("operator"), hold=True)
    drive.run_until_settled(prepared.pk, sleep=wait_for(prepared, sandbox_clock))
    control.event("unsubscribe", prepared.source_campaign.remote_id, five[1])
    ask_to_block(prepared.workspace, [five[2]], by=member("operator"), source="typed")
    prepared.refresh_from_db()

    verbs.resume(prepared, by=member("operator"))
    imported = drive.run_until_settled(prepared.pk, sleep=wait_for(prepared, sandbox_clock))

    assert counts_of(imported).load_failed == {"unsubscribed": 1, "in_blocklist": 1}
    assert counts_of(imported).loaded == 3
    assert {five[1], five[2]} <= set(control.leads_in(imported.source_campaign.remote_id))
    assert not {five[1], five[2]} & set(control.leads_in(imported.campaign.remote_id))


@pytest.mark.parametrize("action", ["drop_before", "drop_after_commit"])
def test_a_lost_answer_loses_no_one_and_doubles_no_one(
    action: str,
    prepared: Import,
    five: list[str],
    control: SandboxControl,
    member: Callable[..., Member],
    sandbox_clock: Any,
) -> None:
    control.faults({"match": {"method": "POST", "path": "/leads/move"}, "do": action, "times": 1})

    imported = run(prepared, member("operator"), sandbox_clock)

    there, left = control.leads_in(imported.campaign.remote_id), control.leads_in(imported.source_campaign.remote_id)
    assert sorted(email for email in there if email in five) == five
    assert not set(five) & set(left)
    assert counts_of(imported).loaded == 5
    assert counts_of(imported).reconciled


def test_who_is_in_neither_place_after_the_job_opens_an_incident(
    prepared: Import, five: list[str], control: SandboxControl, member: Callable[..., Member], sandbox_clock: Any
) -> None:
    Row.objects.filter(imported=prepared).exclude(email=five[0]).delete()
    client = client_for(prepared.workspace)
    lead = next(client.leads.list(prepared.source_campaign.remote_id, contacts=[five[0]]))
    verbs.start(prepared, by=member("operator"))

    def remove_after_the_call(seconds: float) -> None:
        if Batch.objects.filter(imported=prepared, state="sent").exists() and five[0] in control.leads_in(
            prepared.source_campaign.remote_id
        ):
            client.leads.delete(lead.remote_id)
        wait_for(prepared, sandbox_clock)(seconds)

    imported = drive.run_until_settled(prepared.pk, sleep=remove_after_the_call)

    assert counts_of(imported).load_failed == {"not_accounted": 1}
    assert not counts_of(imported).reconciled
    assert Incident.objects.filter(kind=UNRECONCILED.code).count() == 1


def test_nobody_is_moved_to_where_they_are(source: Campaign, five: list[str], member: Callable[..., Member]) -> None:
    with pytest.raises(MoveError, match="already"):
        prepare_move(people_of_campaign(source, LeadFilters()), into=source, by=member("operator"))

    assert not Import.objects.exists()
