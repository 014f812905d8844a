"""Workers start the tasks of a beat that stopped or hangs, each once an interval however many workers there are."""

import time
from typing import Any

import pytest
import redis
from django.core.cache import caches

from iexdg import celery
from iexdg.operations import heartbeat


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
