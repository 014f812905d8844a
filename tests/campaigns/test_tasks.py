"""The background tasks: everything by id, and safe to run twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns import tasks
from campaigns.models import (
    ApprovalState,
    Campaign,
    CampaignStatus,
    GoLiveStage,
    GuardrailKind,
    GuardrailReading,
    RequestState,
    StatusReading,
    StatusRequest,
)
from campaigns.sending.lifecycle import request_pause
from iexdg.celery import app
from iexdg.operations import heartbeat
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import approval, campaign
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(tasks, "enqueue", lambda task, *ids, queue="bulk": sent.append((task.name, *ids, queue)))
    return sent


def test_the_names_in_the_beat_table_exist() -> None:
    wanted = {entry["task"] for entry in app.conf.beat_schedule.values() if entry["task"].startswith("campaigns.")}
    assert wanted <= set(app.tasks)
    assert {"campaigns.tasks.read_statuses", "campaigns.tasks.watch_guardrails"} <= wanted
    # Beat runs these in its own process, by their names.
    assert {heartbeat.CHECK_TASK, heartbeat.NOTIFY_TASK} <= set(app.tasks)


def test_every_workspace_is_synced_by_a_task_of_its_own(workspace: Workspace, queued: list[Any]) -> None:
    tasks.sync_workspaces()
    assert queued == [("campaigns.tasks.sync_workspace", workspace.pk, "bulk")]


def test_syncing_by_task_mirrors(control: SandboxControl, workspace: Workspace) -> None:
    tasks.sync_workspace(workspace.pk)
    one = Campaign.objects.get(name__startswith="05A")
    control.edit(one.remote_id, daily_limit=7)
    tasks.sync_campaign(one.pk)
    one.refresh_from_db()
    assert one.daily_limit == 7


def test_a_missing_row_is_not_an_error(db: None) -> None:
    tasks.sync_workspace(4711)
    tasks.sync_campaign(4711)
    assert Campaign.objects.count() == 0


def test_the_scan_reads_all_that_could_send_and_not_the_drafts(control: SandboxControl, workspace: Workspace) -> None:
    synced_campaign(workspace, "05A")
    old = timezone.now() - timedelta(minutes=5)
    Campaign.objects.update(status_read_at=old)
    Campaign.objects.filter(name__startswith="05B").update(vanished_at=old)
    tasks.read_statuses()
    unread = Campaign.objects.filter(status_read_at=old).values_list("name", "remote_status")
    assert sorted(name for name, _ in unread) == ["05B Partnerships", "06 Boards"]
    completed = Campaign.objects.get(remote_status=CampaignStatus.COMPLETED)
    assert StatusReading.objects.get(campaign=completed, why="scan").status == CampaignStatus.COMPLETED


def test_a_code_no_one_knows_and_a_status_never_read_are_watched_too(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(tasks, "read_status", lambda one, **_: seen.append(one.name))
    long_ago = timezone.now() - timedelta(minutes=5)
    campaign(workspace, "odd", remote_status=42, status_read_at=long_ago)
    campaign(workspace, "never", remote_status=None, status_read_at=None)
    campaign(workspace, "draft", remote_status=0, status_read_at=long_ago)
    tasks.read_statuses()
    assert seen == ["never", "odd"]


def test_two_scans_at_once_do_the_work_of_one(control: SandboxControl, workspace: Workspace) -> None:
    synced_campaign(workspace, "05A")
    Campaign.objects.update(status_read_at=None)
    tasks.read_statuses()
    readings = StatusReading.objects.count()
    tasks.read_statuses()
    assert StatusReading.objects.count() == readings


def test_a_scan_that_takes_too_long_leaves_the_rest_to_the_next_one(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    clock = iter([0.0, 1.0, 11.0])
    monkeypatch.setattr(tasks, "read_status", lambda one, **_: seen.append(one.name))
    monkeypatch.setattr(tasks.time, "monotonic", lambda: next(clock))
    long_ago = timezone.now() - timedelta(hours=1)
    campaign(workspace, "newer", status_read_at=long_ago)
    campaign(workspace, "older", status_read_at=long_ago - timedelta(minutes=1))
    tasks.read_statuses()
    assert seen == ["older"]


def test_the_sweep_takes_up_what_no_one_works_on(
    workspace: Workspace, member: Callable[..., Member], queued: list[Any]
) -> None:
    now = timezone.now()
    requests = {
        name: request_pause(campaign(workspace, name), by=member("viewer"))
        for name in ("lost", "leased", "dead", "new", "done")
    }
    StatusRequest.objects.update(asked_at=now - timedelta(minutes=1))
    StatusRequest.objects.filter(pk=requests["leased"].pk).update(lease_until=now + timedelta(seconds=20))
    StatusRequest.objects.filter(pk=requests["dead"].pk).update(
        state=RequestState.SENT, lease_until=now - timedelta(seconds=1)
    )
    StatusRequest.objects.filter(pk=requests["new"].pk).update(asked_at=now)
    StatusRequest.objects.filter(pk=requests["done"].pk).update(state=RequestState.CONFIRMED)
    tasks.sweep_status_requests()
    assert queued == [
        ("campaigns.tasks.send_pauses", workspace.pk, "safety"),
        ("campaigns.tasks.carry_out_request", requests["lost"].pk, "safety"),
        ("campaigns.tasks.carry_out_request", requests["dead"].pk, "safety"),
    ]


def test_carrying_out_by_task_pauses(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    one = synced_campaign(workspace, "05A")
    control.set_status(one.remote_id, CampaignStatus.ACTIVE)
    request = request_pause(one, by=member("viewer"))
    for _ in range(2):
        tasks.carry_out_request(request.pk)
    request.refresh_from_db()
    assert request.state == RequestState.CONFIRMED
    assert len(control.log(path="/pause")) == 1


@pytest.mark.parametrize("how", ["scan", "pause"])
def test_a_status_that_was_read_is_what_the_guardrails_read_at_once(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], how: str
) -> None:
    one = synced_campaign(workspace, "05A")
    control.set_status(one.remote_id, CampaignStatus.ACTIVE if how == "pause" else CampaignStatus.PAUSED)
    Campaign.objects.filter(pk=one.pk).update(remote_status=CampaignStatus.ACTIVE, status_read_at=None)
    tasks.watch_guardrails()
    kept = GuardrailReading.objects.filter(campaign=one, kind=GuardrailKind.STATUS_CODE)
    assert kept.get().words == "Sending"
    if how == "scan":
        tasks.read_statuses()
    else:
        tasks.carry_out_request(request_pause(one, by=member("viewer")).pk)
    assert kept.get().words == "Paused"


def test_pauses_are_on_their_way_before_last_month_is_counted(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign(workspace, remote_status=CampaignStatus.ACTIVE, sent=100, bounced=7)
    steps: list[str] = []
    monkeypatch.setattr(tasks, "enqueue", lambda task, *ids, queue="bulk": steps.append(task.name))
    monkeypatch.setattr(tasks, "replay", lambda *_: steps.append("replay"))
    tasks.watch_guardrails()
    assert steps == ["campaigns.tasks.carry_out_request", "replay"]


def test_approvals_lapse_once(workspace: Workspace, member: Callable[..., Member]) -> None:
    past = timezone.now() - timedelta(minutes=1)
    decided = {"decided_by": member("approver"), "decided_at": past}
    late = approval(campaign(workspace, "late"), by=member("operator"), expires_at=past)
    unused = approval(
        campaign(workspace, "unused"), by=member("operator"), state=ApprovalState.APPROVED, expires_at=past, **decided
    )
    live = approval(
        campaign(workspace, "live"),
        by=member("operator"),
        state=ApprovalState.APPROVED,
        expires_at=past,
        live_at=past,
        stage=GoLiveStage.LIVE,
        **decided,
    )
    loading = approval(
        campaign(workspace, "loading"),
        by=member("operator"),
        state=ApprovalState.APPROVED,
        expires_at=past,
        stage=GoLiveStage.LOADING,
        **decided,
    )
    early = approval(campaign(workspace, "early"), by=member("operator"))
    for _ in range(2):
        tasks.expire_approvals()
    states = []
    for one in (late, unused, live, loading, early):
        one.refresh_from_db()
        states.append(one.state)
    assert states == ["expired", "expired", "approved", "approved", "requested"]
    assert AuditEvent.objects.filter(action="campaign:approval:expired").count() == 2
