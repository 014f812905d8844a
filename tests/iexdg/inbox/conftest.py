"""Fixtures of the inbox tests: the sandbox's own inbox, mirrored, and a conversation that waits for an answer."""

from typing import Any

import pytest

from iexdg.inbox.mirror import read_inbox
from iexdg.inbox.models import InboxReading, Thread
from iexdg.inbox.queries import ThreadFilters, filtered_threads
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl


def read_all(workspace: Workspace) -> None:
    """Read until a reading changes nothing, with a budget that is always full."""
    reading = InboxReading.objects.filter(workspace=workspace)
    before: object = ""
    while (now := reading.values_list("changed_at", flat=True).first()) != before:
        reading.update(budget_until=None, lease_until=None)
        read_inbox(workspace)
        before = now


@pytest.fixture
def mirrored(control: SandboxControl, workspace: Workspace) -> Workspace:
    """The workspace with its campaigns and its whole inbox."""
    synced_campaign(workspace, "05A")
    read_all(workspace)
    return workspace


@pytest.fixture
def waiting(mirrored: Workspace) -> Thread:
    """The conversation that waits longest."""
    found = filtered_threads(mirrored, ThreadFilters(), None).select_related("workspace", "campaign").first()
    assert found is not None
    return found


@pytest.fixture
def mails(sandbox: Any) -> Any:
    """The e-mails of the sandbox, by id."""
    return sandbox.world.inbox.mails
