"""Workers start the tasks of a beat that stopped or hangs, each once an interval however many workers there are."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
import time_machine
from django.core.cache import caches

from iexdg import celery
from iexdg.operations import heartbeat
from iexdg.operations.scheduler import HeartbeatScheduler

ROOT = Path(__file__).resolve().parents[2]
START = """
import sys
from iexdg.celery import app
app.loader.import_default_modules()
assert "iexdg.golive.tasks.sweep_go_lives" in app.tasks
ours = [name for name in sys.modules if name.split(".")[0] in ("iexdg", "leads", "campaigns")]
print([name for name in ours if name.endswith(".urls")])
"""


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(task, queue) of what was started."""
    started: list[tuple[str, str]] = []

    def send(task: str, **options: Any) -> None:
        started.append((task, options["queue"]))

    monkeypatch.setattr(celery.app, "send_task", send)
    return started


def silent_for(seconds: float) -> None:
    caches["shared"].set("heartbeat:beat", time.time() - seconds, timeout=300)


def test_while_beat_runs_workers_start_none_of_its_tasks(sent: list[tuple[str, str]]) -> None:
    silent_for(heartbeat.SILENT_AFTER_S - 5)
    assert (celery.replace_beat(), sent) == (0, [])


@pytest.mark.parametrize("has_ever_beaten", [True, False])
def test_the_tasks_of_a_silent_beat_are_started_once_an_interval(
    sent: list[tuple[str, str]], has_ever_beaten: bool
) -> None:
    if has_ever_beaten:
        silent_for(heartbeat.SILENT_AFTER_S + 5)

    everything = len(celery.app.conf.beat_schedule) + 1
    assert (celery.replace_beat(), celery.replace_beat()) == (everything, 0)

    assert ("campaigns.tasks.read_statuses", "watch") in sent
    assert ("campaigns.tasks.check_watchers", "watch") in sent
    assert ("iexdg.incidents.tasks.send_notifications", "watch") in sent


def test_a_broker_that_is_down_stops_no_worker(
    sent: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object, **__: object) -> None:
        raise redis.ConnectionError("gone")

    monkeypatch.setattr(heartbeat, "heartbeat_age", away)
    assert (celery.replace_beat(), sent) == (0, [])
    assert "The tasks of beat could not be started: ConnectionError" in caplog.text


def test_beat_starts_what_is_due_after_the_clock_was_set_back_by_a_day(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(HeartbeatScheduler, "apply_async", lambda self, entry, **options: None)
    monkeypatch.setattr(HeartbeatScheduler, "_check_watchers", lambda self: None)
    scheduler = HeartbeatScheduler(app=celery.app, schedule_filename=str(tmp_path / "beat"))
    every = {
        name: entry.schedule.run_every.total_seconds()
        for name, entry in scheduler.schedule.items()
        if hasattr(entry.schedule, "run_every")
    }
    assert len(every) > 10
    try:
        for entry in scheduler.schedule.values():
            entry.last_run_at = celery.app.now()
        scheduler.tick()
        with time_machine.travel(celery.app.now() - timedelta(days=1)):
            scheduler.tick()
            waits = {name: entry.is_due().next for name, entry in scheduler.schedule.items() if name in every}
            assert {name: wait for name, wait in waits.items() if wait > every[name] + 1} == {}
            assert scheduler.tick() <= min(every.values()) + 1
    finally:
        scheduler.close()


@pytest.mark.parametrize(
    ("queues", "niceness"), [(["bulk"], [5]), (["safety"], []), (["watch"], []), (["bulk", "safety"], [])]
)
def test_only_a_worker_for_bulk_alone_gives_way_to_pages(
    queues: list[str], niceness: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    monkeypatch.setattr(celery.os, "nice", given.append)
    monkeypatch.setattr(celery.app.amqp.queues, "_consume_from", dict.fromkeys(queues))
    celery.give_way_to_pages()
    assert given == niceness


def test_a_worker_knows_its_tasks_without_importing_a_view() -> None:
    done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
