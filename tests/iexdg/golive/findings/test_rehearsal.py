"""Preflight names a rehearsal of another state of the campaign."""

import pytest
from django.utils import timezone

from campaigns.copy.findings import Level
from campaigns.models import Campaign
from iexdg.golive.preflight import preflight
from iexdg.rehearsals.models import RehearsalState
from iexdg.workspaces.models import Workspace
from tests.iexdg.rehearsals.factories import done_rehearsal
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


def found(campaign: Campaign) -> list[tuple[Level, str, str]]:
    findings = preflight(campaign, timezone.now()).findings
    return [(one.level, one.title, one.url) for one in findings if one.code == "rehearsal"]


def test_without_a_rehearsal_nothing_is_said(campaign: Campaign) -> None:
    done_rehearsal(campaign, state=RehearsalState.FAILED)
    assert found(campaign) == []


def test_one_of_what_would_be_approved_is_fine_and_one_of_something_else_a_warning(campaign: Campaign) -> None:
    done_rehearsal(campaign)
    ((level, title, url),) = found(campaign)
    assert (level, title) == (Level.FINE, "It was rehearsed as it is")
    assert url.endswith(f"/campaigns/{campaign.pk}/rehearsal/")
    Campaign.objects.filter(pk=campaign.pk).update(daily_limit=21)
    campaign.refresh_from_db()
    ((level, title, _),) = found(campaign)
    assert (level, title) == (Level.WARNING, "The rehearsal is of another state of this campaign")
    # The newest one counts.
    done_rehearsal(campaign)
    assert [one[0] for one in found(campaign)] == [Level.FINE]
