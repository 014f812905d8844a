"""What was sending before we were connected continues until an approver decides, once."""

from collections.abc import Callable

import pytest
from django.db.models import QuerySet

from campaigns import tasks
from campaigns.errors import ApprovalError
from campaigns.incident_kinds import SUBSEQUENCE_ADOPTION
from campaigns.mirror.sync import sync_workspace
from campaigns.models import Approval, Campaign, CampaignStatus
from campaigns.models.campaign import SENDING
from campaigns.sending.lifecycle import carry_out, live_approval_of, request_pause
from campaigns.watch.adoption import adopt, set_on_drift
from iexdg.incidents.models import Incident
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.killswitch import turn_on
from iexdg.workspaces.models import Workspace
from leads.errors import ImportStateError
from leads.imports.verbs import start
from tests.leads.factories import checked_import, people
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


def campaign_incidents() -> QuerySet[Incident]:
    """All but those about the subsequence that runs in the sandbox's workspace from the start."""
    return Incident.objects.exclude(kind=SUBSEQUENCE_ADOPTION.code)


def no_sleep(seconds: float) -> None:
    del seconds


@pytest.fixture
def found(control: SandboxControl, workspace: Workspace) -> Campaign:
    """The first campaign that was sending when the workspace was listed for the first time."""
    sync_workspace(workspace)
    one = Campaign.objects.filter(remote_status__in=SENDING).order_by("name").first()
    assert one is not None
    return one


def test_what_was_sending_before_is_not_paused_automatically(found: Campaign, control: SandboxControl) -> None:
    assert found.awaits_adoption_since is not None
    Campaign.objects.update(status_read_at=None)

    tasks.read_statuses()
    tasks.sync_workspace(found.workspace_id)

    assert control.status_of(found.remote_id) in SENDING
    assert not campaign_incidents().exists()


def test_an_approver_adopts_it_alone_and_once(found: Campaign, member: Callable[..., Member]) -> None:
    approval = adopt(found, by=member("approver"), note="ours since spring")

    assert (approval.adopted, approval.requested_by, approval.decided_by) == (
        True,
        member("approver"),
        member("approver"),
    )
    assert live_approval_of(found) == approval
    assert found.awaits_adoption_since is None
    assert AuditEvent.objects.get(action="campaign:adoption:adopted").note == "ours since spring"
    with pytest.raises(ApprovalError):
        adopt(found, by=member("admin"))
    assert Approval.objects.count() == 1


def test_an_operator_may_not_adopt(found: Campaign, member: Callable[..., Member]) -> None:
    with pytest.raises(NotAllowedError):
        adopt(found, by=member("operator"))
    assert not Approval.objects.exists()


def test_nothing_is_adopted_while_the_kill_switch_is_on(
    found: Campaign, workspace: Workspace, member: Callable[..., Member]
) -> None:
    turn_on(workspace, by=member("viewer"), reason="typo")
    with pytest.raises(ApprovalError, match="stopped by the kill switch"):
        adopt(found, by=member("approver"))
    assert not Approval.objects.exists()


def test_once_it_is_paused_it_needs_a_go_live_like_any_other(
    found: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    carry_out(request_pause(found, by=member("viewer")).pk, sleep=no_sleep)
    control.set_status(found.remote_id, CampaignStatus.ACTIVE)

    tasks.sync_workspace(found.workspace_id)

    assert control.status_of(found.remote_id) == CampaignStatus.PAUSED
    assert campaign_incidents().get().kind == "unapproved_active"


def test_nothing_is_loaded_into_it_before_someone_decided(found: Campaign, member: Callable[..., Member]) -> None:
    imported = checked_import(found, people(2), by=member("operator"))
    with pytest.raises(ImportStateError, match="must adopt or pause it first"):
        start(imported, by=member("operator"))
    imported.refresh_from_db()
    assert imported.state == "mapped"


def test_a_campaign_that_starts_after_the_first_listing_is_not_taken_for_an_old_one(
    found: Campaign, control: SandboxControl, workspace: Workspace
) -> None:
    other = Campaign.objects.filter(remote_status=CampaignStatus.PAUSED).first()
    assert other is not None
    control.set_status(other.remote_id, CampaignStatus.ACTIVE)

    sync_workspace(workspace)

    other.refresh_from_db()
    assert other.is_sending
    assert other.awaits_adoption_since is None


def test_what_happens_on_drift_is_an_approver_s_choice_and_audited(
    found: Campaign, member: Callable[..., Member]
) -> None:
    assert set_on_drift(found, "report", by=member("approver"))
    assert not set_on_drift(found, "report", by=member("approver"))
    assert found.on_drift == "report"
    event = AuditEvent.objects.get(action="campaign:on_drift:changed")
    assert (event.before, event.after) == ({"on_drift": "pause"}, {"on_drift": "report"})
