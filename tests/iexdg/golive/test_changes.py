"""What changed between a request, its approval and its activation: each is checked again, and stops the go-live."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.errors import ApprovalError
from campaigns.mirror.sync import sync_campaign
from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage
from iexdg.golive.execute import carry_out_go_live
from iexdg.golive.incident_kinds import GO_LIVE_FAILED
from iexdg.golive.verbs import DriftError, approve_go_live, break_glass, request_go_live
from iexdg.incidents.models import Incident
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.models import Import
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
REASON = "The approver is on a plane until Monday"


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def held(campaign: Campaign, member: MemberOf) -> Import:
    """Three verified people who wait here for the go-live."""
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"), hold=True)
    return drive.run_until_settled(imported.pk)


def more_people(campaign: Campaign, member: MemberOf) -> None:
    """Someone's second file is verified and held for the same go-live."""
    imported = checked_import(campaign, people(2, prefix="late"))
    verbs.start(imported, by=member("operator"), hold=True)
    drive.run_until_settled(imported.pk)


def carried_out(approval: Approval) -> Approval:
    for _ in range(10):
        approval = carry_out_go_live(approval.pk)
        for imported in drive.due_imports():
            drive.advance(imported.pk)
        if approval.stage in {GoLiveStage.LIVE, GoLiveStage.FAILED}:
            return approval
    raise AssertionError(f"still {approval.stage}")


def by_an_approver(approval: Approval, member: MemberOf) -> None:
    approve_go_live(approval, by=member("approver"))


def by_breaking_the_glass(approval: Approval, member: MemberOf) -> None:
    name = approval.campaign.name
    break_glass(approval.campaign, by=member("admin"), typed_name=name, reason=REASON)


@pytest.mark.parametrize("approve", [by_an_approver, by_breaking_the_glass])
def test_an_audience_that_grew_since_the_request_refuses_the_approval(
    held: Import, campaign: Campaign, control: SandboxControl, member: MemberOf, approve: Callable[..., None]
) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    requested = approval.audience_cap
    more_people(campaign, member)

    with pytest.raises(ApprovalError, match=f"The audience grew from {requested} to {requested + 2}"):
        approve(approval, member)

    approval.refresh_from_db()
    assert (approval.state, approval.stage) == (ApprovalState.VOID, GoLiveStage.WAITING)
    assert approval.void_reason == "the audience has grown since the request"
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
    assert request_go_live(campaign, by=member("operator")).audience_cap == requested + 2


def test_an_audience_as_large_as_it_was_requested_is_approved(
    held: Import, campaign: Campaign, member: MemberOf
) -> None:
    approval = approve_go_live(request_go_live(campaign, by=member("operator")), by=member("approver"))
    assert approval.state == ApprovalState.APPROVED


def test_what_changed_while_the_held_leads_were_loaded_fails_the_go_live(
    held: Import, campaign: Campaign, control: SandboxControl, member: MemberOf
) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    approve_go_live(approval, by=member("approver"))
    assert carry_out_go_live(approval.pk).stage == GoLiveStage.LOADING
    control.edit(campaign.remote_id, daily_limit=35)
    sync_campaign(campaign)

    approval = carried_out(approval)

    assert (approval.stage, approval.state) == (GoLiveStage.FAILED, ApprovalState.VOID)
    assert approval.stage_error == "after loading the held leads: daily cap changed"
    assert control.log(path="/activate") == []
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
    assert Incident.objects.filter(kind=GO_LIVE_FAILED.code, campaign_ref=campaign.pk).count() == 1


def test_a_blocker_that_came_up_while_the_held_leads_were_loaded_fails_the_go_live(
    held: Import, campaign: Campaign, control: SandboxControl, member: MemberOf
) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    approve_go_live(approval, by=member("approver"))
    assert carry_out_go_live(approval.pk).stage == GoLiveStage.LOADING
    control.set_status(campaign.remote_id, CampaignStatus.ACCOUNT_SUSPENDED)
    sync_campaign(campaign)

    approval = carried_out(approval)

    assert (approval.stage, approval.state) == (GoLiveStage.FAILED, ApprovalState.VOID)
    assert approval.stage_error.startswith("after loading the held leads: ")
    assert control.log(path="/activate") == []


def test_the_campaign_is_not_activated_while_held_leads_are_still_loading(
    held: Import, campaign: Campaign, control: SandboxControl, member: MemberOf
) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    approve_go_live(approval, by=member("approver"))
    for _ in range(3):
        assert carry_out_go_live(approval.pk).stage == GoLiveStage.LOADING
    assert control.log(path="/activate") == []


def test_a_flag_changed_after_the_request_refuses_the_approval(
    held: Import, campaign: Campaign, control: SandboxControl, member: MemberOf
) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    control.edit(campaign.remote_id, is_evergreen=True)
    with pytest.raises(DriftError, match="evergreen"):
        approve_go_live(approval, by=member("approver"))
    approval.refresh_from_db()
    assert approval.state == ApprovalState.VOID
