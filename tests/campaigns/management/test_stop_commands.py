"""`manage.py pause --all` and `manage.py lift`."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.management.commands import pause
from campaigns.models import CampaignStatus
from campaigns.models.campaign import SENDING
from campaigns.sending import lifecycle
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member, Membership
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import connect_every_row, reach_by_key, sandbox_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "READ_BACK_WAITS_S", (0.0,))


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_pausing_all_prints_when_each_was_read_back(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    synced_campaign(workspace, "05A")
    sending = [one["id"] for one in control.state()["campaigns"] if one["status"] in SENDING]
    viewer = member("viewer")

    facts = run("pause", "--all", "--reason", "wrong copy", "--as", viewer.email)

    assert facts["unconfirmed"] == []
    assert len(facts["paused"]) >= len(sending)
    assert all(sorted(one) == ["campaign", "confirmed_at"] and one["confirmed_at"] for one in facts["paused"])
    assert {control.status_of(one) for one in sending} == {CampaignStatus.PAUSED}
    workspace.refresh_from_db()
    assert workspace.is_stopped
    event = AuditEvent.objects.get(action="workspace:kill_switch:on")
    assert (event.actor, event.via, event.note) == (viewer, "cli", "wrong copy")


def test_what_is_not_read_back_is_named_and_exits_with_an_error(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    synced_campaign(workspace, "05A")
    control.faults({"match": {"method": "POST", "path": "*/pause"}, "do": "status", "value": 500, "times": 999})
    out = StringIO()
    with pytest.raises(CommandError, match="Not confirmed as paused"):
        call_command("pause", "--all", "--reason", "x", "--as", member("viewer").email, "--json", stdout=out)
    facts = json.loads(out.getvalue())
    assert "Running subsequences" in {one["last_read"] for one in facts["unconfirmed"]}
    workspace.refresh_from_db()
    assert workspace.is_stopped


@pytest.mark.parametrize("arguments", [("--all",), ("--all", "05A", "--reason", "x"), ()])
def test_pausing_all_needs_a_reason_and_no_campaign(
    arguments: tuple[str, ...], workspace: Workspace, member: Callable[..., Member]
) -> None:
    with pytest.raises(CommandError):
        run("pause", *arguments, "--as", member("viewer").email)
    workspace.refresh_from_db()
    assert not workspace.is_stopped


def test_lifting_needs_an_approver(workspace: Workspace, member: Callable[..., Member]) -> None:
    run("pause", "--all", "--reason", "x", "--as", member("viewer").email)
    with pytest.raises(CommandError, match="may not lift the kill switch"):
        run("lift", "--reason", "fixed", "--as", member("operator").email)

    assert run("lift", "--reason", "fixed", "--as", member("approver").email)["lifted"] is True

    workspace.refresh_from_db()
    assert not workspace.is_stopped


class TestEveryWorkspace:
    """`--all-workspaces`: the kill switch of each. That one which hangs delays no other is tests/crash's to show."""

    @pytest.fixture(autouse=True)
    def _in_this_thread(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Other threads see nothing of a test's transaction.
        monkeypatch.setattr(pause, "side_by_side", lambda work, items: [work(item) for item in items])

    @pytest.fixture
    def sandbox_options(self) -> dict[str, Any]:
        return {"workspaces": 2}

    @pytest.fixture
    def other(self, workspace: Workspace, sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Workspace:
        found = sandbox_workspace(2)
        connect_every_row(monkeypatch)
        reach_by_key(monkeypatch, {workspace.pk: 1, found.pk: 2})
        return found

    def test_everything_is_stopped_where_the_member_has_a_role(
        self, workspace: Workspace, other: Workspace, control: SandboxControl, member: Callable[..., Member]
    ) -> None:
        for one in (workspace, other):
            synced_campaign(one, "05A")
        facts = run("pause", "--all-workspaces", "--reason", "wrong copy", "--as", member("viewer").email)
        assert facts["unconfirmed"] == []
        for one in (workspace, other):
            one.refresh_from_db()
            assert one.is_stopped
            assert not one.campaigns.filter(remote_status__in=SENDING).exists()

    def test_a_workspace_in_which_they_have_none_is_left_alone(
        self, workspace: Workspace, other: Workspace, control: SandboxControl, member: Callable[..., Member]
    ) -> None:
        viewer = member("viewer")
        Membership.objects.create(member=viewer, workspace=other, role="viewer")
        Member.objects.filter(pk=viewer.pk).update(role="")
        run("pause", "--all-workspaces", "--reason", "wrong copy", "--as", viewer.email)
        for one in (workspace, other):
            one.refresh_from_db()
        assert (workspace.is_stopped, other.is_stopped) == (False, True)

    def test_all_of_one_workspace_leaves_the_other_alone(
        self, workspace: Workspace, other: Workspace, control: SandboxControl, member: Callable[..., Member]
    ) -> None:
        run("pause", "--all", "--reason", "x", "--as", member("viewer").email, "--workspace", other.slug)
        for one in (workspace, other):
            one.refresh_from_db()
        assert (workspace.is_stopped, other.is_stopped) == (False, True)
