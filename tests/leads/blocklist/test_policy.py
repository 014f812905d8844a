"""Bounces and unsubscribes go on the block list by policy, which is off until an admin turns it on."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from leads.blocklist.ask import ask_to_unblock
from leads.blocklist.policy import apply_policy, set_policy
from leads.blocklist.send import carry_out
from leads.models import Lead, LeadStatus, Suppression
from tests.leads.blocklist.factories import states
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
BOUNCED, LEFT, FINE = "bounced@firm.example.org", "left@firm.example.org", "fine@firm.example.org"


@pytest.fixture(autouse=True)
def people(control: SandboxControl, campaign: Campaign) -> None:
    for email, status in ((BOUNCED, LeadStatus.BOUNCED), (LEFT, LeadStatus.UNSUBSCRIBED), (FINE, LeadStatus.ACTIVE)):
        Lead.objects.create(
            workspace=campaign.workspace, campaign=campaign, email=email, status=status, synced_at=timezone.now()
        )


def test_it_is_off_until_someone_turns_it_on(workspace: Workspace) -> None:
    assert apply_policy(workspace) == 0
    assert states(workspace) == {}


def test_only_those_whom_it_means_go_on_and_only_once(workspace: Workspace, member: Callable[..., Member]) -> None:
    assert set_policy(workspace, bounced=True, unsubscribed=False, by=member("admin"))
    assert apply_policy(workspace) == 1
    assert apply_policy(workspace) == 0
    row = Suppression.objects.get()
    assert (row.value, row.source, row.asked_by) == (BOUNCED, "bounce", None)
    set_policy(workspace, bounced=True, unsubscribed=True, by=member("admin"))
    assert apply_policy(workspace) == 1
    assert states(workspace) == {BOUNCED: "asked", LEFT: "asked"}


def test_whom_a_person_took_off_stays_off(workspace: Workspace, member: Callable[..., Member]) -> None:
    set_policy(workspace, bounced=True, unsubscribed=False, by=member("admin"))
    apply_policy(workspace)
    carry_out(workspace)
    ask_to_unblock(workspace, [BOUNCED], by=member("operator"))
    carry_out(workspace)
    assert apply_policy(workspace) == 0


def test_whom_a_person_took_off_before_it_was_sent_stays_off(
    workspace: Workspace, member: Callable[..., Member]
) -> None:
    set_policy(workspace, bounced=True, unsubscribed=False, by=member("admin"))
    apply_policy(workspace)
    ask_to_unblock(workspace, [BOUNCED], by=member("operator"))
    assert apply_policy(workspace) == 0


def test_nothing_is_asked_for_in_observe_mode(workspace: Workspace, member: Callable[..., Member]) -> None:
    set_policy(workspace, bounced=True, unsubscribed=True, by=member("admin"))
    Workspace.objects.update(mode=Mode.OBSERVE)
    workspace.refresh_from_db()
    assert apply_policy(workspace) == 0
    assert states(workspace) == {}


def test_a_change_is_in_the_history_once(workspace: Workspace, member: Callable[..., Member]) -> None:
    set_policy(workspace, bounced=True, unsubscribed=False, by=member("admin"))
    assert not set_policy(workspace, bounced=True, unsubscribed=False, by=member("admin"))
    event = AuditEvent.objects.get(action="blocklist:policy:changed")
    assert (event.before["bounced"], event.after["bounced"]) == (False, True)


def test_only_an_admin_sets_it(workspace: Workspace, member: Callable[..., Member]) -> None:
    with pytest.raises(NotAllowedError):
        set_policy(workspace, bounced=True, unsubscribed=True, by=member("approver"))
