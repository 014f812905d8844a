"""Reading, pausing and activating a campaign: request, call, read-back."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from campaigns.errors import ActivationRefusedError
from campaigns.incident_kinds import PAUSE_UNCONFIRMED
from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    GoLiveStage,
    ReadingWhy,
    RequestState,
    StatusReading,
    StatusRequest,
)
from campaigns.sending import lifecycle
from campaigns.sending.lifecycle import carry_out, read_status, request_activation, request_pause, send_open_pauses
from campaigns.watch.waiting import sync_waiting_incidents
from iexdg.clients.http.errors import RequestTimeoutError
from iexdg.incidents.models import Incident
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    """05A, someone activated it in Instantly."""
    campaign = synced_campaign(workspace, "05A")
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    return campaign


def no_sleep(seconds: float) -> None:
    del seconds


def approved(campaign: Campaign, member: Callable[..., Member], **fields: Any) -> Approval:
    now = timezone.now()
    return Approval.objects.create(
        campaign=campaign,
        state=ApprovalState.APPROVED,
        requested_by=member("operator"),
        requested_at=now,
        decided_by=member("approver"),
        decided_at=now,
        expires_at=now + timedelta(hours=24),
        fingerprint="f" * 64,
        **fields,
    )


def test_a_pause_is_done_when_it_reads_back_as_paused(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    request = carry_out(request_pause(campaign, by=member("viewer"), reason="typo").pk, sleep=no_sleep)

    assert request.state == RequestState.CONFIRMED
    assert request.confirmed_at is not None
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
    campaign.refresh_from_db()
    assert campaign.remote_status == CampaignStatus.PAUSED
    events = AuditEvent.objects.filter(campaign_ref=campaign.pk).order_by("id").values_list("action", "note")
    assert list(events) == [("campaign:pause:asked", "typo"), ("campaign:pause:confirmed", "typo")]


def test_a_pause_works_in_observe_mode(
    campaign: Campaign, control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)

    carry_out(request_pause(campaign, by=member("viewer")).pk, sleep=no_sleep)

    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED


def test_a_second_request_to_pause_joins_the_first(campaign: Campaign, member: Callable[..., Member]) -> None:
    first = request_pause(campaign, by=member("viewer"))

    assert request_pause(campaign, by=member("operator")).pk == first.pk
    assert StatusRequest.objects.count() == 1


def test_a_pause_whose_answer_is_lost_is_settled_by_reading(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    control.faults({"match": {"method": "POST", "path": "*/pause"}, "do": "drop_after_commit", "times": 9})

    request = carry_out(request_pause(campaign, by=member("viewer")).pk, sleep=no_sleep)

    assert request.state == RequestState.CONFIRMED


def test_a_pause_that_has_no_effect_stays_open_and_opens_an_incident(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    control.faults({"match": {"method": "POST", "path": "*/pause"}, "do": "status", "value": 500, "times": 99})
    asked = request_pause(campaign, by=member("viewer"))
    StatusRequest.objects.update(asked_at=timezone.now() - timedelta(minutes=1))

    request = carry_out(asked.pk, sleep=no_sleep)

    assert request.state == RequestState.UNKNOWN
    assert request.last_read_status == CampaignStatus.ACTIVE
    sync_waiting_incidents(campaign.workspace)
    incident = Incident.objects.get(kind=PAUSE_UNCONFIRMED.code)
    assert "last read as Sending" in incident.summary


def test_many_pauses_are_sent_before_any_of_them_is_read_back(
    workspace: Workspace, control: SandboxControl, member: Callable[..., Member]
) -> None:
    synced_campaign(workspace, "05A")
    requests = [request_pause(one, by=member("viewer")) for one in Campaign.objects.order_by("pk")[:3]]

    assert (send_open_pauses(workspace), send_open_pauses(workspace)) == (3, 0)

    assert [entry["method"] for entry in control.log(path="/campaigns/")][-3:] == ["POST", "POST", "POST"]
    assert {carry_out(request.pk, sleep=no_sleep).state for request in requests} == {RequestState.CONFIRMED}
    # What was just sent is read back, not sent again.
    assert len(control.log(path="/pause")) == 3


def test_a_slow_instantly_delays_one_read_back_only_up_to_a_limit(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    control.faults({"match": {"method": "POST", "path": "*/pause"}, "do": "status", "value": 500, "times": 99})
    ticks = iter([0.0, 0.0, 9.0, 11.0])
    monkeypatch.setattr("campaigns.sending.lifecycle.time.monotonic", lambda: next(ticks))

    request = carry_out(request_pause(campaign, by=member("viewer")).pk, sleep=no_sleep)

    assert request.state == RequestState.UNKNOWN
    assert StatusReading.objects.filter(campaign=campaign, why=ReadingWhy.READ_BACK).count() == 2


def test_a_failed_reading_is_unknown_since_and_keeps_the_old_status(
    campaign: Campaign, control: SandboxControl
) -> None:
    before = campaign.remote_status
    control.faults({"match": {"method": "GET", "path": "*/campaigns/*"}, "do": "status", "value": 500, "times": 99})

    assert read_status(campaign, why=ReadingWhy.SCAN) is None

    campaign.refresh_from_db()
    assert campaign.remote_status == before
    assert campaign.status_unknown_since is not None
    assert StatusReading.objects.filter(campaign=campaign, status__isnull=True, why=ReadingWhy.SCAN).count() == 1


def test_a_slow_reading_does_not_overwrite_a_newer_one(
    campaign: Campaign, control: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scan read before the pause and was answered after its read-back."""
    asked_at = timezone.now()
    read_status(campaign, why=ReadingWhy.READ_BACK)
    Campaign.objects.update(remote_status=CampaignStatus.PAUSED)
    monkeypatch.setattr("campaigns.sending.lifecycle.timezone.now", lambda: asked_at)

    read_status(Campaign.objects.get(pk=campaign.pk), why=ReadingWhy.SCAN)

    campaign.refresh_from_db()
    assert campaign.remote_status == CampaignStatus.PAUSED


def test_activating_without_an_approval_sends_nothing_to_instantly(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "05B")

    with pytest.raises(ActivationRefusedError):
        request_activation(campaign, by=member("admin"))

    assert control.log(path="/activate") == []
    assert not StatusRequest.objects.exists()


def test_activating_in_observe_mode_is_refused(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "05B")
    approved(campaign, member)
    Workspace.objects.update(mode=Mode.OBSERVE)
    campaign.workspace.refresh_from_db()

    with pytest.raises(ObserveModeError):
        request_activation(campaign, by=member("approver"))

    assert control.log(path="/activate") == []


def test_an_approval_that_ends_before_the_call_stops_the_activation(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "05B")
    approval = approved(campaign, member)
    request = request_activation(campaign, by=member("approver"))
    Approval.objects.filter(pk=approval.pk).update(state=ApprovalState.VOID)

    request = carry_out(request.pk, sleep=no_sleep)

    assert request.state == RequestState.REFUSED
    assert control.log(path="/activate") == []


def test_a_pause_refuses_an_activation_that_is_still_open(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "05B")
    approved(campaign, member)
    activation = request_activation(campaign, by=member("approver"))

    carry_out(request_pause(campaign, by=member("viewer")).pk, sleep=no_sleep)

    assert carry_out(activation.pk, sleep=no_sleep).state == RequestState.REFUSED
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED


def test_a_campaign_that_completes_loses_its_approval(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    campaign = synced_campaign(workspace, "05B")
    approval = approved(campaign, member, stage=GoLiveStage.LIVE)
    control.set_status(campaign.remote_id, CampaignStatus.COMPLETED)

    read_status(campaign, why=ReadingWhy.SCAN)

    approval.refresh_from_db()
    assert (approval.state, approval.void_reason) == (ApprovalState.VOID, "the campaign completed")


def test_two_processes_carry_out_one_request_once(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    request = request_pause(campaign, by=member("viewer"))
    StatusRequest.objects.update(lease_until=timezone.now() + timedelta(seconds=20))

    assert carry_out(request.pk, sleep=no_sleep).state == RequestState.ASKED
    assert control.log(path="/pause") == []


def test_an_activation_requested_before_observe_mode_is_never_sent(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    approved(campaign, member)
    asked = request_activation(campaign, by=member("approver"))
    Workspace.objects.update(mode=Mode.OBSERVE)
    done = carry_out(asked.pk, sleep=no_sleep)
    assert (done.state, done.error) == (RequestState.REFUSED, "The workspace was put into observe mode.")
    assert control.log(path="/activate") == []


def test_an_activation_that_is_refused_at_the_last_moment_is_not_sent(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = synced_campaign(workspace, "05B")
    approved(campaign, member)
    request = request_activation(campaign, by=member("approver"))

    def overtaken(of: Workspace) -> Any:
        lifecycle.refuse_activation(campaign, "A pause was requested.")
        return client_for(of)

    monkeypatch.setattr(lifecycle, "client_for", overtaken)
    request = carry_out(request.pk, sleep=no_sleep)

    assert (request.state, request.error) == (RequestState.REFUSED, "A pause was requested.")
    assert control.log(path="/activate") == []


def test_a_lost_answer_does_not_reopen_a_refused_request(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = synced_campaign(workspace, "05B")
    approved(campaign, member)
    request = request_activation(campaign, by=member("approver"))
    real = client_for(workspace).campaigns

    def lost(remote_id: str) -> None:
        real.activate(remote_id)
        request_pause(campaign, by=member("viewer"))
        raise RequestTimeoutError("no answer", method="POST", path="/activate", is_write=True)

    vendor = SimpleNamespace(campaigns=SimpleNamespace(activate=lost, pause=real.pause, get=real.get))
    monkeypatch.setattr(lifecycle, "client_for", lambda of: vendor)
    request = carry_out(request.pk, sleep=no_sleep)

    assert (request.state, request.error) == (RequestState.REFUSED, "A pause was requested.")
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED


def test_what_was_never_sent_is_not_confirmed_by_a_reading(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = synced_campaign(workspace, "05B")
    request = request_pause(campaign, by=member("viewer"))
    monkeypatch.setattr(lifecycle, "_send", lambda request: None)

    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
    assert carry_out(request.pk, sleep=no_sleep).state == RequestState.ASKED
