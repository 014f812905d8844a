"""An archived campaign is hidden in the lists here while it cannot send, and nothing is changed at Instantly."""

from collections.abc import Callable

import pytest
from django.test import Client

from campaigns.archive import archive, unarchive
from campaigns.errors import ArchiveError
from campaigns.models import ApprovalState, Campaign, CampaignStatus
from campaigns.queries import campaigns_of
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import approval
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Team = Callable[..., Member]


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


def listed(workspace: Workspace, **how: str) -> bool:
    return campaigns_of(workspace, **how).filter(name__startswith="05A").exists()  # type: ignore[arg-type]


def test_it_is_hidden_found_by_its_filter_and_brought_back(
    campaign: Campaign, workspace: Workspace, web: Callable[..., Client], control: SandboxControl
) -> None:
    client, before = web("operator"), len(control.log())
    client.post(f"/w/demo/campaigns/{campaign.pk}/archive/", follow=True)
    assert (listed(workspace), listed(workspace, status="archived")) == (False, True)
    page = client.get("/w/demo/campaigns/").content.decode()
    assert ("05A Executive-Peer" in page, "archived" in page) == (False, True)
    assert "05A Executive-Peer" in client.get("/w/demo/campaigns/?status=archived").content.decode()
    client.post(f"/w/demo/campaigns/{campaign.pk}/unarchive/")
    assert listed(workspace)
    assert len(control.log()) == before
    actions = AuditEvent.objects.filter(action__startswith="campaign:").order_by("pk").values_list("action", flat=True)
    assert [one for one in actions if "archived" in one] == ["campaign:archived", "campaign:unarchived"]


@pytest.mark.parametrize("status", [CampaignStatus.ACTIVE, CampaignStatus.ACCOUNT_SUSPENDED, None, 42])
def test_whatever_may_send_is_neither_archived_nor_hidden(
    status: int | None, campaign: Campaign, workspace: Workspace, member: Team
) -> None:
    archive(campaign, by=member("operator"))
    Campaign.objects.filter(pk=campaign.pk).update(remote_status=status)
    assert listed(workspace)
    unarchive(campaign, by=member("operator"))
    campaign.refresh_from_db()
    with pytest.raises(ArchiveError, match="may send"):
        archive(campaign, by=member("operator"))


def test_a_live_approval_keeps_it_in_the_lists(campaign: Campaign, member: Team) -> None:
    approval(campaign, by=member("operator"), state=ApprovalState.APPROVED, decided_by=member("admin"))
    with pytest.raises(ArchiveError, match="live approval"):
        archive(campaign, by=member("operator"))


def test_a_viewer_archives_nothing(campaign: Campaign, member: Team) -> None:
    for act in (archive, unarchive):
        with pytest.raises(NotAllowedError):
            act(campaign, by=member("viewer"))
    campaign.refresh_from_db()
    assert campaign.archived_at is None
