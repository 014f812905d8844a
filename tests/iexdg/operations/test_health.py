"""/healthz touches nothing; /readyz names each dependency and is red while one is missing."""

import socket
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from iexdg.operations import health, heartbeat

ALL = ["database", "broker", "worker", "beat", "migrations"]


@pytest.fixture
def everything_well(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setitem(health.DEPENDENCIES, "broker", lambda: health.Health(True, "answers"))
    for name in (heartbeat.BEAT, *map(heartbeat.worker_name, heartbeat.QUEUES)):
        heartbeat.record_heartbeat(name)


def readyz(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/readyz")
    return response.status_code, response.json()


@pytest.mark.django_db
def test_healthz_answers_without_touching_the_database(client: Client, django_assert_num_queries: Any) -> None:
    # The first request builds the middleware, which looks once whether it may start.
    client.get("/healthz")
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.usefixtures("everything_well")
def test_readyz_is_green_for_anybody_when_nothing_is_missing(client: Client) -> None:
    status, body = readyz(client)
    assert status == 200
    assert body["ready"] is True
    assert list(body["dependencies"]) == ALL
    assert body["dependencies"]["worker"] == {
        "ok": True,
        "detail": "safety seen 0 s ago, watch seen 0 s ago, bulk seen 0 s ago",
    }


@pytest.mark.usefixtures("everything_well")
@pytest.mark.parametrize(
    ("silent", "dependency"),
    [("beat", "beat"), ("worker-safety", "worker"), ("worker-watch", "worker"), ("worker-bulk", "worker")],
)
def test_readyz_is_red_without_a_heartbeat(client: Client, silent: str, dependency: str) -> None:
    caches["shared"].delete(f"heartbeat:{silent}")
    status, body = readyz(client)
    assert status == 503
    assert [name for name in ALL if not body["dependencies"][name]["ok"]] == [dependency]
    assert "never seen" in body["dependencies"][dependency]["detail"]


@pytest.mark.usefixtures("everything_well")
def test_readyz_is_red_when_the_last_heartbeat_is_old(client: Client) -> None:
    caches["shared"].set("heartbeat:beat", time.time() - heartbeat.LIMIT_S - 1)
    _, body = readyz(client)
    assert body["dependencies"]["beat"] == {"ok": False, "detail": "beat seen 11 s ago"}


@pytest.mark.usefixtures("everything_well")
def test_readyz_is_red_while_a_migration_is_missing(client: Client) -> None:
    newest = MigrationLoader(connection).graph.leaf_nodes("golive")[0]
    MigrationRecorder(connection).record_unapplied(*newest)
    status, body = readyz(client)
    assert status == 503
    assert body["dependencies"]["migrations"]["ok"] is False
    assert "not applied" in body["dependencies"]["migrations"]["detail"]


@pytest.mark.usefixtures("everything_well")
def test_readyz_keeps_the_words_of_a_database_driver_to_itself(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("could not connect to postgres://outreach:the-password@db")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        status, body = readyz(client)
    assert status == 503
    assert body["dependencies"]["database"] == {"ok": False, "detail": "does not answer"}


def test_a_silent_broker_is_named_within_seconds(tmp_path: Path, settings: Any) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    assert health.broker().ok is False


def test_a_broker_that_answers_is_well(redis_url: str, settings: Any) -> None:
    settings.REDIS_URL = redis_url
    assert health.broker() == health.Health(True, "answers")


def test_a_broker_address_with_a_stranger_behind_it_is_not_well(settings: Any) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{stranger.getsockname()[1]}/0"
        assert health.broker().ok is False


def test_a_heartbeat_that_cannot_be_recorded_does_not_stop_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(caches["shared"], "set", refuse)
    heartbeat.record_heartbeat(heartbeat.BEAT)
    assert heartbeat.heartbeat_age(heartbeat.BEAT) is None
