"""A workspace with mailboxes and placement tests at Instantly, and requests that are carried out at once."""

from collections.abc import Callable

import pytest

from iexdg.mailboxes.sync import sync_mailboxes
from iexdg.placement.mirror import mirror_tests
from iexdg.placement.models import PlacementTest
from iexdg.placement.verbs import NewTest
from iexdg.workspace_objects.carry_out import carry_out
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

BOX = "exec@peers.example.com"
NEW = NewTest(name="Ours", senders=[BOX], subject="A question", body="<div>Hello</div>")


@pytest.fixture
def office(control: SandboxControl, workspace: Workspace) -> Workspace:
    sync_mailboxes(workspace)
    mirror_tests(workspace)
    return workspace


@pytest.fixture
def settle(sandbox_clock: SandboxClock) -> Callable[[ObjectChange], ObjectChange]:
    """settle(change) carries it out, and the waits in between pass in the sandbox's time."""

    def run(change: ObjectChange) -> ObjectChange:
        carry_out(change.pk, sleep=sandbox_clock.advance)
        change.refresh_from_db()
        return change

    return run


@pytest.fixture
def sent_test(office: Workspace) -> PlacementTest:
    """A test of one mailbox that was made at Instantly a moment ago."""
    fields = {"name": "Sent", "type": 1, "sending_method": 1, "email_subject": "S", "email_body": "B", "emails": [BOX]}
    client_for(office).placement.create(fields)
    mirror_tests(office)
    return PlacementTest.objects.get(workspace=office, name="Sent")
