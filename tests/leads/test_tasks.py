"""Celery tasks: an import with more work to do is queued again at once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads import tasks
from leads.imports import drive, verbs
from leads.models import Import
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    """Every first answer has the verdict, so that one slice is enough."""
    return {"pending_polls": 0}


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    calls: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks, "enqueue", lambda task, pk: calls.append((task.name, pk)))
    return calls


@pytest.fixture
def started(control: SandboxControl, workspace: Workspace, member: Callable[..., Member]) -> Import:
    imported = checked_import(synced_campaign(workspace, "05A"), people(3))
    verbs.start(imported, by=member("operator"), hold=True)
    return imported


def test_the_next_slice_is_queued_at_once_if_there_is_more_to_do(
    started: Import, enqueued: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "advance", partial(drive.advance, slice_s=0))

    tasks.advance_import(started.pk)

    assert enqueued == [("leads.tasks.advance_import", started.pk)]


def test_an_import_that_is_held_or_leased_is_not_queued_again(started: Import, enqueued: list[tuple[str, int]]) -> None:
    tasks.advance_import(started.pk)
    assert Import.objects.get(pk=started.pk).state == "verified"

    Import.objects.update(state="loading", due_at=timezone.now(), lease_until=timezone.now() + timedelta(days=1))
    tasks.advance_import(started.pk)

    assert enqueued == []
