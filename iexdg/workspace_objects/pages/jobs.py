"""The list of background jobs as its template reads it, and as a file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from iexdg.ui.addresses import page_url
from iexdg.ui.filters import CountedChoice, counted_choices, query_of
from iexdg.workspace_objects.jobs import MOST_JOBS, STATES, UNKNOWN, OwnJob, entities, own_jobs_among, state_of
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import Kept, kept
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspace_objects.uses import Taggable
from iexdg.workspaces.models import Workspace

# Source: instantly_facts.json, BackgroundJob.type; another one is shown as Instantly names it.
_TYPES = {
    "move-leads": "Move people",
    "import-leads": "Import people",
    "export-leads": "Export people",
    "update-warmup-accounts": "Change warm-up",
    "rename-variable": "Rename a variable",
}
CSV_HEADER = (
    "job", "type", "entity_type", "entity", "state", "status_at_instantly", "progress", "created_at", "updated_at",
    "started_here_as",
)  # fmt: skip


@dataclass(frozen=True)
class JobLine:
    """One job. Shapes: progress - 0 to 100, None unknown; own - "Enable warm-up", "" where it was not started here."""

    id: str
    type: str
    type_words: str
    entity_type: str
    entity: str
    entity_url: str
    state: str
    words: str
    tone: str
    status: str
    progress: float | None
    created: datetime | None
    updated: datetime | None
    own: str
    own_url: str

    @property
    def is_running(self) -> bool:
        """Whether its progress is of interest."""
        return self.state in {"waiting", "running", "paused"}


@dataclass(frozen=True)
class JobsPage:
    """What the page shows."""

    lines: Sequence[JobLine]
    read: Kept
    choices: Sequence[CountedChoice]
    query: str
    state: str
    runs: bool
    most: int = MOST_JOBS


def jobs_page(workspace: Workspace, query: QueryDict) -> JobsPage:
    """Build the page, at a fixed number of queries; a state that does not exist filters nothing."""
    (read,) = kept(workspace, ObjectKind.JOB)
    state = query.get("state", "") if query.get("state", "") in STATES else ""
    counts = Counter(state_of(item) for item in read.items)
    chosen = [item for item in read.items if state in {"", state_of(item)}]
    on = {"state": state}
    return JobsPage(
        lines=_lines(workspace, chosen),
        read=read,
        choices=counted_choices(on, "state", [(name, name, counts[name]) for name in STATES]),
        query=query_of(on),
        state=state,
        runs=counts["waiting"] + counts["running"] > 0,
    )


def _lines(workspace: Workspace, items: Sequence[Item]) -> list[JobLine]:
    own = own_jobs_among(workspace, [str(item["id"]) for item in items])
    there = entities(workspace, {str(item["entity_type"]) for item in items})
    return [_line(item, own.get(str(item["id"])), there) for item in items]


def _line(item: Item, own: OwnJob | None, there: dict[tuple[str, str], Taggable]) -> JobLine:
    state, kind = state_of(item), str(item["type"])
    entity = there.get((str(item["entity_type"]), str(item["entity"])))
    status = str(item["status"])
    return JobLine(
        id=str(item["id"]),
        type=kind,
        type_words=_TYPES.get(kind, kind or "of an unknown type"),
        entity_type=str(item["entity_type"]),
        entity=_entity_words(item, entity),
        entity_url=page_url(entity.page, entity.pk) if entity else "",
        state=state,
        words=f"unknown: {status}" if state == UNKNOWN else state,
        tone=STATES[state],
        status=status,
        progress=item["progress"],
        created=parse_datetime(str(item["created"])),
        updated=parse_datetime(str(item["updated"])),
        own=own.words if own else "",
        own_url=page_url(own.page, own.pk) if own else "",
    )


def _entity_words(item: Item, entity: Taggable | None) -> str:
    kind = str(item["entity_type"])
    if entity is not None:
        return entity.name
    if kind == "workspace":
        return "the workspace"
    return f"a {kind} that is not known here" if kind else "not named"


def job_rows(lines: Sequence[JobLine]) -> Iterator[list[object]]:
    """Yield the header, then each job as cells."""
    yield list(CSV_HEADER)
    for line in lines:
        yield [
            line.id, line.type, line.entity_type, line.entity, line.state, line.status, line.progress,
            _iso(line.created), _iso(line.updated), line.own,
        ]  # fmt: skip


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
