"""A workspace that hangs or is revoked slows no other: scan, sync, pause and import go on at their usual pace.

Workers are played here: a process that waits for an answer of a workspace that hangs never comes back.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from celery import Task
from django.conf import settings as django_settings
from django.utils import timezone

from campaigns.models import Campaign, CampaignStatus, RequestState, StatusReading, StatusRequest
from campaigns.sending.lifecycle import request_pause
from campaigns.tasks import sync_workspace
from iexdg.celery import app
from iexdg.operations.models import Watcher
from iexdg.operations.slots import slot
from iexdg.operations.watchers import Watching
from iexdg.operations.workspace_tasks import WorkspaceTask
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports.counts import counts_of
from leads.imports.verbs import start
from leads.models import Import
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import connect_every_row, reach_by_key, sandbox_workspace

pytestmark = pytest.mark.django_db
PEOPLE = 5
HANGS = {"do": "latency_ms", "value": 20_000, "times": 10_000, "match": {"workspace": 1}}
REVOKED = {"do": "status", "value": 401, "times": 10_000, "match": {"workspace": 1}}


class NeverBackError(BaseException):
    """The process waits for an answer, and for the length of the test none comes."""


def wait(seconds: float) -> None:
    if seconds >= 1:
        raise NeverBackError


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"workspaces": 2, "pending_polls": 0, "list_lag_s": 0, "sleep": wait}


@dataclass
class Workers:
    """A worker for each queue, each with some processes; a message waits while all of them are taken."""

    connected: list[Workspace]
    commit: Callable[..., Any]
    waiting: deque[tuple[Any, tuple[int, ...], str]] = field(default_factory=deque)
    lost: dict[str, int] = field(default_factory=dict)
    held: ExitStack = field(default_factory=ExitStack)

    def send(self, task: Any, args: tuple[int, ...] = (), queue: str = "bulk", **_: Any) -> None:
        self.waiting.append((task, tuple(args), queue))

    def beat(self) -> None:
        """Every entry of beat's table comes due at once, then everything that can run does."""
        for entry in app.conf.beat_schedule.values():
            self.send(app.tasks[entry["task"]], queue=entry["options"]["queue"])
        for _ in range(20):
            messages, self.waiting = self.waiting, deque()
            for task, ids, queue in messages:
                self._run(task, ids, queue)

    def _run(self, task: Any, ids: tuple[int, ...], queue: str) -> None:
        if self.lost.get(queue, 0) >= django_settings.WORKER_PROCESSES:
            self.waiting.append((task, ids, queue))
            return
        task.push_request(called_directly=False, delivery_info={"routing_key": queue}, expires=None)
        try:
            with self.commit(execute=True):
                task(*ids)
        except NeverBackError:
            self.lost[queue] = self.lost.get(queue, 0) + 1
            self._keep_slot(task, ids, queue)
        finally:
            task.pop_request()

    def _keep_slot(self, task: Any, ids: tuple[int, ...], queue: str) -> None:
        """A process that does not come back keeps the slot that it has."""
        if isinstance(task, WorkspaceTask):
            workspace = task.workspace_of(*ids)
            assert workspace is not None
            self.held.enter_context(slot(workspace, queue, workspaces=len(self.connected)))


@pytest.fixture
def demo(workspace: Workspace) -> Workspace:
    """The first workspace, which has the trouble."""
    return workspace


@pytest.fixture
def other(demo: Workspace, sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The second one, whose key is the second of the sandbox."""
    found = sandbox_workspace(2)
    connect_every_row(monkeypatch)
    reach_by_key(monkeypatch, {demo.pk: 1, found.pk: 2})
    return found


@pytest.fixture
def workers(
    demo: Workspace,
    other: Workspace,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> Iterator[Workers]:
    settings.WORKER_PROCESSES = 2
    played = Workers([demo, other], django_capture_on_commit_callbacks)

    def apply_async(task: Any, **message: Any) -> None:
        played.send(task, **message)

    monkeypatch.setattr(Task, "apply_async", apply_async)
    with played.held:
        yield played


def work_in(workspace: Workspace, number: int, sandbox: Any, member: Callable[..., Member]) -> None:
    """A running import, a campaign that is to be paused, and campaigns to scan."""
    control = SandboxControl(sandbox, workspace=number)
    sync_workspace(workspace.pk)
    imported = checked_import(synced_campaign(workspace, "05A"), people(PEOPLE), by=member("operator"))
    start(imported, by=member("operator"))
    sending = synced_campaign(workspace, "05C")
    control.set_status(sending.remote_id, CampaignStatus.ACTIVE)
    request_pause(sending, by=member("viewer"))
    Campaign.objects.filter(workspace=workspace).update(status_read_at=None)
    Workspace.objects.filter(pk=workspace.pk).update(synced_at=None)
    Watcher.objects.filter(workspace=workspace).delete()
    StatusReading.objects.filter(campaign__workspace=workspace).delete()


def progress_of(workspace: Workspace) -> dict[str, Any]:
    workspace.refresh_from_db()
    request = StatusRequest.objects.get(campaign__workspace=workspace)
    scanned = StatusReading.objects.filter(campaign__workspace=workspace, why="scan", status__isnull=False)
    return {
        "loaded": counts_of(Import.objects.get(workspace=workspace)).loaded,
        "paused": request.state == RequestState.CONFIRMED,
        "synced": workspace.synced_at is not None,
        "scanned": scanned.exists(),
        "watched": sorted(Watcher.objects.filter(workspace=workspace).values_list("name", flat=True)),
    }


ALL = {"loaded": PEOPLE, "paused": True, "synced": True, "scanned": True, "watched": sorted(Watching)}


@pytest.mark.parametrize("trouble", [None, HANGS, REVOKED], ids=["none", "hangs", "revoked"])
def test_one_that_hangs_or_is_revoked_slows_no_other(
    trouble: dict[str, Any] | None,
    demo: Workspace,
    other: Workspace,
    workers: Workers,
    sandbox: Any,
    control: SandboxControl,
    member: Callable[..., Member],
) -> None:
    for number, workspace in enumerate((demo, other), start=1):
        work_in(workspace, number, sandbox, member)
    StatusRequest.objects.update(asked_at=timezone.now() - timezone.timedelta(minutes=1))
    if trouble is not None:
        control.faults(trouble)
    for _ in range(3):
        workers.beat()
    assert progress_of(other) == ALL
    mine = progress_of(demo)
    if trouble is None:
        assert mine == ALL
    else:
        assert {name: mine[name] for name in ("loaded", "paused", "synced", "scanned")} == {
            "loaded": 0,
            "paused": False,
            "synced": False,
            "scanned": False,
        }
        assert sorted(set(ALL["watched"]) - set(mine["watched"])) == ["scan", "sync"]
    # Of every queue at most the share of the one that hangs is lost.
    assert set(workers.lost.values()) <= {1}
    assert bool(workers.lost) == (trouble is HANGS)
