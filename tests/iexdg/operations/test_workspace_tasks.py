"""Tasks of one workspace: a message for each, within the share of each."""

from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app

from iexdg.celery import app as celery_app
from iexdg.operations.slots import slot
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.workspaces.models import Workspace
from tests.workspaces import connect_every_row, other_workspace

pytestmark = pytest.mark.django_db
ran: list[int] = []


@current_app.task(base=EachWorkspace, name="tests.each")
def each(pk: int) -> None:
    ran.append(pk)


class OfDoubled(WorkspaceTask):
    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        return pk // 2 or None


@current_app.task(base=OfDoubled, name="tests.one")
def one(pk: int) -> None:
    ran.append(pk)


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    ran.clear()


@pytest.fixture
def acme(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    connect_every_row(monkeypatch)
    return other_workspace("Acme")


@pytest.fixture
def in_worker(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[Any, ...]]]:
    """in_worker(task, *ids) runs a message as a worker of the queue "watch" does; returns what it has sent."""

    def run(task: Any, *ids: int, expires: str | None = None) -> list[tuple[Any, ...]]:
        sent: list[tuple[Any, ...]] = []
        monkeypatch.setattr(task.__class__, "apply_async", lambda self, **message: sent.append(tuple(message.items())))
        task.push_request(called_directly=False, delivery_info={"routing_key": "watch"}, expires=expires)
        try:
            task(*ids)
        finally:
            task.pop_request()
        return sent

    return run


def test_beats_message_becomes_one_for_each_workspace_in_the_same_queue(
    workspace: Workspace, acme: Workspace, in_worker: Callable[..., Any]
) -> None:
    sent = in_worker(each)
    assert sent == [(("args", (pk,)), ("queue", "watch"), ("expires", 30.0)) for pk in (workspace.pk, acme.pk)]
    assert ran == []


def test_the_message_of_a_workspace_lives_as_long_as_a_tick_however_late_the_tick_was(
    acme: Workspace, in_worker: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    tick = {"task": "tests.each", "schedule": 5.0, "options": {"queue": "watch", "expires": 5.0}}
    monkeypatch.setitem(each.app.conf.beat_schedule, "each", tick)
    sent = in_worker(each, expires="2026-01-01T00:00:00+00:00")
    assert [dict(one)["expires"] for one in sent] == [5.0, 5.0]


def test_with_one_workspace_it_runs_at_once(workspace: Workspace, in_worker: Callable[..., Any]) -> None:
    assert in_worker(each) == []
    assert ran == [workspace.pk]


def test_called_directly_it_runs_for_one_after_the_other(workspace: Workspace, acme: Workspace) -> None:
    each()
    each(acme.pk)
    assert ran == [workspace.pk, acme.pk, acme.pk]


def test_where_a_workspace_uses_its_share_its_message_waits_and_another_ones_runs(
    workspace: Workspace, acme: Workspace, in_worker: Callable[..., Any], settings: Any
) -> None:
    settings.WORKER_PROCESSES = 2
    with slot(workspace.pk, "watch", workspaces=2):
        again = in_worker(each, workspace.pk)
        assert in_worker(each, acme.pk) == []
    assert again == [(("args", (workspace.pk,)), ("queue", "watch"), ("countdown", 1.0), ("expires", 30.0))]
    assert ran == [acme.pk]
    assert in_worker(each, workspace.pk) == []
    assert ran == [acme.pk, workspace.pk]


def test_the_share_is_that_of_the_workspace_to_which_the_thing_belongs(
    workspace: Workspace, acme: Workspace, in_worker: Callable[..., Any], settings: Any
) -> None:
    settings.WORKER_PROCESSES = 2
    with slot(workspace.pk, "watch", workspaces=2):
        assert len(in_worker(one, workspace.pk * 2)) == 1
        assert in_worker(one, acme.pk * 2) == []
    assert ran == [acme.pk * 2]


def test_a_thing_that_is_gone_is_no_work(acme: Workspace, in_worker: Callable[..., Any]) -> None:
    assert in_worker(one, 0) == []
    assert ran == []


def test_beat_may_start_every_task_of_its_schedule_without_an_id() -> None:
    celery_app.loader.import_default_modules()
    for entry in celery_app.conf.beat_schedule.values():
        task = celery_app.tasks[entry["task"]]
        if task.typing:
            task.__header__(*entry.get("args", ()))
