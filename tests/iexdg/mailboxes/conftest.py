"""A workspace whose mailboxes were read."""

from collections.abc import Callable

import pytest

from iexdg.mailboxes.carry_out import carry_out
from iexdg.mailboxes.models import MailboxChange
from iexdg.mailboxes.sync import sync_mailboxes
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock


@pytest.fixture
def office(control: SandboxControl, workspace: Workspace) -> Workspace:
    sync_mailboxes(workspace)
    return workspace


@pytest.fixture
def settle(sandbox_clock: SandboxClock) -> Callable[[int], list[MailboxChange]]:
    """settle(group) carries a group out, and the waits in between pass in the sandbox's time."""

    def run(group: int) -> list[MailboxChange]:
        carry_out(group, sleep=sandbox_clock.advance)
        return list(MailboxChange.objects.filter(group=group).order_by("email"))

    return run
