"""The kill switch of a workspace: on for everyone at once, lifted by an approver. The campaigns app does the pausing.

off -> on (anyone, or KILL_SWITCH in the environment) -> off (an approver, with a reason)
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.errors import KillSwitchError
from iexdg.workspaces.models import Workspace

STOPPED_WORDS = "All sending is stopped by the kill switch. An approver lifts it under Stop all sending."
ENVIRONMENT_REASON = "KILL_SWITCH is set in the environment"


def is_stopped(workspace: Workspace) -> bool:
    """Read the database, not the row in hand: the switch may have been turned a moment ago."""
    return settings.KILL_SWITCH or Workspace.objects.filter(pk=workspace.pk, kill_switch_at__isnull=False).exists()


def refuse_while_stopped(workspace: Workspace) -> None:
    """Refuse a load while the kill switch is on.

    Raises: KillSwitchError - it is on; nothing was changed.
    """
    if is_stopped(workspace):
        raise KillSwitchError(STOPPED_WORDS)


@transaction.atomic
def turn_on(workspace: Workspace, *, by: Member | None, reason: str, via: str | None = None) -> bool:
    """Turn it on; False where it was on already. Without `by` it was the environment."""
    changed = Workspace.objects.filter(pk=workspace.pk, kill_switch_at__isnull=True).update(
        kill_switch_at=timezone.now(), kill_switch_by=by, kill_switch_reason=reason[:300]
    )
    workspace.refresh_from_db()
    if not changed:
        return False
    record(
        "workspace:kill_switch:on",
        f"All sending of {workspace.name} was stopped",
        subject=f"workspace:{workspace.pk}",
        by=by,
        via=via,
        note=reason,
    )
    return True


@transaction.atomic
def turn_off(workspace: Workspace, *, by: Member, reason: str, via: str | None = None) -> bool:
    """Lift it; campaigns stay paused, each needs a new go-live. False where it was off already.

    Raises: NotAllowedError; KillSwitchError - no reason, or the environment keeps it on. Nothing was changed.
    """
    require(by, Action.LIFT_KILL_SWITCH, workspace)
    if not reason.strip():
        raise KillSwitchError("Say why it is safe to send again: a reason is needed to lift the kill switch.")
    if settings.KILL_SWITCH:
        raise KillSwitchError("KILL_SWITCH is set in the environment. Unset it and restart, then lift the switch here.")
    changed = Workspace.objects.filter(pk=workspace.pk, kill_switch_at__isnull=False).update(
        kill_switch_at=None, kill_switch_by=None, kill_switch_reason=""
    )
    workspace.refresh_from_db()
    if not changed:
        return False
    record(
        "workspace:kill_switch:lifted",
        f"The kill switch of {workspace.name} was lifted",
        subject=f"workspace:{workspace.pk}",
        by=by,
        via=via,
        note=reason,
    )
    return True
