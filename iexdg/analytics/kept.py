"""What takes long to read at a million leads, kept until the inbox or the leads of the workspace change."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import Any

from iexdg.analytics.cohorts import Placed, placed
from iexdg.analytics.days import Days
from iexdg.analytics.parts import (
    ImportCount,
    import_counts,
    lead_changes,
    loaded_of,
    lost_of,
    newest_imports,
    repliers_of,
    replies_by_hour,
)
from iexdg.inbox.models import InboxReading
from iexdg.workspaces.models import Workspace
from leads.derived.kept import Computed, kept, stored_results
from leads.models import KeptResult

_HOURS, _WEEKS, _LOST = "replies by hour", "replies by week", "lost by file"


class KeptParts:
    """Parts of one comparison. What was kept of another comparison of the same workspace is written over."""

    def __init__(self, workspace: Workspace, campaigns: Collection[int]) -> None:
        """Read nothing yet."""
        self._workspace = workspace
        self._campaigns = sorted(campaigns)

    @cached_property
    def _stored(self) -> Mapping[str, KeptResult]:
        return stored_results(self._workspace.pk, _HOURS, _WEEKS, _LOST)

    @cached_property
    def _inbox_changed_at(self) -> datetime | None:
        return InboxReading.objects.filter(workspace=self._workspace).values_list("changed_at", flat=True).first()

    def replies_by_hour(self, days: Days | None, zone: tzinfo) -> dict[tuple[int, int], int]:
        """As `parts.replies_by_hour`; three queries at most, two where another part was asked for before."""

        def compute() -> Computed:
            found = replies_by_hour(self._campaigns, days, zone)
            return [[weekday, hour, number] for (weekday, hour), number in found.items()], None

        rows = self._kept_of_inbox(_HOURS, (self._campaigns, days, str(zone)), compute)
        return {(weekday, hour): number for weekday, hour, number in rows}

    def repliers(self) -> Placed:
        """As `cohorts.placed` of all who replied; as many queries as the hours."""

        def compute() -> Computed:
            return _as_json(placed(repliers_of(self._campaigns))), None

        return _from_json(self._kept_of_inbox(_WEEKS, self._campaigns, compute))

    def import_counts(self) -> list[ImportCount]:
        """As `parts.import_counts`; five queries at most."""
        imports = newest_imports(self._campaigns)
        loaded = loaded_of(imports)
        moved = [(pk, rows.changes) for pk, rows in sorted(loaded.items())]

        def compute() -> Computed:
            return [[file, status, number] for (file, status), number in lost_of(self._campaigns).items()], None

        depends_on = (lead_changes(self._campaigns), moved, self._campaigns)
        rows = kept(_LOST, self._workspace.pk, depends_on, compute, self._stored)
        return import_counts(imports, loaded, {(file, status): number for file, status, number in rows})

    def _kept_of_inbox(self, what: str, depends_on: object, compute: Callable[[], Computed]) -> Any:
        if self._inbox_changed_at is None:
            # Never read: nothing tells whether it has changed.
            return compute()[0]
        return kept(what, self._workspace.pk, (self._inbox_changed_at, depends_on), compute, self._stored)


def _as_json(found: Placed) -> dict[str, Any]:
    return {
        "replied": {day.isoformat(): number for day, number in found.replied.items()},
        "positive": {day.isoformat(): number for day, number in found.positive.items()},
        "unplaced": found.unplaced,
        "open_until": found.open_until and found.open_until.isoformat(),
    }


def _from_json(stored: dict[str, Any]) -> Placed:
    return Placed(
        replied={date.fromisoformat(day): number for day, number in stored["replied"].items()},
        positive={date.fromisoformat(day): number for day, number in stored["positive"].items()},
        unplaced=stored["unplaced"],
        open_until=date.fromisoformat(stored["open_until"]) if stored["open_until"] else None,
    )
