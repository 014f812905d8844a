"""One or two approvers, who may request, and break-glass."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from campaigns.errors import ApprovalError
from campaigns.incident_kinds import ADOPTION
from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage
from iexdg.golive.execute import carry_out_go_live
from iexdg.golive.incident_kinds import BREAK_GLASS
from iexdg.golive.models import ApprovalVote
from iexdg.golive.policy import Policy, change_policy, policy_of
from iexdg.golive.verbs import approve_go_live, break_glass, reject_go_live, request_go_live
from iexdg.incidents.models import Incident
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import reverse_in_demo

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
REASON = "The approver is on a plane until Monday"


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace, member: MemberOf) -> Campaign:
    """05A with three verified and loaded leads."""
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    return campaign


def two_approvers(workspace: Workspace, member: MemberOf, **more: Any) -> None:
    change_policy(workspace, Policy(approvers=2, **more), by=member("admin"))


# -- two approvers ----------------------------------------------------------------------------------


def test_with_two_approvers_only_the_second_vote_makes_it_live(
    campaign: Campaign, control: SandboxControl, member: MemberOf
) -> None:
    two_approvers(campaign.workspace, member)
    approval = request_go_live(campaign, by=member("operator"))

    approve_go_live(approval, by=member("approver"), note="fine by me")
    assert approval.state == ApprovalState.REQUESTED
    assert carry_out_go_live(approval.pk).stage == GoLiveStage.WAITING
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED

    approve_go_live(approval, by=member("approver", "Second Approver"))
    assert approval.state == ApprovalState.APPROVED
    assert carry_out_go_live(approval.pk).stage == GoLiveStage.LIVE
    assert control.status_of(campaign.remote_id) == CampaignStatus.ACTIVE


def test_one_approver_counts_once_however_often_they_press(campaign: Campaign, member: MemberOf) -> None:
    two_approvers(campaign.workspace, member)
    approval = request_go_live(campaign, by=member("operator"))
    approve_go_live(approval, by=member("approver"))

    with pytest.raises(ApprovalError, match="You have approved this already"):
        approve_go_live(approval, by=member("approver"))

    approval.refresh_from_db()
    assert approval.state == ApprovalState.REQUESTED
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalVote.objects.create(approval=approval, member=member("approver"), at=timezone.now())


def test_a_vote_of_someone_who_has_left_does_not_count(campaign: Campaign, member: MemberOf) -> None:
    two_approvers(campaign.workspace, member)
    approval = request_go_live(campaign, by=member("operator"))
    approve_go_live(approval, by=member("approver"))
    Member.objects.filter(pk=member("approver").pk).update(is_active=False)

    approve_go_live(approval, by=member("approver", "Second Approver"))

    assert approval.state == ApprovalState.REQUESTED


def test_a_stricter_policy_applies_to_what_waits_already_and_a_looser_one_does_not(
    campaign: Campaign, member: MemberOf
) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    two_approvers(campaign.workspace, member)
    approve_go_live(approval, by=member("approver"))
    assert approval.state == ApprovalState.REQUESTED

    Approval.objects.filter(pk=approval.pk).update(state=ApprovalState.REJECTED)
    second = request_go_live(campaign, by=member("operator"))
    change_policy(campaign.workspace, Policy(approvers=1), by=member("admin"))
    approve_go_live(second, by=member("approver"))
    assert second.state == ApprovalState.REQUESTED


# -- the policy --------------------------------------------------------------------------------------


def test_who_may_request_and_for_how_long_come_from_the_policy(campaign: Campaign, member: MemberOf) -> None:
    change_policy(campaign.workspace, Policy(life_h=3, who_asks="approver"), by=member("admin"))

    with pytest.raises(ApprovalError, match="Only approvers and admins may request a go-live here"):
        request_go_live(campaign, by=member("operator"))

    approval = request_go_live(campaign, by=member("approver"))
    assert approval.expires_at - approval.requested_at == timedelta(hours=3)


def test_only_an_admin_changes_the_policy_and_it_is_audited(workspace: Workspace, member: MemberOf) -> None:
    with pytest.raises(NotAllowedError):
        change_policy(workspace, Policy(approvers=2), by=member("approver"))
    assert policy_of(workspace) == Policy()

    assert change_policy(workspace, Policy(approvers=2), by=member("admin"))
    assert not change_policy(workspace, Policy(approvers=2), by=member("admin"))

    event = AuditEvent.objects.get(action="workspace:approval_policy:changed")
    assert event.before["approvers"] == 1
    assert event.after["approvers"] == 2


def test_the_settings_page_shows_the_policy_and_stores_what_an_admin_chose(
    workspace: Workspace, web: Callable[..., Client]
) -> None:
    page = reverse_in_demo("golive:approval-policy")
    assert "An admin can change it." in web("operator").get(page).content.decode()

    chosen = {"approvers": "2", "life_h": "12", "who_asks": "approver", "who_decides": "admin"}
    html = web("admin").post(reverse_in_demo("golive:approval-policy-change"), chosen, follow=True).content.decode()

    assert "needs the approval of two of the admins, both other than the requester" in html
    assert policy_of(workspace) == Policy(approvers=2, life_h=12, who_asks="approver", who_decides="admin")
    wrong = web("admin").post(reverse_in_demo("golive:approval-policy-change"), chosen | {"life_h": "0"})
    assert wrong.status_code == 422


# -- breaking the glass ------------------------------------------------------------------------------


def test_an_admin_breaks_the_glass_on_their_own_request_and_everyone_can_see_it(
    campaign: Campaign, control: SandboxControl, member: MemberOf, web: Callable[..., Client]
) -> None:
    request_go_live(campaign, by=member("admin"))

    approval = break_glass(campaign, by=member("admin"), typed_name=campaign.name, reason=REASON)

    assert (approval.state, approval.break_glass_reason) == (ApprovalState.APPROVED, REASON)
    assert carry_out_go_live(approval.pk).stage == GoLiveStage.LIVE
    assert control.status_of(campaign.remote_id) == CampaignStatus.ACTIVE
    incident = Incident.objects.get(kind=BREAK_GLASS.code)
    assert incident.summary == f"Admin Person approved the go-live of {campaign.name} alone"
    assert incident.campaign_ref == campaign.pk
    assert AuditEvent.objects.filter(action="campaign:approval:break_glass", note=REASON).count() == 1

    # Permanently: also when ten other approvals came after it.
    for _ in range(11):
        Approval.objects.create(
            campaign=campaign,
            state=ApprovalState.REJECTED,
            requested_by=member("operator"),
            requested_at=timezone.now(),
            expires_at=timezone.now(),
        )
    html = web("viewer").get(reverse_in_demo("campaigns:detail", args=[campaign.pk])).content.decode()
    assert REASON in html
    assert "Approved alone" in html


def test_the_glass_is_broken_without_a_request_or_where_a_second_approver_is_missing(
    campaign: Campaign, member: MemberOf
) -> None:
    two_approvers(campaign.workspace, member)
    approval = break_glass(campaign, by=member("admin"), typed_name=campaign.name, reason=REASON)
    assert (approval.state, approval.requested_by) == (ApprovalState.APPROVED, member("admin"))
    with pytest.raises(ApprovalError, match="Already approved by Admin Person, "):
        break_glass(campaign, by=member("admin"), typed_name=campaign.name, reason=REASON)


@pytest.mark.parametrize(
    ("typed", "reason", "words"),
    [("05A", REASON, "Type the campaign's full name"), (None, "x" * 19, "at least 20 characters")],
)
def test_the_name_and_a_real_reason_have_to_be_typed(
    campaign: Campaign, member: MemberOf, typed: str | None, reason: str, words: str
) -> None:
    with pytest.raises(ApprovalError, match=words):
        break_glass(campaign, by=member("admin"), typed_name=typed or campaign.name, reason=reason)
    assert not Approval.objects.exists()
    assert not Incident.objects.filter(kind=BREAK_GLASS.code).exists()


def test_an_approver_cannot_break_it_and_blockers_hold_for_an_admin_too(
    campaign: Campaign, control: SandboxControl, member: MemberOf
) -> None:
    with pytest.raises(NotAllowedError):
        break_glass(campaign, by=member("approver"), typed_name=campaign.name, reason=REASON)
    control.edit(campaign.remote_id, stop_on_reply=False)
    with pytest.raises(ApprovalError, match="cannot go live yet"):
        break_glass(campaign, by=member("admin"), typed_name=campaign.name, reason=REASON)


def test_the_database_lets_one_person_approve_only_with_a_reason(campaign: Campaign, member: MemberOf) -> None:
    approval = request_go_live(campaign, by=member("admin"))
    alone = Approval.objects.filter(pk=approval.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        alone.update(state=ApprovalState.APPROVED, decided_by=member("admin"))
    assert alone.update(state=ApprovalState.APPROVED, decided_by=member("admin"), break_glass_reason=REASON) == 1


def test_the_page_offers_it_to_admins_only_and_says_what_happened(
    campaign: Campaign, web: Callable[..., Client], member: MemberOf
) -> None:
    page = reverse_in_demo("golive:go-live", args=[campaign.pk])
    assert "Break the glass" not in web("approver").get(page).content.decode()
    assert "Break the glass" in web("admin").get(page).content.decode()

    resolve = reverse_in_demo("golive:go-live-break-glass", args=[campaign.pk])
    refused = web("admin").post(resolve, {"typed_name": campaign.name, "reason": "short"}, follow=True).content.decode()
    assert "Give a reason of at least 20 characters" in refused
    html = web("admin").post(resolve, {"typed_name": campaign.name, "reason": REASON}, follow=True).content.decode()
    assert "Approved by you alone. An incident was opened" in html


def test_the_form_shows_whether_anyone_gets_a_message(
    campaign: Campaign, web: Callable[..., Client], settings: Any
) -> None:
    page = reverse_in_demo("golive:go-live", args=[campaign.pk])
    assert "E-mail and webhook are off, so no one gets a message" in web("admin").get(page).content.decode()
    settings.EMAIL_HOST = "mail.example.com"
    assert "Every approver is notified at once" in web("admin").get(page).content.decode()


def test_break_glass_notifies_no_one_to_approve_what_is_decided(campaign: Campaign, member: MemberOf) -> None:
    break_glass(campaign, by=member("admin"), typed_name=f" {campaign.name} ", reason=REASON)
    assert [one.kind for one in Incident.objects.exclude(kind=ADOPTION.code)] == [BREAK_GLASS.code]


def test_the_incident_of_a_broken_glass_is_closed_with_what_was_found(
    campaign: Campaign, member: MemberOf, web: Callable[..., Client]
) -> None:
    break_glass(campaign, by=member("admin"), typed_name=campaign.name, reason=REASON)
    incident = Incident.objects.get(kind=BREAK_GLASS.code)
    resolve = reverse_in_demo("incidents:resolve", args=[incident.pk])
    assert web("approver").post(resolve, {"note": " "}).status_code == 422
    incident.refresh_from_db()
    assert incident.state == "open"
    web("approver").post(resolve, {"note": "Read it, the copy is fine."})
    incident.refresh_from_db()
    assert incident.state == "resolved"


def test_where_only_admins_decide_an_approver_cannot(campaign: Campaign, member: MemberOf) -> None:
    change_policy(campaign.workspace, Policy(who_decides="admin"), by=member("admin"))
    approval = request_go_live(campaign, by=member("operator"))
    for verb in (approve_go_live, reject_go_live):
        with pytest.raises(ApprovalError, match="Only admins decide about a go-live here"):
            verb(approval, by=member("approver"))
    assert approve_go_live(approval, by=member("admin")).state == ApprovalState.APPROVED


def test_a_note_that_is_too_long_is_refused_and_nothing_written(campaign: Campaign, member: MemberOf) -> None:
    with pytest.raises(ApprovalError, match="Use at most 1,000 characters; it was 1,001"):
        request_go_live(campaign, by=member("operator"), note="x" * 1001)
    assert not Approval.objects.exists()


def test_the_page_counts_the_approvals_of_two(campaign: Campaign, web: Callable[..., Client], member: MemberOf) -> None:
    two_approvers(campaign.workspace, member)
    request_go_live(campaign, by=member("operator"))
    client, address = web("approver"), reverse_in_demo("golive:go-live-approve", args=[campaign.pk])
    html = client.post(address, follow=True).content.decode()
    assert "Another approver has to agree before anything is sent." in html
    assert "1 of 2 approvals: Approver Person" in html
    assert "Approve go-live" not in html
