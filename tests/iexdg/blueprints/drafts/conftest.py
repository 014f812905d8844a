"""A campaign that is mirrored, a draft of a new one, and members."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.models import Campaign
from iexdg.blueprints.drafts.verbs import create_draft
from iexdg.blueprints.models import Draft
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

CONTENT: dict[str, Any] = {
    "name": "10 Founders",
    "schedule": {"windows": [{"zone": "America/Detroit", "hours": "09:00-17:00", "days": ["mon", "tue"]}]},
    "senders": ["exec@peers.example.com"],
    "caps": {"daily": 20},
    "flags": {"stop_on_reply": True},
    "steps": [{"subject": "A question", "body": "Hi {{firstName}},"}],
}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def draft(campaign: Campaign, workspace: Workspace, member: Callable[..., Member]) -> Draft:
    return create_draft(workspace, CONTENT, by=member("operator"), what="Written")
