"""People on Instantly's block list are not verified, not loaded, and reported before a go-live."""

import pytest

from campaigns.models import Campaign
from iexdg.clients.http.errors import ClientError
from iexdg.golive.findings.campaign import Level
from iexdg.golive.findings.people import people_findings
from iexdg.workspaces.models import Workspace
from leads.blocklist.mirror import blocked_among, mirror_block_list
from leads.models import Suppression
from tests.iexdg.golive.findings.test_people import lead
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


def finding(campaign: Campaign) -> tuple[str, str]:
    """(level, title) of the finding about the block list."""
    return next((one.level, one.title) for one in people_findings(campaign) if one.code == "block_list")


def test_the_mirror_is_what_instantly_lists_and_nothing_else(
    control: SandboxControl, workspace: Workspace, campaign: Campaign
) -> None:
    control.settings(blocklist=["rival.example.net", "no@firm.example.org"])
    assert mirror_block_list(workspace) == 2
    control.settings(blocklist=["rival.example.net", *(f"out{number}.example.net" for number in range(150))])
    assert mirror_block_list(workspace) == 151
    assert Suppression.objects.count() == 151
    assert not Suppression.objects.filter(value="no@firm.example.org").exists()
    assert Suppression.objects.get(value="rival.example.net").is_domain


def test_a_failed_read_leaves_the_mirror_unchanged(
    control: SandboxControl, workspace: Workspace, campaign: Campaign
) -> None:
    mirror_block_list(workspace)
    before = list(Suppression.objects.order_by("pk").values())
    control.faults(
        {"match": {"method": "GET", "path": "/block-lists-entries"}, "do": "status", "value": 500, "times": 9}
    )
    with pytest.raises(ClientError):
        mirror_block_list(workspace)
    assert before
    assert list(Suppression.objects.order_by("pk").values()) == before


def test_only_the_whole_domain_blocks_a_domain(workspace: Workspace, control: SandboxControl) -> None:
    control.settings(blocklist=["rival.example.net", "no@firm.example.org"])
    mirror_block_list(workspace)
    asked = ["a@rival.example.net", "a@notrival.example.net", "no@firm.example.org", "so@firm.example.org"]
    assert blocked_among(workspace.pk, asked) == {
        "a@rival.example.net": "rival.example.net",
        "no@firm.example.org": "no@firm.example.org",
    }


def test_the_preflight_counts_the_people_on_it(
    control: SandboxControl, workspace: Workspace, campaign: Campaign
) -> None:
    assert finding(campaign) == (Level.WARNING, "The block list is not known")
    control.settings(blocklist=[])
    mirror_block_list(workspace)
    assert finding(campaign) == (Level.FINE, "No one here is on the block list")
    control.settings(blocklist=["rival.example.net", "no@firm.example.org"])
    mirror_block_list(workspace)
    for email in ("a@rival.example.net", "no@firm.example.org", "yes@firm.example.org"):
        lead(campaign, email)
    assert finding(campaign) == (Level.WARNING, "2 people are on the block list")
