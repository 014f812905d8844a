"""A write of a blueprint that stays unknown is an incident for as long as it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from iexdg.blueprints.models import CampaignWrite, WriteState, WriteVerb
from iexdg.blueprints.tasks import sweep_campaign_writes
from iexdg.blueprints.watch import UNKNOWN_AFTER, watch_unknown
from iexdg.incidents.models import Incident
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def unknown(workspace: Workspace, member: Callable[..., Member]) -> CampaignWrite:
    return CampaignWrite.objects.create(
        workspace=workspace,
        verb=WriteVerb.CREATE,
        name="10 Founders",
        key="new:10 founders",
        body={"name": "10 Founders"},
        state=WriteState.UNKNOWN,
        by=member("operator"),
        asked_at=timezone.now() - UNKNOWN_AFTER - timedelta(seconds=1),
        error="No answer came.",
    )


def states() -> list[str]:
    return list(Incident.objects.filter(kind="blueprint_write_unknown").values_list("state", flat=True))


def test_what_stays_unknown_opens_one_incident_that_closes_once_it_was_read(
    unknown: CampaignWrite, control: SandboxControl
) -> None:
    # Two reads, each of which is tried three times.
    control.faults({"match": {"method": "GET", "path": "/campaigns"}, "do": "status", "value": 500, "times": 6})
    sweep_campaign_writes(unknown.workspace_id)
    sweep_campaign_writes(unknown.workspace_id)
    assert states() == ["open"]
    assert Incident.objects.get().summary == "Create 10 Founders: not known whether it was done"

    CampaignWrite.objects.update(asked_at=timezone.now() - timedelta(minutes=16))
    sweep_campaign_writes(unknown.workspace_id)
    assert states() == ["resolved"]
    assert CampaignWrite.objects.get().state == WriteState.REFUSED


def test_a_write_of_a_moment_ago_opens_none(unknown: CampaignWrite, workspace: Workspace) -> None:
    CampaignWrite.objects.update(asked_at=timezone.now() - UNKNOWN_AFTER + timedelta(seconds=30))
    watch_unknown(workspace)
    assert states() == []
