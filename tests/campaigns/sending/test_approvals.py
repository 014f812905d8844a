"""The only writer of approvals: each change is made once, under its condition, and leaves an event."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage
from campaigns.sending import approvals
from campaigns.sending.approvals import ApprovalScope
from campaigns.sending.lifecycle import apply_reading, request_pause
from campaigns.watch.stopping import pause_all
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns import factories

pytestmark = pytest.mark.django_db

MemberOf = Callable[..., Member]
LOOKED = ApprovalScope({"copy": ["Hi"]}, audience_cap=230)
VOIDED = "campaign:approval:void"


@pytest.fixture
def campaign(workspace: Workspace) -> Campaign:
    return factories.campaign(workspace)


@pytest.fixture
def requested(campaign: Campaign, member: MemberOf) -> Approval:
    """A request of the operator."""
    return approvals.request(campaign, by=member("operator"), scope=LOOKED, life=timedelta(hours=24), note="ready")


@pytest.fixture
def live(requested: Approval, member: MemberOf) -> Approval:
    """An approval whose campaign was activated an hour ago."""
    approvals.grant(requested, by=member("approver"), stage=GoLiveStage.ACTIVATING)
    approvals.mark_live(requested, at=timezone.now() - timedelta(hours=1))
    return again(requested)


def again(approval: Approval) -> Approval:
    approval.refresh_from_db()
    return approval


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action))


def test_a_request_is_bound_to_what_was_reviewed_and_expires(requested: Approval) -> None:
    assert (requested.state, requested.stage) == (ApprovalState.REQUESTED, GoLiveStage.WAITING)
    assert (requested.fingerprint_parts, requested.audience_cap, len(requested.fingerprint)) == (LOOKED.parts, 230, 64)
    assert requested.expires_at - requested.requested_at == timedelta(hours=24)
    assert [event.note for event in events("campaign:approval:requested")] == ["ready"]


def test_a_second_request_leaves_no_event(requested: Approval, campaign: Campaign, member: MemberOf) -> None:
    with pytest.raises(IntegrityError):
        approvals.request(campaign, by=member("approver"), scope=LOOKED, life=timedelta(hours=24))

    assert len(events("campaign:approval:requested")) == 1


def test_granted_once_and_by_someone_else(requested: Approval, member: MemberOf) -> None:
    with pytest.raises(IntegrityError):
        approvals.grant(requested, by=member("operator"), stage=GoLiveStage.ACTIVATING)
    assert again(requested).state == ApprovalState.REQUESTED

    assert approvals.grant(requested, by=member("approver"), stage=GoLiveStage.LOADING, note="fine")
    assert not approvals.grant(requested, by=member("admin"), stage=GoLiveStage.ACTIVATING)

    assert (again(requested).state, requested.stage, requested.decided_by) == (
        "approved",
        "loading",
        member("approver"),
    )
    assert requested.live_at is None
    assert [event.note for event in events("campaign:approval:approved")] == ["fine"]


def test_a_grant_begins_with_no_stage_that_the_table_refuses(requested: Approval, member: MemberOf) -> None:
    with pytest.raises(ValueError, match="waiting -> failed"):
        approvals.grant(requested, by=member("approver"), stage=GoLiveStage.FAILED)

    assert again(requested).state == ApprovalState.REQUESTED


def test_one_person_alone_has_an_event_of_its_own(requested: Approval, member: MemberOf) -> None:
    approvals.grant(
        requested, by=member("operator"), stage=GoLiveStage.ACTIVATING, break_glass_reason="no one else is available"
    )

    assert [event.note for event in events("campaign:approval:break_glass")] == ["no one else is available"]
    assert events("campaign:approval:approved") == []


def test_adopting_grants_at_once_and_is_live(campaign: Campaign, member: MemberOf) -> None:
    approval = approvals.adopt(campaign, by=member("approver"), scope=LOOKED, note="ours")

    assert (approval.state, approval.stage, approval.adopted) == (ApprovalState.APPROVED, GoLiveStage.LIVE, True)
    assert approval.live_at is not None
    assert approval.decided_by == approval.requested_by == member("approver")
    assert (approval.decision_note, approval.fingerprint_parts) == ("ours", LOOKED.parts)
    assert [event.note for event in events("campaign:adoption:adopted")] == ["ours"]
    assert AuditEvent.objects.count() == 1


def test_what_is_decided_is_neither_rejected_nor_withdrawn(live: Approval, member: MemberOf) -> None:
    assert not approvals.reject(live, by=member("approver"))
    assert not approvals.withdraw(live, by=member("operator"))

    assert again(live).state == ApprovalState.APPROVED
    assert events("campaign:approval:rejected") == events("campaign:approval:taken_back") == []


def test_voided_once_with_the_reason_and_who_did_it(live: Approval, member: MemberOf) -> None:
    assert approvals.void(live, "x" * 400, by=member("approver"), via="cli")
    assert not approvals.void(live, "again")

    assert (again(live).state, live.void_reason) == (ApprovalState.VOID, "x" * 300)
    (event,) = events(VOIDED)
    assert (event.actor, event.via, event.subject) == (member("approver"), "cli", f"approval:{live.pk}")
    assert (event.before["state"], event.after["state"]) == ("approved", "void")


def test_completing_voids_the_approval_with_an_event_of_its_own(live: Approval, campaign: Campaign) -> None:
    apply_reading(campaign, CampaignStatus.COMPLETED, timezone.now())
    apply_reading(campaign, CampaignStatus.COMPLETED, timezone.now())

    assert (again(live).state, live.void_reason) == (ApprovalState.VOID, "the campaign completed")
    (event,) = events(VOIDED)
    assert event.summary == f"Go-live of {campaign.name} is void: the campaign completed"
    assert (event.subject, event.campaign_ref, event.actor_name) == (
        f"approval:{live.pk}",
        campaign.pk,
        "IEXDG Outreach",
    )


@pytest.mark.parametrize(
    ("status", "stage", "live_for", "state"),
    [
        (CampaignStatus.COMPLETED, GoLiveStage.LIVE, 60, ApprovalState.VOID),
        # The reading was asked for before the activation: it says nothing against it.
        (CampaignStatus.COMPLETED, GoLiveStage.LIVE, -60, ApprovalState.APPROVED),
        (CampaignStatus.COMPLETED, GoLiveStage.LIVE, 0, ApprovalState.APPROVED),
        # Leads are loaded into a completed campaign before it goes live again.
        (CampaignStatus.COMPLETED, GoLiveStage.LOADING, 60, ApprovalState.APPROVED),
        (CampaignStatus.PAUSED, GoLiveStage.LIVE, 60, ApprovalState.APPROVED),
        (CampaignStatus.ACTIVE, GoLiveStage.LIVE, 60, ApprovalState.APPROVED),
    ],
)
def test_only_a_campaign_that_completed_after_it_went_live_loses_its_approval(
    campaign: Campaign,
    workspace: Workspace,
    member: MemberOf,
    status: int,
    stage: GoLiveStage,
    live_for: int,
    state: ApprovalState,
) -> None:
    now = timezone.now()
    signed = {"by": member("operator"), "decided_by": member("approver"), "state": ApprovalState.APPROVED}
    one = factories.approval(campaign, stage=stage, live_at=now - timedelta(seconds=live_for), **signed)
    another = factories.approval(
        factories.campaign(workspace, "05B"), stage=GoLiveStage.LIVE, live_at=now - timedelta(seconds=60), **signed
    )
    apply_reading(campaign, status, now)
    one.refresh_from_db()
    another.refresh_from_db()
    assert (one.state, another.state) == (state, ApprovalState.APPROVED)
    assert (one.void_reason == "the campaign completed") == (state == ApprovalState.VOID)


def test_a_request_that_waits_is_not_voided_when_the_campaign_completes(campaign: Campaign, member: MemberOf) -> None:
    waiting = factories.approval(campaign, by=member("operator"), stage=GoLiveStage.LIVE)
    apply_reading(campaign, CampaignStatus.COMPLETED, timezone.now())
    waiting.refresh_from_db()
    assert waiting.state == ApprovalState.REQUESTED


def test_a_pause_voids_the_approval_with_an_event_of_its_own(
    live: Approval, campaign: Campaign, member: MemberOf
) -> None:
    request_pause(campaign, by=member("viewer"), reason="typo")

    assert (again(live).state, live.void_reason) == (ApprovalState.VOID, "paused: typo")
    assert [event.actor for event in events(VOIDED)] == [member("viewer")]


def test_a_pause_does_not_void_a_request_that_waits(requested: Approval, campaign: Campaign, member: MemberOf) -> None:
    request_pause(campaign, by=member("viewer"))

    assert again(requested).state == ApprovalState.REQUESTED
    assert events(VOIDED) == []


def test_a_pause_leaves_what_was_rejected_alone(requested: Approval, campaign: Campaign, member: MemberOf) -> None:
    approvals.reject(requested, by=member("approver"))

    assert not approvals.void_live(campaign, "paused")

    assert again(requested).state == ApprovalState.REJECTED


def test_stopping_everything_also_voids_what_is_not_sending(
    live: Approval, campaign: Campaign, workspace: Workspace, member: MemberOf
) -> None:
    assert campaign.remote_status == CampaignStatus.PAUSED

    pause_all(workspace, by=member("operator"), reason="stop")

    assert again(live).state == ApprovalState.VOID
    assert [(event.actor, event.before["state"]) for event in events(VOIDED)] == [(member("operator"), "approved")]


def test_going_live_and_its_time_are_one_update(requested: Approval, member: MemberOf) -> None:
    approvals.grant(requested, by=member("approver"), stage=GoLiveStage.LOADING)
    at = timezone.now()

    assert not approvals.mark_live(requested, at=at)
    assert approvals.begin_activating(requested)
    assert not approvals.begin_activating(requested)
    assert approvals.mark_live(requested, at=at)
    assert not approvals.mark_live(requested, at=at + timedelta(hours=1))

    assert (again(requested).stage, requested.live_at) == (GoLiveStage.LIVE, at)


@pytest.mark.parametrize("stage", [GoLiveStage.LOADING, GoLiveStage.ACTIVATING])
def test_a_void_approval_goes_no_further(requested: Approval, member: MemberOf, stage: GoLiveStage) -> None:
    approvals.grant(requested, by=member("approver"), stage=stage)
    approvals.void(requested, "paused")

    assert not approvals.begin_activating(requested)
    assert not approvals.mark_live(requested, at=timezone.now())

    assert again(requested).stage == stage


@pytest.mark.parametrize("stage", [GoLiveStage.LOADING, GoLiveStage.ACTIVATING])
def test_what_fails_can_send_nothing(requested: Approval, member: MemberOf, stage: GoLiveStage) -> None:
    approvals.grant(requested, by=member("approver"), stage=stage)

    assert approvals.fail(requested, "a sender is gone")
    assert not approvals.fail(requested, "again")

    assert (again(requested).state, requested.stage, requested.stage_error) == ("void", "failed", "a sender is gone")
    assert len(events(VOIDED)) == 1


def test_what_is_live_does_not_fail(live: Approval) -> None:
    assert not approvals.fail(live, "too late")

    assert (again(live).state, live.stage) == (ApprovalState.APPROVED, GoLiveStage.LIVE)


def test_what_was_voided_while_it_was_carried_out_says_why_it_failed(requested: Approval, member: MemberOf) -> None:
    approvals.grant(requested, by=member("approver"), stage=GoLiveStage.LOADING)
    approvals.void(requested, "paused: typo")

    assert approvals.fail(requested, "its approval ended")

    assert (again(requested).stage_error, requested.void_reason) == ("its approval ended", "paused: typo")
    assert len(events(VOIDED)) == 1


@pytest.mark.parametrize(
    ("fields", "expires"),
    [
        ({}, True),
        ({"state": ApprovalState.APPROVED}, True),
        ({"state": ApprovalState.APPROVED, "stage": GoLiveStage.ACTIVATING}, False),
        ({"state": ApprovalState.APPROVED, "live_at": timezone.now()}, False),
        ({"state": ApprovalState.REJECTED}, False),
    ],
)
def test_what_was_not_used_in_time_expires_with_an_event(
    campaign: Campaign, member: MemberOf, fields: dict[str, Any], expires: bool
) -> None:
    approval = factories.approval(campaign, by=member("operator"), decided_by=member("approver"), **fields)
    before = approval.state

    assert approvals.expire_lapsed_approvals(approval.expires_at - timedelta(seconds=1)) == 0
    assert approvals.expire_lapsed_approvals(approval.expires_at) == int(expires)
    assert approvals.expire_lapsed_approvals(approval.expires_at) == 0

    assert again(approval).state == (ApprovalState.EXPIRED if expires else before)
    assert [event.before for event in events("campaign:approval:expired")] == [{"state": before}] * int(expires)
