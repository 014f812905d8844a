"""What every page must show: the kill switch, and watchers that stopped reporting."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from campaigns.watch.deadman import check_watchers
from iexdg.operations.watchers import SilentWatcher, silent_lately
from iexdg.workspaces.context import workspace_of_frame
from iexdg.workspaces.models import Workspace

_CHECK_EVERY_S = 5
# Right after a start every watcher is silent: the page shows it at once, people are notified only if it lasts.
_CHECK_AFTER_S = 90.0
_STARTED_AT = time.monotonic()


@dataclass(frozen=True)
class Alarms:
    """What is shown in red above the page."""

    is_stopped: bool = False
    stopped_since: datetime | None = None
    stopped_by: str = ""
    reason: str = ""
    held_by_environment: bool = False
    silent: tuple[SilentWatcher, ...] = ()


def alarms(request: HttpRequest) -> dict[str, Any]:
    """Add `alarms` for signed-in members; lazy, so that fragments run no query for it."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"alarms": SimpleLazyObject(lambda: current_alarms(workspace_of_frame(request)))}


def current_alarms(workspace: Workspace | None) -> Alarms:
    """The alarms of the connected workspace; none before there is one."""
    if workspace is None:
        return Alarms()
    by = workspace.kill_switch_by
    return Alarms(
        is_stopped=workspace.is_stopped,
        stopped_since=workspace.kill_switch_at,
        stopped_by=by.name if by else "IEXDG Outreach",
        reason=workspace.kill_switch_reason,
        held_by_environment=settings.KILL_SWITCH,
        silent=_silent(workspace),
    )


def _silent(workspace: Workspace) -> tuple[SilentWatcher, ...]:
    """Pages check the watchers too: beat itself may have stopped."""
    silent = silent_lately(workspace)
    lasts = time.monotonic() - _STARTED_AT > _CHECK_AFTER_S
    if silent and lasts and caches["process"].add(f"watchers-checked:{workspace.pk}", 1, timeout=_CHECK_EVERY_S):
        check_watchers(workspace, timezone.now())
    return silent
