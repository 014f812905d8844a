"""A workspace whose lists were read, and requests that are carried out at once."""

from collections.abc import Callable

import pytest

from iexdg.mailboxes.sync import sync_mailboxes
from iexdg.workspace_objects.carry_out import carry_out
from iexdg.workspace_objects.lists import read_lists
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock


@pytest.fixture
def office(control: SandboxControl, workspace: Workspace) -> Workspace:
    sync_mailboxes(workspace)
    read_lists(workspace)
    return workspace


@pytest.fixture
def settle(sandbox_clock: SandboxClock) -> Callable[[ObjectChange], ObjectChange]:
    """settle(change) carries it out, and the waits in between pass in the sandbox's time."""

    def run(change: ObjectChange) -> ObjectChange:
        carry_out(change.pk, sleep=sandbox_clock.advance)
        change.refresh_from_db()
        return change

    return run
