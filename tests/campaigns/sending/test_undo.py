"""An activation in flight is undone when what allowed it ended meanwhile: stopping wins."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, RequestState, StatusRequest, Wanted
from campaigns.sending import lifecycle
from campaigns.sending.lifecycle import carry_out, live_approval_of, request_activation, request_pause
from iexdg.team.models import Member
from iexdg.workspaces import killswitch
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import approval
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace, member: MemberOf) -> Campaign:
    """05B, which is paused and has just been approved."""
    campaign = synced_campaign(workspace, "05B")
    by = {"by": member("operator"), "decided_by": member("approver"), "decided_at": timezone.now()}
    approval(campaign, state=ApprovalState.APPROVED, **by)
    return campaign


def no_sleep(seconds: float) -> None:
    del seconds


def void_it(campaign: Campaign, member: MemberOf) -> None:
    Approval.objects.filter(campaign=campaign).update(state=ApprovalState.VOID)


def turn_the_switch(campaign: Campaign, member: MemberOf) -> None:
    killswitch.turn_on(campaign.workspace, by=member("viewer"), reason="wrong copy")


def ask_for_a_pause(campaign: Campaign, member: MemberOf) -> None:
    request_pause(campaign, by=member("viewer"), reason="typo")


def activated_while(campaign: Campaign, member: MemberOf, monkeypatch: Any, act: Callable[..., None]) -> StatusRequest:
    """Activate, and let something happen while the call is in flight."""
    send = lifecycle.perform_write

    def slow_send(intent: Any, call: Callable[[], Any]) -> Any:
        came_back = send(intent, call)
        if intent.request.wanted == Wanted.ACTIVATE:
            act(campaign, member)
        return came_back

    monkeypatch.setattr(lifecycle, "perform_write", slow_send)
    return carry_out(request_activation(campaign, by=member("approver")).pk, sleep=no_sleep)


@pytest.mark.parametrize("act", [void_it, turn_the_switch, ask_for_a_pause])
def test_an_activation_in_flight_is_undone_when_its_permission_ended(
    campaign: Campaign,
    control: SandboxControl,
    member: MemberOf,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[..., None],
) -> None:
    activated_while(campaign, member, monkeypatch, act)

    assert len(control.log(path="/activate")) == 1
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
    pause = StatusRequest.objects.get(wanted=Wanted.PAUSE)
    assert pause.state == RequestState.CONFIRMED
    assert live_approval_of(campaign) is None


def test_an_activation_that_is_still_allowed_stays(
    campaign: Campaign, control: SandboxControl, member: MemberOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    activated = activated_while(campaign, member, monkeypatch, lambda campaign, member: None)
    assert activated.state == RequestState.CONFIRMED
    assert control.status_of(campaign.remote_id) == CampaignStatus.ACTIVE
    assert not StatusRequest.objects.filter(wanted=Wanted.PAUSE).exists()
    assert live_approval_of(campaign) is not None


def test_a_pause_is_never_undone(campaign: Campaign, control: SandboxControl, member: MemberOf) -> None:
    carry_out(request_pause(campaign, by=member("viewer")).pk, sleep=no_sleep)
    assert StatusRequest.objects.count() == 1
    assert len(control.log(path="/pause")) == 1


def test_an_activation_that_was_given_up_before_the_call_is_not_sent(
    campaign: Campaign, control: SandboxControl, member: MemberOf
) -> None:
    request = request_activation(campaign, by=member("approver"))
    turn_the_switch(campaign, member)
    done = carry_out(request.pk, sleep=no_sleep)
    assert (done.state, done.error) == (RequestState.REFUSED, "The kill switch is on.")
    assert control.log(path="/activate") == []


def test_an_undone_activation_says_why(
    campaign: Campaign, control: SandboxControl, member: MemberOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    activated_while(campaign, member, monkeypatch, void_it)
    pause = StatusRequest.objects.get(wanted=Wanted.PAUSE)
    assert pause.reason == "its approval ended while it was being activated"
    assert pause.by is None
    assert pause.confirmed_at is not None
    assert pause.confirmed_at - pause.asked_at < timedelta(minutes=1)
