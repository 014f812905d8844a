"""Two workspaces in the database, one connected: every task runs, and nothing is read or changed for the other."""

import inspect
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Task, current_app
from django.apps import apps
from django.core import serializers
from django.core.management import CommandError, call_command
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from campaigns.incident_kinds import DRIFT
from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    GoLiveStage,
    RequestState,
    StatusRequest,
    Wanted,
)
from campaigns.watch.outcome import PAUSING, pause_details
from iexdg.incidents.models import Incident
from iexdg.incidents.record import open_incident
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
    lapsed = campaign(workspace, "Lapsed")
    approval(lapsed, by=member("operator"), expires_at=long_ago)
    closed = StatusRequest.objects.create(
        campaign=lapsed, wanted=Wanted.PAUSE, asked_at=long_ago, state=RequestState.CONFIRMED
    )
    open_incident(
        workspace,
        DRIFT,
        dedupe_key="drift",
        summary="Changed",
        detail=PAUSING,
        details=pause_details(closed),
        about=lapsed.as_subject,
    )
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
        for pk in ids.get(name, [other.pk]) if parameters else [None]:
            with django_capture_on_commit_callbacks(execute=True):
                task.run(*([] if pk is None else [pk]))

    assert rows_of(other) == before
    theirs = list(Campaign.objects.filter(workspace=other).values_list("remote_id", flat=True))
    asked = control.log()[asked_before:]
    assert [entry["path"] for entry in asked if any(remote_id in str(entry) for remote_id in theirs)] == []
    assert len(asked) > 5
    beat = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert beat <= set(our_tasks())


@pytest.mark.parametrize(
    "command",
    [
        "sync",
        "pause {theirs} --as admin@example.com",
        "pause {ours} --as admin@example.com",
        "pause --all --reason Stop --as admin@example.com",
        "lift --reason Again --as admin@example.com",
        "import_leads {file} --campaign {theirs} --as admin@example.com",
        "import_leads {file} --campaign {ours} --as admin@example.com --wait",
        "request_go_live {theirs} --as admin@example.com",
        "request_go_live {ours} --as admin@example.com",
        "approve_go_live {theirs} --as approver@example.com",
        "guardrails",
        "guardrails --campaign {theirs}",
        "incidents --all",
        "doctor",
    ],
)
def test_every_command_ignores_a_workspace_that_is_not_connected(
    command: str,
    workspace: Workspace,
    other: Workspace,
    member: Callable[..., Member],
    control: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("campaigns.sending.lifecycle.READ_BACK_WAITS_S", (0.0,))
    monkeypatch.setattr("iexdg.operations.doctor.connect", lambda *_, **__: client_for(workspace))
    for role in ("admin", "approver"):
        member(role)
    ours = synced_campaign(workspace, "05A")
    theirs = Campaign.objects.get(workspace=other, name="Going live")
    file = tmp_path / "leads.csv"
    file.write_text("email,first_name\nada@new.example.com,Ada\n")
    before, asked_before = rows_of(other), len(control.log())
    words = [word.format(theirs=theirs.remote_id, ours=ours.remote_id, file=file) for word in command.split()]
    out = io.StringIO()
    try:
        call_command(*words, stdout=out, stderr=out)
    except CommandError as error:
        out.write(str(error))

    assert rows_of(other) == before
    assert "Other 0" not in out.getvalue()
    remote_ids = Campaign.objects.filter(workspace=other).values_list("remote_id", flat=True)
    assert [one for one in control.log()[asked_before:] if any(remote_id in str(one) for remote_id in remote_ids)] == []
    if theirs.remote_id in words:
        assert "No campaign is called" in out.getvalue()


def test_no_address_of_a_workspace_that_is_not_connected_answers(
    workspace: Workspace, other: Workspace, web: Callable[..., Any], control: SandboxControl
) -> None:
    synced_campaign(workspace, "05A")
    ids = {
        "campaigns": Campaign.objects.filter(workspace=other, name="Going live").get().pk,
        "imports": Import.objects.filter(workspace=other).latest("pk").pk,
        "incidents": Incident.objects.filter(workspace=other).latest("pk").pk,
    }
    before, asked_before = rows_of(other), len(control.log())
    browser = web("admin")
    for pattern in _addresses(get_resolver()):
        top = pattern.split("/")[0]
        if "<int:pk>" not in pattern or top not in ids:
            continue
        for method in (browser.get, browser.post):
            answer = method(
                "/w/demo/" + pattern.replace("<int:pk>", str(ids[top])), {"reason": "x", "note": "x"}, follow=True
            )
            assert answer.status_code in {404, 405}, (pattern, answer.status_code)
    assert rows_of(other) == before
    assert len(control.log()) == asked_before


def _addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _addresses(entry, path)
        else:
            yield path


def test_a_client_is_refused_for_a_workspace_that_is_not_connected(other: Workspace, sandbox: Any) -> None:
    with pytest.raises(NotConnectedError, match="Left over is not a workspace that is connected"):
        client_for(other)


def test_pages_say_how_to_connect_while_no_workspace_is_connected(other: Workspace, web: Callable[..., Any]) -> None:
    for url in (
        "/",
        "/campaigns/",
        "/leads/",
        "/imports/",
        "/incidents/",
        "/stop/",
        "/unknown/",
        "/settings/",
    ):
        answer = web("admin").get(url)
        assert answer.status_code in {200, 503}, url
        assert "Left over" not in answer.content.decode(), url
