"""Two people, one fingerprint: requesting a go-live, deciding it, and carrying it out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from campaigns.errors import ApprovalError
from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage, RequestState
from campaigns.sending.lifecycle import carry_out, request_activation, request_pause
from iexdg.golive.execute import carry_out_go_live
from iexdg.golive.incident_kinds import GO_LIVE_FAILED
from iexdg.golive.verbs import DriftError, approve_go_live, reject_go_live, request_go_live
from iexdg.incidents.models import Incident
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.models import Batch
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace, member: Callable[..., Member]) -> Campaign:
    """05A with three verified and loaded leads."""
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    return campaign


def carried_out(approval: Approval) -> Approval:
    for _ in range(10):
        approval = carry_out_go_live(approval.pk)
        for imported in drive.due_imports():
            drive.advance(imported.pk)
        if approval.stage in {GoLiveStage.LIVE, GoLiveStage.FAILED}:
            return approval
    raise AssertionError(f"still {approval.stage}")


def test_another_person_approves_and_the_campaign_reads_back_as_active(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    approval = request_go_live(campaign, by=member("operator"), note="ready")
    approve_go_live(approval, by=member("approver"), note="looks right")

    approval = carried_out(approval)

    assert approval.stage == GoLiveStage.LIVE
    assert control.status_of(campaign.remote_id) == CampaignStatus.ACTIVE
    actions = list(AuditEvent.objects.filter(campaign_ref=campaign.pk).values_list("action", flat=True))
    assert "campaign:approval:requested" in actions
    assert "campaign:approval:approved" in actions
    assert "campaign:activate:confirmed" in actions


@pytest.mark.parametrize("role", ["approver", "admin"])
def test_no_one_approves_their_own_request(campaign: Campaign, member: Callable[..., Member], role: str) -> None:
    approval = request_go_live(campaign, by=member(role))

    with pytest.raises(ApprovalError, match="someone else"):
        approve_go_live(approval, by=member(role))

    approval.refresh_from_db()
    assert approval.state == ApprovalState.REQUESTED


def test_the_database_itself_refuses_a_self_approval(campaign: Campaign, member: Callable[..., Member]) -> None:
    approval = request_go_live(campaign, by=member("admin"))

    with pytest.raises(IntegrityError):
        Approval.objects.filter(pk=approval.pk).update(state=ApprovalState.APPROVED, decided_by=member("admin"))


def test_an_operator_cannot_approve_and_nothing_changes(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    approval = request_go_live(campaign, by=member("operator"))

    with pytest.raises(NotAllowedError):
        approve_go_live(approval, by=member("operator", "Other Operator"))

    approval.refresh_from_db()
    assert approval.state == ApprovalState.REQUESTED
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED


def test_copy_changed_after_the_request_voids_it_and_says_what_changed(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    control.edit(campaign.remote_id, daily_limit=35)

    with pytest.raises(DriftError, match="daily cap"):
        approve_go_live(approval, by=member("approver"))

    approval.refresh_from_db()
    assert approval.state == ApprovalState.VOID
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED


def test_a_request_expires_after_a_day(campaign: Campaign, member: Callable[..., Member]) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    assert approval.expires_at - approval.requested_at == timedelta(hours=24)
    Approval.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(ApprovalError, match="expired"):
        approve_go_live(approval, by=member("approver"))

    assert Approval.objects.get().state == ApprovalState.EXPIRED


def test_a_rejected_request_starts_nothing(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    approval = request_go_live(campaign, by=member("operator"))

    reject_go_live(approval, by=member("approver"), note="not this week")

    approval.refresh_from_db()
    assert (approval.state, approval.decision_note) == (ApprovalState.REJECTED, "not this week")
    assert carry_out_go_live(approval.pk).stage == GoLiveStage.WAITING
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED


def test_a_campaign_without_verified_leads_cannot_be_requested(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    with pytest.raises(ApprovalError, match="No verified leads"):
        request_go_live(synced_campaign(workspace, "05B"), by=member("operator"))

    assert not Approval.objects.exists()


def test_a_load_that_does_not_add_up_locks_the_go_live(campaign: Campaign, member: Callable[..., Member]) -> None:
    Batch.objects.filter(number=1).update(adds_up=False)

    with pytest.raises(ApprovalError, match="does not add up"):
        request_go_live(campaign, by=member("operator"))


def test_held_leads_are_loaded_first_and_then_the_campaign_is_activated(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "04")
    imported = checked_import(campaign, people(4))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    assert counts_of(imported).ready == 3
    approval = request_go_live(campaign, by=member("operator"))
    approve_go_live(approval, by=member("approver"))

    approval = carried_out(approval)

    assert approval.stage == GoLiveStage.LIVE
    assert counts_of(imported).loaded == 4
    assert control.status_of(campaign.remote_id) == CampaignStatus.ACTIVE
    methods = [(item["method"], item["path"].rsplit("/", 1)[-1]) for item in control.log()]
    assert methods.index(("POST", "activate")) > max(
        index for index, call in enumerate(methods) if call == ("POST", "add")
    )


def test_an_activation_that_instantly_does_not_carry_out_ends_the_approval(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.sending.lifecycle.READ_BACK_WAITS_S", (0.0,))
    approval = request_go_live(campaign, by=member("operator"))
    approve_go_live(approval, by=member("approver"))
    control.faults({"match": {"method": "POST", "path": "*/activate"}, "do": "status", "value": 400, "times": 9})

    approval = carried_out(approval)

    assert approval.stage == GoLiveStage.FAILED
    assert approval.state == ApprovalState.VOID
    assert Incident.objects.filter(kind=GO_LIVE_FAILED.code).count() == 1
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED


def test_an_activation_whose_answer_is_lost_is_read_back_as_live(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    approve_go_live(approval, by=member("approver"))
    control.faults({"match": {"method": "POST", "path": "*/activate"}, "do": "drop_after_commit", "times": 9})

    assert carried_out(approval).stage == GoLiveStage.LIVE


def test_a_pause_ends_the_approval_so_that_resuming_needs_a_new_one(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    approve_go_live(approval, by=member("approver"))
    carried_out(approval)

    request = carry_out(request_pause(campaign, by=member("viewer")).pk)

    assert request.state == RequestState.CONFIRMED
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
    approval.refresh_from_db()
    assert approval.state == ApprovalState.VOID
    with pytest.raises(Exception, match="no live approval"):
        request_activation(campaign, by=member("admin"))
