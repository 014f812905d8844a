"""A watcher that has not reported for too long opens an incident; when it reports again the incident closes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.core.cache import caches
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from campaigns import context, tasks
from campaigns.incident_kinds import WATCHER_SILENT
from campaigns.models import StatusRequest
from campaigns.watch.deadman import check_watchers
from iexdg.celery import app
from iexdg.incidents.models import Incident
from iexdg.operations import heartbeat, scheduler
from iexdg.operations.models import Watcher
from iexdg.operations.scheduler import HeartbeatScheduler
from iexdg.operations.watchers import Watching, record_check, silent_watchers
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import approval, campaign

pytestmark = pytest.mark.django_db


def silence(workspace: Workspace, watching: Watching, **ago: float) -> None:
    for one in Watching:
        record_check(workspace, one)
    Watcher.objects.filter(name=watching.value).update(looked_at=timezone.now() - timedelta(**ago))


def test_within_its_limit_no_one_is_silent(workspace: Workspace) -> None:
    assert silent_watchers(workspace, timezone.now()) == ()
    later = workspace.created_at + timedelta(hours=1)
    assert [one.watching for one in silent_watchers(workspace, later)] == list(Watching)


def test_a_silent_watcher_opens_one_incident_that_closes_by_itself(workspace: Workspace) -> None:
    silence(workspace, Watching.SCAN, minutes=10)
    for _ in range(2):
        check_watchers(workspace, timezone.now())
    incident = Incident.objects.get()
    assert incident.kind == WATCHER_SILENT.code
    assert incident.summary.startswith("The watch over what could send has been silent for more than")

    record_check(workspace, Watching.SCAN)
    check_watchers(workspace, timezone.now())

    incident.refresh_from_db()
    assert incident.state == "resolved"


def test_every_page_shows_an_alarm_and_nothing_in_green(
    workspace: Workspace,
    web: Callable[..., Client],
    member: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(context, "_CHECK_AFTER_S", -1.0)
    now = timezone.now()
    one = campaign(workspace, remote_status=1)
    approval(one, by=member("operator"), state="approved", decided_by=member("approver"), decided_at=now, stage="live")
    watched = web("viewer").get("/w/demo/campaigns/").content.decode()
    assert "pill ok" in watched
    assert "is silent" not in watched

    silence(workspace, Watching.SCAN, minutes=10)
    caches["process"].clear()
    page = web("viewer").get("/w/demo/campaigns/").content.decode()

    assert "<b>The watch over what could send is silent</b>" in page
    assert "pill ok" not in page
    assert "not watched now" in page
    assert Incident.objects.filter(kind=WATCHER_SILENT.code).count() == 1


def test_beat_reports_crashed_workers_in_its_own_process(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    silence(workspace, Watching.REQUESTS, minutes=10)
    tick(app, monkeypatch, str(tmp_path / "beat"))
    assert Incident.objects.get().dedupe_key == "watcher_silent:requests"


def test_beat_waits_for_the_first_checks_after_a_start(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    silence(workspace, Watching.REQUESTS, hours=10)
    monkeypatch.setattr("celery.beat.Scheduler.tick", lambda self: 1.0)
    monkeypatch.setattr(HeartbeatScheduler, "_notify", lambda self: None)
    HeartbeatScheduler(app, schedule_filename=str(tmp_path / "beat"), lazy=True).tick()
    assert not Incident.objects.exists()


def test_beat_continues_when_the_database_is_unavailable(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    def away(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(tasks, "check_watchers_of", away)
    monkeypatch.setattr("iexdg.operations.scheduler.connection.close", lambda: None)
    assert tick(app, monkeypatch, str(tmp_path / "beat")) >= 0


def tick(celery: Celery, monkeypatch: pytest.MonkeyPatch, path: str) -> float:
    """One tick of beat that dispatches nothing and notifies no one."""
    monkeypatch.setattr("celery.beat.Scheduler.tick", lambda self: 1.0)
    monkeypatch.setattr(HeartbeatScheduler, "_notify", lambda self: None)
    monkeypatch.setattr(scheduler, "GRACE_S", -heartbeat.CHECK_EVERY_S)
    return HeartbeatScheduler(celery, schedule_filename=path, lazy=True).tick()


def test_after_so_many_blind_minutes_everything_is_paused_once(workspace: Workspace, settings: Any) -> None:
    settings.BLIND_PAUSE_MIN = 5
    campaign(workspace, remote_status=1)
    silence(workspace, Watching.SCAN, minutes=4)
    check_watchers(workspace, timezone.now())
    assert not StatusRequest.objects.exists()

    later = timezone.now() + timedelta(minutes=2)
    for _ in range(2):
        check_watchers(workspace, later)

    assert StatusRequest.objects.get().reason == "nothing could be watched for 5 minutes"


@pytest.mark.parametrize(("mode", "minutes"), [(Mode.OBSERVE, 5), (Mode.WRITE, 0)])
def test_an_outage_pauses_nothing_in_observe_mode_or_unless_configured(
    workspace: Workspace, settings: Any, mode: str, minutes: int
) -> None:
    settings.BLIND_PAUSE_MIN = minutes
    workspace.mode = mode
    workspace.save()
    campaign(workspace, remote_status=1)
    silence(workspace, Watching.SCAN, minutes=30)
    check_watchers(workspace, timezone.now())
    assert not StatusRequest.objects.exists()
