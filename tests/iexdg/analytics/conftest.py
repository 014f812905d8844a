"""The sandbox's campaigns, mirrored, and ranges that were read."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from campaigns.models import Campaign
from iexdg.analytics.days import Days
from iexdg.analytics.models import RangeReading
from iexdg.analytics.reading import read_wanted, want
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

# The sandbox's clock stands at this day.
TODAY = date(2026, 11, 23)
LATELY = Days(date(2026, 10, 25), TODAY)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(datetime(2026, 11, 23, 15, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def synced(control: SandboxControl, workspace: Workspace) -> list[Campaign]:
    """Every campaign of the sandbox."""
    synced_campaign(workspace, "05A")
    return list(Campaign.objects.filter(workspace=workspace).order_by("name"))


@pytest.fixture
def read(synced: list[Campaign], workspace: Workspace) -> list[Campaign]:
    """Every campaign, with the last 30 days and those before read."""
    want(workspace, [campaign.pk for campaign in synced], [LATELY, LATELY.before])
    read_wanted(workspace)
    assert not RangeReading.objects.filter(read_at=None).exists()
    return synced
