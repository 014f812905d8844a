"""The scan: what sends without an approval is paused within one scan, once, and the incident names who did it."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db.models import QuerySet
from django.utils import timezone

from campaigns import tasks
from campaigns.incident_kinds import SUBSEQUENCE_ADOPTION, UNAPPROVED_ACTIVE
from campaigns.mirror.sync import sync_workspace
from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    GoLiveStage,
    ReadingWhy,
    StatusReading,
    StatusRequest,
)
from campaigns.queries import campaigns_to_watch
from campaigns.sending.lifecycle import apply_reading, carry_out, read_status, request_pause
from campaigns.sending.tripwire import check_status
from campaigns.sending.unapproved import begin_pause, complete_pause_incidents
from campaigns.watch.scan import judge
from campaigns.watch.stopping import campaigns_that_can_send
from iexdg.incidents.models import Incident
from iexdg.operations.models import Watcher
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import approval
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

pytestmark = pytest.mark.django_db


def campaign_incidents() -> QuerySet[Incident]:
    """All but those about the subsequence that runs in the sandbox's workspace from the start."""
    return Incident.objects.exclude(kind=SUBSEQUENCE_ADOPTION.code)


@pytest.fixture
def sandbox_clock() -> SandboxClock:
    """Instantly's clock and ours agree here, so that its audit log can be joined with our readings."""
    return SandboxClock(time.time())


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    """05A, paused; the workspace was listed before, and everything that was sending then is decided about."""
    one = synced_campaign(workspace, "05A")
    carry_out(request_pause(one, by=None).pk, sleep=no_sleep)
    for other in Campaign.objects.filter(awaits_adoption_since__isnull=False):
        control.set_status(other.remote_id, CampaignStatus.PAUSED)
    sync_workspace(workspace)
    one.refresh_from_db()
    return one


def no_sleep(seconds: float) -> None:
    del seconds


def forget_readings() -> None:
    Campaign.objects.update(status_read_at=timezone.now() - timedelta(minutes=5))


def live(campaign: Campaign, member: Callable[..., Member]) -> Approval:
    now = timezone.now()
    return approval(
        campaign,
        by=member("operator"),
        state=ApprovalState.APPROVED,
        stage=GoLiveStage.LIVE,
        decided_by=member("approver"),
        decided_at=now,
        live_at=now,
    )


def test_a_launch_is_timed_from_the_launch_and_not_from_the_last_quiet_reading(
    campaign: Campaign, control: SandboxControl
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(quiet_read_at=timezone.now() - timedelta(hours=5))
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    forget_readings()

    with time_machine.travel(time.time() + 12):
        tasks.read_statuses()

    incident = Incident.objects.get(kind=UNAPPROVED_ACTIVE.code)
    assert 12 <= incident.details["seconds_to_pause"] < 60
    assert f"paused after {incident.details['seconds_to_pause']} s, read back" in incident.summary


def test_a_404_hides_no_campaign_from_the_watch_and_from_the_kill_switch(
    campaign: Campaign, control: SandboxControl, workspace: Workspace
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(remote_status=CampaignStatus.ACTIVE)
    path = f"/api/v2/campaigns/{campaign.remote_id}"
    control.faults({"match": {"method": "GET", "path": path}, "do": "status", "value": 404, "times": 1})

    assert read_status(campaign, why=ReadingWhy.SCAN) is None

    assert campaign in campaigns_that_can_send(workspace)
    assert campaign in campaigns_to_watch(campaign.workspace, timezone.now())


def test_a_person_who_launches_in_instantly_is_named_and_the_campaign_paused(
    campaign: Campaign, control: SandboxControl
) -> None:
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    forget_readings()

    tasks.read_statuses()

    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
    incident = Incident.objects.get(kind=UNAPPROVED_ACTIVE.code)
    assert incident.details["who"] == "person"
    assert "was turned active in Instantly by" in incident.summary
    assert incident.summary.endswith("s, read back")
    assert incident.details["confirmed"] is True
    assert incident.details["sent_meanwhile"] == 0
    assert "Sent meanwhile, as Instantly counts: 0." in incident.detail


def test_in_observe_mode_it_is_only_reported(campaign: Campaign, control: SandboxControl, workspace: Workspace) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)

    for _ in range(2):
        forget_readings()
        tasks.read_statuses()

    assert control.status_of(campaign.remote_id) == CampaignStatus.ACTIVE
    incident = campaign_incidents().get()
    assert (incident.kind, incident.summary) == (
        "unapproved_active",
        f"{campaign.name} is sending without a live approval",
    )


def test_a_live_approval_lets_it_send(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    sync_workspace(campaign.workspace)
    one = live(campaign, member)
    Approval.objects.filter(pk=one.pk).update(fingerprint_parts={})
    forget_readings()

    assert judge(campaign, CampaignStatus.ACTIVE) is None


def test_a_draft_that_someone_launches_is_found_within_one_scan(
    campaign: Campaign, control: SandboxControl, workspace: Workspace
) -> None:
    draft = Campaign.objects.get(name="06 Boards")
    assert draft.remote_status == CampaignStatus.DRAFT
    control.set_status(draft.remote_id, CampaignStatus.ACTIVE)

    tasks.read_statuses()

    assert control.status_of(draft.remote_id) == CampaignStatus.PAUSED
    assert campaign_incidents().get().campaign_ref == draft.pk


def test_the_tripwire_and_the_scan_make_one_incident_of_one_flip(campaign: Campaign, control: SandboxControl) -> None:
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    campaign.remote_status = CampaignStatus.ACTIVE
    first = begin_pause(campaign, UNAPPROVED_ACTIVE, cause="It was found sending.")

    found = check_status(
        campaign, why=ReadingWhy.TRIPWIRE, since=None, cause="It happened while loading.", sleep=no_sleep
    )

    assert found.flipped
    assert not found.is_new
    assert found.incident == first.incident
    assert campaign_incidents().count() == 1


def test_a_reading_that_a_pause_has_overtaken_starts_nothing(campaign: Campaign, control: SandboxControl) -> None:
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    read_at = timezone.now()
    check_status(campaign, why=ReadingWhy.TRIPWIRE, since=None, cause="", sleep=no_sleep)
    campaign.status_read_at = read_at

    assert judge(campaign, CampaignStatus.ACTIVE) is None
    assert campaign_incidents().count() == 1


def test_a_pause_that_someone_requested_is_no_flip(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    sync_workspace(campaign.workspace)
    live(campaign, member)
    request_pause(campaign, by=member("viewer"), reason="typo")

    forget_readings()
    tasks.read_statuses()

    assert not campaign_incidents().exists()


def test_an_incident_whose_process_crashed_is_completed_by_the_next_scan(
    campaign: Campaign, control: SandboxControl
) -> None:
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    caught = begin_pause(campaign, UNAPPROVED_ACTIVE, cause="It was found sending.")
    assert complete_pause_incidents(campaign.workspace) == 0
    carry_out(caught.request.pk, sleep=no_sleep)

    assert complete_pause_incidents(campaign.workspace) == 1

    caught.incident.refresh_from_db()
    assert caught.incident.details["finished"] is True
    assert caught.incident.summary.endswith("s, read back")
    assert complete_pause_incidents(campaign.workspace) == 0


def test_a_scan_that_reads_nothing_records_no_heartbeat(campaign: Campaign, control: SandboxControl) -> None:
    Watcher.objects.all().delete()
    asked = StatusRequest.objects.count()
    control.faults({"match": {"method": "GET", "path": "*/campaigns*"}, "do": "status", "value": 500, "times": 999})
    forget_readings()

    tasks.read_statuses()

    assert not Watcher.objects.filter(name="scan").exists()
    assert StatusRequest.objects.count() == asked


def test_what_turned_active_is_caught_by_the_sync_as_well(campaign: Campaign, control: SandboxControl) -> None:
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)

    tasks.sync_workspace(campaign.workspace_id)

    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED
    assert Watcher.objects.filter(name="sync").exists()


def test_what_was_sent_meanwhile_is_counted_from_before_the_flip_also_where_the_sync_finds_it(
    campaign: Campaign, control: SandboxControl, workspace: Workspace
) -> None:
    before = campaign.sent or 0
    control.set_status(campaign.remote_id, CampaignStatus.ACTIVE)
    # Some office hours lie within four days, whatever day it is.
    control.advance(4 * 86_400)
    left = next(one["sent"] for one in control.state()["campaigns"] if one["id"] == campaign.remote_id) - before
    assert left > 0

    tasks.sync_workspace(workspace.pk)

    incident = Incident.objects.get(kind=UNAPPROVED_ACTIVE.code)
    assert (incident.details["sent_before"], incident.details["sent_meanwhile"]) == (before, left)


def test_what_it_had_sent_is_unknown_where_it_sent_after_the_last_count(campaign: Campaign) -> None:
    now = timezone.now()
    Campaign.objects.filter(pk=campaign.pk).update(quiet_sent_at=now - timedelta(hours=2), quiet_read_at=now)
    StatusReading.objects.create(campaign=campaign, at=now - timedelta(hours=1), status=1, why=ReadingWhy.SCAN)
    caught = begin_pause(campaign, UNAPPROVED_ACTIVE, cause="")
    assert caught.incident.details["sent_before"] is None


def test_a_manual_pause_in_instantly_does_not_void_the_approval(
    campaign: Campaign, control: SandboxControl, member: Callable[..., Member]
) -> None:
    approved = live(campaign, member)
    control.set_status(campaign.remote_id, CampaignStatus.PAUSED)
    assert read_status(campaign, why=ReadingWhy.SCAN) == CampaignStatus.PAUSED
    approved.refresh_from_db()
    assert approved.state == ApprovalState.APPROVED


def test_a_reading_from_before_the_activation_does_not_void_it(
    campaign: Campaign, member: Callable[..., Member]
) -> None:
    approved = live(campaign, member)
    apply_reading(campaign, CampaignStatus.COMPLETED, timezone.now() - timedelta(seconds=5))
    approved.refresh_from_db()
    assert approved.state == ApprovalState.APPROVED
