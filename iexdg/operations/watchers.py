"""The dead-man's switch: every watcher records when it completed a check; one that has not for too long is silent.

The rows are in the database, so they survive a lost broker; any reader (a page, beat) can see that a worker has
stopped. A check of which every read failed does not count: seeing nothing is not the same as seeing no problem.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from iexdg.operations.models import Watcher
from iexdg.workspaces.models import Workspace

# How long a page may use a cached result; seconds.
_CACHE_S = 5
# Sweeps run every few seconds; they need not write every time.
_WRITE_EVERY = timedelta(seconds=5)


class Watching(StrEnum):
    """The watchers; the value names the row."""

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
        """How long it may be silent before someone is notified."""
        seconds = {
            "scan": 3 * settings.SCAN_INTERVAL_S,
            "sync": 3 * settings.SYNC_INTERVAL_S,
            "settle": 60.0,
            "requests": 60.0,
        }[self.value]
        return timedelta(seconds=max(60.0, seconds))


@dataclass(frozen=True)
class SilentWatcher:
    """A watcher without a check within its limit; `since` is its last check, None where there was none."""

    watching: Watching
    since: datetime | None

    @property
    def words(self) -> str:
        """One sentence for the banner."""
        return f"{self.watching.words} is silent"


def record_check(workspace: Workspace, watching: Watching) -> None:
    """Record that a watcher completed a check now."""
    now = timezone.now()
    row = Watcher.objects.filter(workspace=workspace, name=watching.value)
    if row.filter(looked_at__range=(now - _WRITE_EVERY, now + _WRITE_EVERY)).exists() or row.update(looked_at=now):
        return
    Watcher.objects.get_or_create(workspace=workspace, name=watching.value, defaults={"looked_at": now})


def silent_watchers(workspace: Workspace, now: datetime) -> tuple[SilentWatcher, ...]:
    """The watchers that are silent now. One without any check is measured from when the workspace was connected."""
    seen = dict(Watcher.objects.filter(workspace=workspace).values_list("name", "looked_at"))
    return tuple(
        SilentWatcher(watching, seen.get(watching.value))
        for watching in Watching
        # A check in the future was made before the clock was set back: whether it reports since then is unknown.
        if abs(now - seen.get(watching.value, workspace.created_at)) > watching.limit
    )


def silent_lately(workspace: Workspace) -> tuple[SilentWatcher, ...]:
    """The same for pages: at most a few seconds old, one query for all of them."""
    cache, key = caches["process"], f"silent-watchers:{workspace.pk}"
    cached: tuple[SilentWatcher, ...] | None = cache.get(key)
    if cached is None:
        cached = silent_watchers(workspace, timezone.now())
        cache.set(key, cached, timeout=_CACHE_S)
    return cached


def is_watched(workspace: Workspace, which: Watching) -> bool:
    """Whether this watcher reports; while it is silent, nothing that depends on it may be shown as good."""
    return all(one.watching != which for one in silent_lately(workspace))
