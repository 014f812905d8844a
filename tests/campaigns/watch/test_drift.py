"""What is no longer what was approved loses its approval, and is paused or only reported."""

import time
from collections.abc import Callable

import pytest
from django.utils import timezone

from campaigns import tasks
from campaigns.incident_kinds import DRIFT
from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage
from campaigns.models.campaign import OnDrift
from campaigns.sending.fingerprint import fingerprint, parts_of
from campaigns.watch.drift import copy_lines, watch_drift, week
from iexdg.incidents.models import Incident
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import approval, campaign
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_clock() -> SandboxClock:
    """Instantly's clock and ours agree here, so that its audit log can be joined with our times."""
    return SandboxClock(time.time())


def no_sleep(seconds: float) -> None:
    del seconds


@pytest.fixture
def live(control: SandboxControl, workspace: Workspace, member: Callable[..., Member]) -> Approval:
    """05A sends by an approval of exactly what is there."""
    one = synced_campaign(workspace, "05A")
    control.set_status(one.remote_id, CampaignStatus.ACTIVE)
    Campaign.objects.filter(pk=one.pk).update(remote_status=CampaignStatus.ACTIVE)
    parts, now = parts_of(one), timezone.now()
    return approval(
        one,
        by=member("operator"),
        state=ApprovalState.APPROVED,
        stage=GoLiveStage.LIVE,
        decided_by=member("approver"),
        decided_at=now,
        live_at=now,
        fingerprint=fingerprint(parts),
        fingerprint_parts=parts,
        audience_cap=one.leads_count or 1000,
    )


def test_what_is_as_approved_continues(live: Approval, control: SandboxControl, workspace: Workspace) -> None:
    assert watch_drift(workspace, sleep=no_sleep) == 0
    assert control.status_of(live.campaign.remote_id) == CampaignStatus.ACTIVE
    assert not Incident.objects.exists()


def test_a_cap_that_someone_raised_voids_and_pauses_within_one_scan(live: Approval, control: SandboxControl) -> None:
    control.edit(live.campaign.remote_id, daily_limit=90)

    tasks.read_statuses()

    live.refresh_from_db()
    assert live.state == ApprovalState.VOID
    assert "daily cap" in live.void_reason
    assert control.status_of(live.campaign.remote_id) == CampaignStatus.PAUSED
    incident = Incident.objects.get(kind=DRIFT.code)
    assert incident.details["differences"] == [{"what": "daily cap", "before": "20", "after": "90"}]
    assert incident.details["who_words"].startswith("in Instantly, by Robin Sandbox at ")
    assert "It was paused, read back. Who changed it: in Instantly, by Robin Sandbox at " in incident.detail
    assert AuditEvent.objects.filter(action="campaign:approval:void").count() == 1


def test_where_it_is_only_reported_it_continues_and_is_reported_once(
    live: Approval, control: SandboxControl, workspace: Workspace
) -> None:
    Campaign.objects.update(on_drift=OnDrift.REPORT)
    control.edit(live.campaign.remote_id, daily_limit=90)

    tasks.sync_workspace(workspace.pk)
    Incident.objects.update(state="resolved")
    tasks.sync_workspace(workspace.pk)

    live.refresh_from_db()
    assert live.state == ApprovalState.APPROVED
    assert control.status_of(live.campaign.remote_id) == CampaignStatus.ACTIVE
    assert Incident.objects.filter(kind=DRIFT.code).count() == 1


def test_in_observe_mode_the_approval_is_void_and_nothing_paused(
    live: Approval, control: SandboxControl, workspace: Workspace
) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    Campaign.objects.filter(pk=live.campaign_id).update(daily_limit=90)

    watch_drift(workspace, sleep=no_sleep)

    live.refresh_from_db()
    assert live.state == ApprovalState.VOID
    assert control.status_of(live.campaign.remote_id) == CampaignStatus.ACTIVE
    assert "observe mode" in Incident.objects.get().detail


def test_more_leads_than_approved_void_and_pause(live: Approval, control: SandboxControl, workspace: Workspace) -> None:
    Approval.objects.update(audience_cap=100)
    Campaign.objects.filter(pk=live.campaign_id).update(leads_count=101)

    watch_drift(workspace, sleep=no_sleep)

    incident = Incident.objects.get()
    assert (incident.kind, incident.details["now"]) == ("audience_growth", 101)
    assert incident.summary == f"{live.campaign.name} has 101 leads, 100 were approved"
    assert control.status_of(live.campaign.remote_id) == CampaignStatus.PAUSED


def test_an_unknown_audience_is_not_taken_for_growth(live: Approval, workspace: Workspace) -> None:
    Campaign.objects.filter(pk=live.campaign_id).update(leads_count=None)
    assert watch_drift(workspace, sleep=no_sleep) == 0


def test_copy_is_compared_line_by_line() -> None:
    def parts(body: str) -> dict[str, object]:
        return {"copy": [{"variants": [{"subject": "Hi", "body": body, "off": False}]}]}

    old, new = parts("<div>Hi</div><div>Two seats left.</div>"), parts("<div>Hi</div><div>One seat left.</div>")
    assert copy_lines(old, new) == ["- Step 1: Two seats left.", "+ Step 1: One seat left."]


def test_a_drift_in_observe_mode_is_one_incident(live: Approval, control: SandboxControl, workspace: Workspace) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    control.edit(live.campaign.remote_id, daily_limit=35)
    tasks.sync_workspace(workspace.pk)
    tasks.read_statuses()
    tasks.read_statuses()
    about = Incident.objects.filter(campaign_ref=live.campaign_id)
    assert list(about.values_list("kind", "state")) == [("drift", "open")]


def test_the_schedule_is_shown_as_a_week_with_what_changed_on_its_day(workspace: Workspace) -> None:
    one = campaign(workspace)
    old = parts_of(one)
    one.schedule["schedules"][0]["days"] = {"1": True, "2": True, "3": True, "4": True, "6": True}
    new = parts_of(one)
    office = "09:00–17:00 Detroit"
    assert week(old, new) == {
        "Mon": office,
        "Tue": office,
        "Wed": office,
        "Thu": office,
        "Fri": f"{office} → closed",
        "Sat": f"closed → {office}",
        "Sun": "closed",
    }
    assert week(old, old) == {}
