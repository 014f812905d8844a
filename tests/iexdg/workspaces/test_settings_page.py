from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.mode import set_mode
from iexdg.workspaces.models import Mode, Workspace
from tests.workspaces import connected_workspace

Web = Callable[..., Client]
SECRET = "sk-not-for-anybodys-eyes"


@pytest.mark.parametrize("role", ["viewer", "operator", "approver"])
def test_who_is_no_admin_sees_the_mode_and_no_switch(role: str, web: Web, workspace: Workspace) -> None:
    html = web(role).get("/w/demo/settings/").content.decode()
    assert "Write mode" in html
    assert "/w/demo/settings/mode/" not in html
    assert "/w/demo/settings/team/" not in html


def test_an_admin_reads_the_consequences_before_the_switch(web: Web, workspace: Workspace) -> None:
    html = web("admin").get("/w/demo/settings/").content.decode()
    assert "Switch to observe mode" in html
    assert "Running imports stop" in html
    assert ">Confirm</button>" in html


def test_the_switch_changes_the_mode_once_and_leaves_one_event(web: Web, workspace: Workspace) -> None:
    client = web("admin")
    client.post("/w/demo/settings/mode/", {"mode": "observe", "note": "Over the holidays"})
    again = client.post("/w/demo/settings/mode/", {"mode": "observe"}, follow=True)
    workspace.refresh_from_db()
    assert workspace.mode == Mode.OBSERVE
    assert "Already put in observe mode by Admin Person, " in again.content.decode()
    event = AuditEvent.objects.get()
    assert (event.action, event.before, event.after) == (
        "workspace:mode:changed",
        {"mode": "write"},
        {"mode": "observe"},
    )
    assert event.note == "Over the holidays"


def test_a_mode_that_does_not_exist_changes_nothing(web: Web, workspace: Workspace) -> None:
    assert web("admin").post("/w/demo/settings/mode/", {"mode": "yolo"}).status_code == 422
    workspace.refresh_from_db()
    assert workspace.mode == Mode.WRITE
    assert not AuditEvent.objects.exists()


def test_two_admins_at_once_leave_one_event(workspace: Workspace, member: Callable[..., Member]) -> None:
    # Both hold the row as it was before.
    assert set_mode(workspace, Mode.OBSERVE, by=member("admin")) is True
    assert set_mode(workspace, Mode.OBSERVE, by=member("admin", "Second Admin")) is False
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
def test_the_key_is_on_no_page_only_where_it_comes_from(
    member: Callable[..., Member], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A browser test in this process leaves its event loop behind; this one runs outside of any.
    monkeypatch.setattr("iexdg.operations.middleware._is_in_event_loop", lambda: False)
    settings.USES_SANDBOX = False
    settings.INSTANTLY_API_KEY = SECRET
    settings.INSTANTLY_API_KEY_FILE = ""
    settings.INSTANTLY_BASE_URL = "https://instantly.example.com"
    connected_workspace(name="Real", remote_id="real")
    client = Client()
    client.force_login(member("admin", "Zoe Real"))
    html = client.get("/w/real/settings/").content.decode()
    assert "read from the environment, INSTANTLY_API_KEY" in html
    assert "a real workspace, sends real mail" in html
    for url in ("/w/real/settings/", "/w/real/settings/team/", "/w/real/audit/", "/w/real/workspace-bar/"):
        assert SECRET not in client.get(url).content.decode()


def test_a_failed_read_is_said_and_the_old_figures_keep_their_time(web: Web, workspace: Workspace) -> None:
    now = timezone.now()
    Workspace.objects.update(
        credits_left=Decimal("949"), credits_read_at=now, unknown_since=now, sync_error="It did not answer."
    )
    html = web("viewer").get("/w/demo/settings/").content.decode()
    assert "Not readable" in html
    assert "It did not answer." in html
    assert ">Connected<" not in html
    assert "949.00" in html


def test_unknown_credits_are_a_word(web: Web, workspace: Workspace) -> None:
    html = web("viewer").get("/w/demo/settings/").content.decode()
    assert "<strong>unknown</strong><span>of unknown · not read yet: the next sync reads them</span>" in html
