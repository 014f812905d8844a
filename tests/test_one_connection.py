"""Two workspaces in the database, one connected: every task runs, and nothing is read or changed for the other."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import Task, current_app
from django.apps import apps
from django.core import serializers
from django.utils import timezone

from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage, StatusRequest, Wanted
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import NotConnectedError
from iexdg.workspaces.models import Workspace
from leads.models import Import, ImportState, LoadPolicy, Row, RowState
from tests.campaigns.factories import approval, campaign
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
OURS = ("campaigns.", "leads.", "iexdg.")


@pytest.fixture
def other(member: Callable[..., Member]) -> Workspace:
    """A workspace of an earlier connection, in write mode, in which everything is due."""
    workspace = other_workspace("Left over", first_look_at=timezone.now() - timedelta(days=9))
    long_ago = timezone.now() - timedelta(hours=1)
    for number, status in enumerate((CampaignStatus.ACTIVE, CampaignStatus.PAUSED, CampaignStatus.DRAFT)):
        one = campaign(
            workspace, f"Other {number}", remote_status=status, status_read_at=long_ago, leads_mirrored_at=None
        )
        StatusRequest.objects.create(campaign=one, wanted=Wanted.PAUSE, asked_at=long_ago)
    going_live = campaign(workspace, "Going live")
    approval(
        going_live,
        by=member("operator"),
        state=ApprovalState.APPROVED,
        stage=GoLiveStage.ACTIVATING,
        decided_by=member("approver"),
        decided_at=long_ago,
    )
    for number, state in enumerate(ImportState.values):
        imported = checked_import(going_live, people(2, prefix=f"left{number}-"), due_at=long_ago)
        Import.objects.filter(pk=imported.pk).update(state=state)
    canary = checked_import(going_live, people(2, prefix="canary"), policy=LoadPolicy.CANARY, canary_rows=1)
    Import.objects.filter(pk=canary.pk).update(state=ImportState.VERIFIED)
    return workspace


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks that are queued run immediately."""

    def run(task: Task, args: tuple[Any, ...] = (), **_: Any) -> None:
        task.run(*args)

    monkeypatch.setattr(Task, "apply_async", run)


def rows_of(workspace: Workspace) -> str:
    """Everything that belongs to a workspace, as text."""
    found = []
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        for path in ("workspace", "campaign__workspace", "imported__workspace", "approval__campaign__workspace"):
            if path.split("__")[0] in names:
                found += model._base_manager.filter(**{path: workspace.pk}).order_by("pk")
                break
    return serializers.serialize("json", [*Workspace.objects.filter(pk=workspace.pk), *found])


def our_tasks() -> dict[str, Task]:
    """Every task of the product by its name."""
    return {name: task for name, task in sorted(current_app.tasks.items()) if name.startswith(OURS)}


def test_every_task_ignores_a_workspace_that_is_not_connected(
    workspace: Workspace,
    other: Workspace,
    control: SandboxControl,
    at_once: None,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    synced_campaign(workspace, "05A")
    pending = campaign(workspace, "Lapsing")
    monkeypatch.setattr("campaigns.sending.lifecycle.READ_BACK_WAITS_S", (0.0,))
    ids = {
        "campaigns.tasks.sync_workspace": [other.pk],
        "campaigns.tasks.sync_campaign": Campaign.objects.filter(workspace=other).values_list("pk", flat=True),
        "campaigns.tasks.carry_out_request": StatusRequest.objects.filter(campaign__workspace=other).values_list(
            "pk", flat=True
        ),
        "leads.tasks.advance_import": Import.objects.filter(workspace=other).values_list("pk", flat=True),
        "iexdg.golive.tasks.go_live": Approval.objects.filter(campaign__workspace=other).values_list("pk", flat=True),
    }
    before, asked_before = rows_of(other), len(control.log())
    assert Row.objects.filter(imported__workspace=other, state=RowState.NEW).exists()

    for name, task in our_tasks().items():
        parameters = inspect.signature(task.run).parameters
        for pk in ids[name] if parameters else [None]:
            with django_capture_on_commit_callbacks(execute=True):
                task.run(*([] if pk is None else [pk]))

    assert rows_of(other) == before
    theirs = list(Campaign.objects.filter(workspace=other).values_list("remote_id", flat=True))
    asked = control.log()[asked_before:]
    assert [entry["path"] for entry in asked if any(remote_id in str(entry) for remote_id in theirs)] == []
    assert len(asked) > 5
    beat = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert beat <= set(our_tasks())
    assert pending.pk


def test_a_client_is_refused_for_a_workspace_that_is_not_connected(other: Workspace, sandbox: Any) -> None:
    with pytest.raises(NotConnectedError, match="Left over is not the workspace that is connected"):
        client_for(other)


def test_pages_say_how_to_connect_while_no_workspace_is_connected(other: Workspace, web: Callable[..., Any]) -> None:
    for url in ("/", "/campaigns/", "/leads/", "/imports/", "/incidents/", "/stop/", "/unknown/", "/settings/"):
        answer = web("admin").get(url)
        assert answer.status_code in {200, 503}, url
        assert "Left over" not in answer.content.decode(), url
