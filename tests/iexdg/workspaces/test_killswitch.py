"""The kill switch: on for everybody at once, lifted by an approver with a reason, and never by halves."""

from collections.abc import Callable
from typing import Any

import pytest

from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces import killswitch
from iexdg.workspaces.errors import KillSwitchError
from iexdg.workspaces.killswitch import is_stopped, refuse_while_stopped, turn_off, turn_on
from iexdg.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
OFF = (None, None, "")


@pytest.fixture
def other(workspace: Workspace) -> Workspace:
    """Another workspace, which nobody touches."""
    return Workspace.objects.create(name="Other", base_url="http://other.example.com", key_source="file")


def switch_of(workspace: Workspace) -> tuple[Any, Any, str]:
    stored = Workspace.objects.get(pk=workspace.pk)
    return stored.kill_switch_at, stored.kill_switch_by, stored.kill_switch_reason


def events() -> list[tuple[Any, ...]]:
    kept = AuditEvent.objects.order_by("id")
    return list(kept.values_list("action", "subject", "actor_name", "via", "note", "summary"))


def test_it_is_turned_on_once_and_says_by_whom(workspace: Workspace, other: Workspace, member: MemberOf) -> None:
    assert turn_on(workspace, by=member("viewer"), reason="wrong copy", via="cli")

    at, by, reason = switch_of(workspace)
    assert at is not None
    assert (by, reason) == (member("viewer"), "wrong copy")
    # The row in hand knows it as well.
    assert (workspace.kill_switch_at, workspace.kill_switch_reason) == (at, "wrong copy")
    assert is_stopped(workspace)
    assert not is_stopped(other)

    assert not turn_on(workspace, by=member("operator"), reason="again")
    assert switch_of(workspace) == (at, by, reason)
    expected = ("workspace:kill_switch:on", f"workspace:{workspace.pk}", "Viewer Person", "cli", "wrong copy")
    assert events() == [(*expected, "All sending of Sandbox was stopped")]


def test_whoever_holds_an_old_row_learns_that_it_is_on(workspace: Workspace, member: MemberOf) -> None:
    old = Workspace.objects.get(pk=workspace.pk)
    turn_on(workspace, by=member("viewer"), reason="wrong copy")
    assert old.kill_switch_at is None
    assert is_stopped(old)
    assert not turn_on(old, by=None, reason="late")
    assert old.kill_switch_at is not None


def test_a_long_reason_is_cut(workspace: Workspace) -> None:
    turn_on(workspace, by=None, reason="x" * 400)
    assert switch_of(workspace)[2] == "x" * 300


def test_nothing_is_loaded_while_it_is_on(workspace: Workspace, member: MemberOf) -> None:
    refuse_while_stopped(workspace)
    turn_on(workspace, by=member("viewer"), reason="wrong copy")
    with pytest.raises(KillSwitchError, match="All sending is stopped by the kill switch"):
        refuse_while_stopped(workspace)


def test_the_environment_holds_it_on_and_nobody_lifts_that(
    workspace: Workspace, member: MemberOf, settings: Any
) -> None:
    turn_on(workspace, by=None, reason=killswitch.ENVIRONMENT_REASON)
    settings.KILL_SWITCH = True
    with pytest.raises(KillSwitchError, match="Unset it and restart"):
        turn_off(workspace, by=member("approver"), reason="all is well")
    assert switch_of(workspace)[0] is not None

    Workspace.objects.update(kill_switch_at=None)
    assert is_stopped(workspace)
    with pytest.raises(KillSwitchError):
        refuse_while_stopped(workspace)


def test_an_approver_lifts_it_with_a_reason(workspace: Workspace, other: Workspace, member: MemberOf) -> None:
    for one in (workspace, other):
        turn_on(one, by=member("viewer"), reason="wrong copy")

    assert turn_off(workspace, by=member("approver"), reason="copy is right again", via="cli")

    assert switch_of(workspace) == OFF
    assert (workspace.kill_switch_at, workspace.kill_switch_by, workspace.kill_switch_reason) == OFF
    assert not is_stopped(workspace)
    assert is_stopped(other)
    lifted = events()[-1]
    about = ("workspace:kill_switch:lifted", f"workspace:{workspace.pk}", "Approver Person", "cli")
    assert lifted == (*about, "copy is right again", "The kill switch of Sandbox was lifted")

    assert not turn_off(workspace, by=member("approver"), reason="twice")
    assert len(events()) == 3


def test_it_is_not_lifted_by_somebody_who_may_not_or_without_a_reason(workspace: Workspace, member: MemberOf) -> None:
    turn_on(workspace, by=member("viewer"), reason="wrong copy")
    with pytest.raises(NotAllowedError):
        turn_off(workspace, by=member("operator"), reason="all is well")
    for reason in ("", "  \n"):
        with pytest.raises(KillSwitchError, match="a reason is needed"):
            turn_off(workspace, by=member("approver"), reason=reason)
    assert is_stopped(workspace)
    assert len(events()) == 1


def test_whoever_holds_an_old_row_learns_that_it_was_lifted(workspace: Workspace, member: MemberOf) -> None:
    turn_on(workspace, by=member("viewer"), reason="wrong copy")
    old = Workspace.objects.get(pk=workspace.pk)
    turn_off(workspace, by=member("approver"), reason="all is well")
    assert not turn_off(old, by=member("approver"), reason="late")
    assert old.kill_switch_at is None


@pytest.mark.parametrize("turned", ["on", "off"])
def test_without_its_audit_event_it_is_not_turned(
    workspace: Workspace, member: MemberOf, monkeypatch: pytest.MonkeyPatch, turned: str
) -> None:
    """Both are written, or neither."""
    if turned == "off":
        turn_on(workspace, by=member("viewer"), reason="wrong copy")
    before, approver = switch_of(workspace), member("approver")
    monkeypatch.setattr(killswitch, "record", lambda *args, **options: 1 / 0)
    turn = turn_on if turned == "on" else turn_off
    with pytest.raises(ZeroDivisionError):
        turn(workspace, by=approver, reason="all is well")
    assert switch_of(workspace) == before
