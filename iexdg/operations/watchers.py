"""The dead-man's switch: every watcher leaves a row when it has looked; who has not for too long is silent.

The rows are in the database, so that the broker may be lost; whoever asks (a page, beat) finds out by itself that a
worker is dead. A look whose every read failed does not count: seeing nothing is not seeing that all is well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from iexdg.operations.models import Watcher
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.models import Workspace

# How long a page may go by what was found a moment ago; seconds.
_KEPT_S = 5
# Sweeps run every few seconds; they need not write every time.
_WRITE_EVERY = timedelta(seconds=5)


class Watching(StrEnum):
    """Who watches; the value names the row."""

    SCAN = "scan"
    SYNC = "sync"
    SETTLE = "settle"
    REQUESTS = "requests"

    @property
    def words(self) -> str:
        """What it does, for a sentence that begins with it."""
        return {
            "scan": "The watch over what could send",
            "sync": "The sync with Instantly",
            "settle": "The watch over imports",
            "requests": "The sweep of open pauses",
        }[self.value]

    @property
    def limit(self) -> timedelta:
        """How long it may be silent before somebody is told."""
        seconds = {
            "scan": 3 * settings.SCAN_INTERVAL_S,
            "sync": 3 * settings.SYNC_INTERVAL_S,
            "settle": 60.0,
            "requests": 60.0,
        }[self.value]
        return timedelta(seconds=max(60.0, seconds))


@dataclass(frozen=True)
class SilentWatcher:
    """A watcher that has not looked for longer than it may; `since` is its last look, None where it never looked."""

    watching: Watching
    since: datetime | None

    @property
    def words(self) -> str:
        """One sentence for the banner."""
        return f"{self.watching.words} is silent"


def record_check(workspace: Workspace, watching: Watching) -> None:
    """Note that a watcher has looked now."""
    now = timezone.now()
    row = Watcher.objects.filter(workspace=workspace, name=watching.value)
    if row.filter(looked_at__gte=now - _WRITE_EVERY).exists() or row.update(looked_at=now):
        return
    Watcher.objects.get_or_create(workspace=workspace, name=watching.value, defaults={"looked_at": now})


def record_check_everywhere(watching: Watching) -> None:
    """Note a look that covers every connected workspace."""
    for workspace in connected_workspaces():
        record_check(workspace, watching)


def silent_watchers(workspace: Workspace, now: datetime) -> tuple[SilentWatcher, ...]:
    """Who is silent now. One that never looked is measured from the day the workspace was connected."""
    seen = dict(Watcher.objects.filter(workspace=workspace).values_list("name", "looked_at"))
    return tuple(
        SilentWatcher(watching, seen.get(watching.value))
        for watching in Watching
        if now - seen.get(watching.value, workspace.created_at) > watching.limit
    )


def silent_lately(workspace: Workspace) -> tuple[SilentWatcher, ...]:
    """The same for pages: at most a few seconds old, one query for all of them."""
    cache, key = caches["default"], f"silent-watchers:{workspace.pk}"
    kept: tuple[SilentWatcher, ...] | None = cache.get(key)
    if kept is None:
        kept = silent_watchers(workspace, timezone.now())
        cache.set(key, kept, timeout=_KEPT_S)
    return kept


def is_unwatched(silent: Iterable[SilentWatcher], *which: Watching) -> bool:
    """Whether one of these is among the silent ones, so that nothing it feeds may be shown as good."""
    return any(one.watching in which for one in silent)
