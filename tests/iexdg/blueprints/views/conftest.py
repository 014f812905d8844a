"""A draft of the short form, of a workspace that was synced with the sandbox."""

from collections.abc import Callable

import pytest
from django.test import Client

from campaigns.models import Campaign
from iexdg.blueprints.models import Draft
from iexdg.workspaces.models import Workspace
from tests.iexdg.blueprints.short_form import SHORT
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl


@pytest.fixture
def world(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def draft(world: Campaign, web: Callable[..., Client]) -> Draft:
    web("operator").post("/w/demo/campaigns/new/", SHORT)
    return Draft.objects.get()
