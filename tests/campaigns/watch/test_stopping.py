"""The kill switch: everything that can send is paused and read back, nothing starts while it is on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns import tasks
from campaigns.errors import ActivationRefusedError
from campaigns.incident_kinds import KILL_SWITCH
from campaigns.models import (
    ApprovalState,
    Campaign,
    CampaignStatus,
    GoLiveStage,
    RequestState,
    StatusRequest,
)
from campaigns.models.campaign import SENDING
from campaigns.sending.lifecycle import carry_out, request_activation
from campaigns.watch.stopping import campaigns_that_can_send, continue_stopping, lift, stop_all, stopped_since
from iexdg.golive.findings.campaign import campaign_findings
from iexdg.incidents.models import Incident
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import KillSwitchError
from iexdg.workspaces.models import Workspace
from leads.imports.drive import advance
from leads.imports.verbs import release_held, resume, start
from leads.models import Import, ImportState
from tests.campaigns.factories import approval
from tests.campaigns.factories import campaign as plain_campaign
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


def no_sleep(seconds: float) -> None:
    del seconds


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


def approved(campaign: Campaign, member: Callable[..., Member], **fields: Any) -> Any:
    now = timezone.now()
    people_in_it = {"by": member("operator"), "decided_by": member("approver")}
    return approval(campaign, state=ApprovalState.APPROVED, decided_at=now, **people_in_it, **fields)


def test_everything_that_sends_is_paused_and_read_back(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    synced_campaign(workspace, "05A")
    sending = [one["id"] for one in control.state()["campaigns"] if one["status"] in SENDING]
    assert sending

    for request in stop_all(workspace, by=member("viewer"), reason="wrong copy"):
        carry_out(request.pk, sleep=no_sleep)

    assert {control.status_of(remote_id) for remote_id in sending} == {CampaignStatus.PAUSED}
    assert workspace.kill_switch_at is not None
    stopped = stopped_since(workspace, workspace.kill_switch_at)
    assert {one.campaign.remote_id for one in stopped} >= set(sending)
    assert all(one.confirmed_at is not None for one in stopped)
    incident = Incident.objects.get(kind=KILL_SWITCH.code)
    assert incident.details == {"by": "Viewer Person", "reason": "wrong copy"}


def test_a_status_no_one_could_read_counts_as_sending(workspace: Workspace) -> None:
    now = timezone.now()
    plain_campaign(workspace, "active", remote_status=1)
    plain_campaign(workspace, "unread", remote_status=None)
    plain_campaign(workspace, "unknown since", remote_status=2, status_unknown_since=now)
    plain_campaign(workspace, "odd", remote_status=42)
    plain_campaign(workspace, "unhealthy", remote_status=-1)
    for quiet in (0, 2, 3):
        plain_campaign(workspace, f"quiet {quiet}", remote_status=quiet)
    plain_campaign(workspace, "gone", remote_status=1, vanished_at=now)
    assert [one.name for one in campaigns_that_can_send(workspace)] == [
        "active",
        "odd",
        "unhealthy",
        "unknown since",
        "unread",
    ]


def test_no_activation_is_sent_while_it_is_on(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    one = synced_campaign(workspace, "05B")
    approved(one, member)
    asked = request_activation(one, by=member("approver"))
    stop_all(workspace, by=member("viewer"), reason="typo")

    assert carry_out(asked.pk, sleep=no_sleep).state == RequestState.REFUSED
    with pytest.raises(ActivationRefusedError, match="stopped by the kill switch"):
        request_activation(one, by=member("approver"))
    assert control.log(path="/activate") == []
    # Whoever decides on a go-live reads the campaign again first, and its workspace with it.
    one.refresh_from_db()
    assert "kill_switch" in [finding.code for finding in campaign_findings(one, [], timezone.now())]


def test_an_approval_given_after_it_was_turned_on_activates_nothing_either(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    one = synced_campaign(workspace, "05B")
    approved(one, member)
    asked = request_activation(one, by=member("approver"))
    Workspace.objects.update(kill_switch_at=timezone.now())

    request = carry_out(asked.pk, sleep=no_sleep)

    assert (request.state, request.error) == (RequestState.REFUSED, "The kill switch is on.")
    assert control.log(path="/activate") == []


def test_every_live_approval_ends_with_it(workspace: Workspace, member: Callable[..., Member]) -> None:
    paused = plain_campaign(workspace)
    one = approved(paused, member, stage=GoLiveStage.LIVE)
    stop_all(workspace, by=member("viewer"), reason="typo")
    one.refresh_from_db()
    assert (one.state, one.void_reason) == (ApprovalState.VOID, "kill switch: typo")


def test_what_fails_is_retried_until_it_is_read_back(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = synced_campaign(workspace, "05A")
    control.set_status(one.remote_id, CampaignStatus.ACTIVE)
    Campaign.objects.filter(pk=one.pk).update(remote_status=CampaignStatus.ACTIVE)
    control.faults({"match": {"method": "POST", "path": "*/pause"}, "do": "status", "value": 500, "times": 999})
    stop_all(workspace, by=member("viewer"), reason="typo")
    long_ago = timezone.now() - timedelta(minutes=16)
    StatusRequest.objects.update(asked_at=long_ago)
    for request in StatusRequest.objects.all():
        assert carry_out(request.pk, sleep=no_sleep).state == RequestState.REFUSED
    control.http.request("DELETE", "/_sandbox/faults")

    again = continue_stopping(workspace)
    for request in again:
        carry_out(request.pk, sleep=no_sleep)

    assert one.pk in {request.campaign_id for request in again}
    assert control.status_of(one.remote_id) == CampaignStatus.PAUSED
    assert continue_stopping(workspace) == []


def test_what_turns_active_while_it_is_on_is_paused_by_the_scan(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    one = synced_campaign(workspace, "05A")
    stop_all(workspace, by=member("viewer"), reason="typo")
    control.set_status(one.remote_id, CampaignStatus.ACTIVE)
    Campaign.objects.update(status_read_at=None)

    tasks.read_statuses()

    assert control.status_of(one.remote_id) == CampaignStatus.PAUSED


def test_only_an_approver_lifts_it_with_a_reason(workspace: Workspace, member: Callable[..., Member]) -> None:
    stop_all(workspace, by=member("viewer"), reason="typo")
    with pytest.raises(NotAllowedError):
        lift(workspace, by=member("operator"), reason="fixed")
    with pytest.raises(KillSwitchError, match="a reason is needed"):
        lift(workspace, by=member("approver"), reason=" ")
    assert workspace.is_stopped

    assert lift(workspace, by=member("approver"), reason="fixed")

    assert not workspace.is_stopped
    assert Incident.objects.get(kind=KILL_SWITCH.code).state == "resolved"
    assert not lift(workspace, by=member("approver"), reason="fixed")


def test_the_environment_turns_it_on_and_holds_it(
    workspace: Workspace, member: Callable[..., Member], settings: Any
) -> None:
    settings.KILL_SWITCH = True
    plain_campaign(workspace, remote_status=1)

    assert len(continue_stopping(workspace)) == 1
    with pytest.raises(KillSwitchError, match="KILL_SWITCH is set"):
        lift(workspace, by=member("admin"), reason="fixed")

    settings.KILL_SWITCH = False
    workspace.refresh_from_db()
    assert workspace.is_stopped


def test_a_running_import_halts_and_nothing_is_loaded(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    imported = checked_import(synced_campaign(workspace, "05A"), people(3), by=member("operator"))
    start(imported, by=member("operator"))
    stop_all(workspace, by=member("viewer"), reason="typo")

    advance(imported.pk)

    imported.refresh_from_db()
    assert (imported.state, imported.stop_reason) == (ImportState.STOPPED, "The kill switch was turned on.")
    assert control.log(path="/leads/add") == []
    with pytest.raises(KillSwitchError):
        resume(imported, by=member("operator"))


def test_nothing_starts_and_nothing_held_is_released_while_it_is_on(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    imported = checked_import(synced_campaign(workspace, "05A"), people(1), by=member("operator"))
    stop_all(workspace, by=member("viewer"), reason="typo")
    with pytest.raises(KillSwitchError):
        start(imported, by=member("operator"))
    Import.objects.update(state=ImportState.VERIFIED)
    imported.refresh_from_db()
    assert not release_held(imported, by=member("approver"))
    imported.refresh_from_db()
    assert imported.state == ImportState.VERIFIED
