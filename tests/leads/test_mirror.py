"""The mirror of a campaign's leads follows Instantly's list."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from iexdg.clients.http.errors import ClientError
from iexdg.workspaces.models import Workspace
from leads.mirror import campaigns_to_mirror, mirror_campaign_leads, mirror_is_fresh
from leads.models import Lead
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


def test_every_lead_of_the_campaign_is_mirrored_once(control: SandboxControl, workspace: Workspace) -> None:
    campaign = synced_campaign(workspace, "04")
    assert mirror_campaign_leads(campaign) == 48
    mirror_campaign_leads(campaign)
    listed = sorted(control.leads_in(campaign.remote_id))
    assert sorted(Lead.objects.filter(campaign=campaign).values_list("email", flat=True)) == listed
    lead = Lead.objects.filter(campaign=campaign).first()
    assert lead
    assert lead.first_name
    assert lead.company_domain == lead.email.partition("@")[2]
    campaign.refresh_from_db()
    assert campaign.leads_mirrored_at is not None


def test_a_lead_that_is_no_longer_listed_is_marked_and_unmarked_when_it_is_listed_again(
    control: SandboxControl, workspace: Workspace
) -> None:
    campaign = synced_campaign(workspace, "04")
    mirror_campaign_leads(campaign)
    long_ago = timezone.now() - timedelta(hours=1)
    gone = baker.make(
        Lead, workspace=workspace, campaign=campaign, email="gone@firm.example.com", remote_id="x", synced_at=long_ago
    )
    Lead.objects.filter(campaign=campaign).exclude(pk=gone.pk).update(vanished_at=long_ago, synced_at=long_ago)
    mirror_campaign_leads(campaign)
    vanished = Lead.objects.filter(campaign=campaign, vanished_at__isnull=False)
    assert [lead.email for lead in vanished] == ["gone@firm.example.com"]


def test_a_list_that_cannot_be_read_completely_marks_no_one(control: SandboxControl, workspace: Workspace) -> None:
    campaign = synced_campaign(workspace, "04")
    mirror_campaign_leads(campaign)
    read_at = campaign.leads_mirrored_at
    Lead.objects.update(synced_at=timezone.now() - timedelta(hours=1))
    control.faults(
        *[{"match": {"method": "POST", "path": "/api/v2/leads/list"}, "do": "status", "status": 500, "times": 50}]
    )
    with pytest.raises(ClientError):
        mirror_campaign_leads(campaign)
    assert not Lead.objects.filter(vanished_at__isnull=False).exists()
    assert Campaign.objects.get(pk=campaign.pk).leads_mirrored_at == read_at


@pytest.mark.parametrize(
    ("changes", "fresh"),
    [
        ({}, True),
        ({"leads_mirrored_at": None}, False),
        ({"leads_mirrored_at": timedelta(minutes=6)}, False),
        ({"leads_count": 0, "leads_count_at": timedelta(0)}, True),
        ({"leads_count": 3, "leads_count_at": timedelta(0)}, False),
        ({"leads_count": 3, "leads_count_at": timedelta(minutes=3)}, True),
    ],
)
def test_a_mirror_is_fresh_while_it_is_recent_and_as_long_as_the_list(
    campaign: Campaign, changes: dict[str, Any], fresh: bool
) -> None:
    now = timezone.now()
    campaign.leads_mirrored_at = now - timedelta(minutes=1)
    for name, value in changes.items():
        setattr(campaign, name, now - value if isinstance(value, timedelta) else value)
    campaign.save()
    assert mirror_is_fresh(campaign, now=now) is fresh
    assert (campaign.pk in campaigns_to_mirror(campaign.workspace)) is not fresh
