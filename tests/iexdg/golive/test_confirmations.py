"""A variable that is empty for most people is confirmed by itself, by whoever requests and by whoever approves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from campaigns.errors import ApprovalError
from campaigns.mirror.sync import sync_campaign
from campaigns.models import Approval, ApprovalState, Campaign
from campaigns.sending.fingerprint import fingerprint, parts_of
from iexdg.golive.verbs import approve_go_live, break_glass, request_go_live
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.mirror import mirror_campaign_leads
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import reverse_in_demo

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
EMPTY = "{{location}} is empty for "


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace, member: MemberOf) -> Campaign:
    """05A, whose first e-mail names a place that no one has."""
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    sequences = campaign.sequences
    sequences[0]["steps"][0]["variants"][0]["body"] += "<div>I read {{location}} today.</div>"
    control.edit(campaign.remote_id, sequences=sequences)
    sync_campaign(campaign)
    control.advance(60)
    mirror_campaign_leads(campaign)
    campaign.refresh_from_db()
    return campaign


def confirmations() -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(action__endswith=":confirmed", summary__contains="is empty for").order_by("id")
    return [(event.actor_name, event.summary.partition("confirmed that ")[2][: len(EMPTY)]) for event in events]


def test_a_request_without_it_is_refused_and_nothing_is_written(campaign: Campaign, member: MemberOf) -> None:
    for confirmed in ((), ("firstName",)):
        with pytest.raises(ApprovalError, match=r"Confirm this first: \{\{location\}\} is empty for"):
            request_go_live(campaign, by=member("operator"), confirmed=confirmed)
    assert not Approval.objects.exists()
    assert confirmations() == []


def test_everyone_who_decides_confirms_for_themselves_and_it_is_on_record(campaign: Campaign, member: MemberOf) -> None:
    approval = request_go_live(campaign, by=member("operator"), confirmed=["location"])
    assert approval.fingerprint == fingerprint(parts_of(campaign))
    with pytest.raises(ApprovalError, match="Confirm this first"):
        approve_go_live(approval, by=member("approver"))
    approval.refresh_from_db()
    assert approval.state == ApprovalState.REQUESTED

    approve_go_live(approval, by=member("approver"), confirmed=["location"])

    approval.refresh_from_db()
    assert approval.state == ApprovalState.APPROVED
    assert confirmations() == [("Operator Person", EMPTY), ("Approver Person", EMPTY)]


def test_break_glass_does_not_go_around_it(campaign: Campaign, member: MemberOf) -> None:
    alone = {"by": member("admin"), "typed_name": campaign.name, "reason": "The event is today and nobody answers"}
    with pytest.raises(ApprovalError, match="Confirm this first"):
        break_glass(campaign, **alone)  # type: ignore[arg-type]
    assert not Approval.objects.exists()
    assert break_glass(campaign, **alone, confirmed=["location"]).state == ApprovalState.APPROVED  # type: ignore[arg-type]


def test_the_page_asks_for_it_and_takes_it(campaign: Campaign, web: Callable[..., Client]) -> None:
    operator = web("operator")
    page = operator.get(reverse_in_demo("golive:go-live", args=[campaign.pk])).content.decode()
    assert '<input type="checkbox" name="confirm" value="location" required>' in page
    url = reverse_in_demo("golive:go-live-request", args=[campaign.pk])
    refused = operator.post(url, {"note": ""}, follow=True).content.decode()
    assert "Confirm this first" in refused
    assert not Approval.objects.exists()
    operator.post(url, {"note": "", "confirm": "location"})
    assert Approval.objects.get().state == ApprovalState.REQUESTED
    asked = web("approver").get(reverse_in_demo("golive:go-live", args=[campaign.pk])).content.decode()
    assert 'value="location" required>' in asked
    assert "formnovalidate" in asked
    web("approver").post(reverse_in_demo("golive:go-live-approve", args=[campaign.pk]), {"confirm": "location"})
    assert Approval.objects.get().state == ApprovalState.APPROVED


def test_the_command_takes_it_too(campaign: Campaign, member: MemberOf) -> None:
    member("operator")
    with pytest.raises(CommandError, match="Confirm this first"):
        call_command("request_go_live", campaign.name, "--as", "operator@example.com")
    call_command("request_go_live", campaign.name, "--as", "operator@example.com", "--confirm-empty", "location")
    assert Approval.objects.get().state == ApprovalState.REQUESTED


def test_a_variable_that_some_have_no_value_for_needs_no_confirmation(
    campaign: Campaign, control: SandboxControl, member: MemberOf
) -> None:
    sequences = campaign.sequences
    variant = sequences[0]["steps"][0]["variants"][0]
    variant["body"] = variant["body"].replace("{{location}}", "{{firstName}}")
    control.edit(campaign.remote_id, sequences=sequences)
    assert request_go_live(campaign, by=member("operator")).state == ApprovalState.REQUESTED
    assert confirmations() == []


def test_before_the_list_was_read_in_full_nothing_is_asked(campaign: Campaign, member: MemberOf) -> None:
    """What is known of the three people who were loaded from here says nothing about the other two hundred."""
    Campaign.objects.filter(pk=campaign.pk).update(leads_mirrored_at=None)
    assert request_go_live(campaign, by=member("operator")).state == ApprovalState.REQUESTED
