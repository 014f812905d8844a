"""Instantly's background jobs: the newest of a workspace, and which of them were started here.

An app whose changes Instantly carries out in jobs declares them in its module `workspace_object_kinds`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from iexdg.clients.instantly import InstantlyClient
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import kept, read_list
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspace_objects.uses import Taggable
from iexdg.workspaces.models import Workspace

# The newest ones; Instantly has the others.
MOST_JOBS = 200
# A job that runs longer is read with the other lists, once a minute.
_FOLLOWED_FOR = timedelta(hours=1)
# Source: instantly_facts.json, BackgroundJob.status; the other words for an end: instantly-facts.md §5.
_STATE_OF = {
    "pending": "waiting", "in-progress": "running", "draining": "running", "paused": "paused",
    "success": "succeeded", "completed": "succeeded", "failed": "failed", "error": "failed",
    "cancelled": "cancelled", "canceled": "cancelled",
}  # fmt: skip
UNKNOWN = "unknown"
# State -> tone of its pill, in the order in which they can be filtered.
STATES = {
    "waiting": "busy", "running": "busy", "paused": "warn", "succeeded": "ok", "failed": "bad", "cancelled": "idle",
    UNKNOWN: "warn",
}  # fmt: skip
_RUNS = ("waiting", "running")


@dataclass(frozen=True)
class OwnJob:
    """What a job does for us. Shapes: words - "Enable warm-up"; page, pk - for `page_url`."""

    words: str
    page: str
    pk: int


@dataclass(frozen=True)
class OwnJobs:
    """The jobs that an app started.

    Shapes: among - (workspace, ids at Instantly) -> those of them that the app started, by id; running - ids of those
        whose end was not read yet. Each a fixed number of queries.
    """

    among: Callable[[Workspace, Collection[str]], dict[str, OwnJob]]
    running: Callable[[Workspace], list[str]]


_own: list[OwnJobs] = []
_entities: dict[str, Callable[[Workspace], list[Taggable]]] = {}


def declare_own_jobs(jobs: OwnJobs) -> None:
    """Say which jobs an app started."""
    _own.append(jobs)


def declare_job_entity(entity_type: str, source: Callable[[Workspace], list[Taggable]]) -> None:
    """Say what a job of a type of entity can be about. Shapes: entity_type - as Instantly names it."""
    _entities[entity_type] = source


def own_jobs_among(workspace: Workspace, ids: Collection[str]) -> dict[str, OwnJob]:
    """Return those of these jobs that were started here, by id."""
    return {found: job for own in _own for found, job in own.among(workspace, ids).items()} if ids else {}


def entities(workspace: Workspace, types: Collection[str]) -> dict[tuple[str, str], Taggable]:
    """Return what jobs of these types of entity can be about, by (type, id at Instantly)."""
    return {(kind, one.id): one for kind, source in _entities.items() if kind in types for one in source(workspace)}


def read_jobs(workspace: Workspace, client: InstantlyClient) -> list[Item]:
    """Read the newest jobs, without their data: that of a move names people."""
    del workspace
    return [
        {
            "id": one.remote_id,
            "type": one.kind or "",
            "entity_type": one.entity_type or "",
            "entity": one.entity_remote_id or "",
            "status": one.status or "",
            "progress": one.progress,
            "created": one.created_at.isoformat() if one.created_at else "",
            "updated": one.updated_at.isoformat() if one.updated_at else "",
        }
        for one in islice(client.background_jobs.list(), MOST_JOBS)
    ]


def state_of(item: Item) -> str:
    """Return the state of a job; a word that Instantly may add is unknown, never an end."""
    return _STATE_OF.get(str(item["status"]), UNKNOWN)


def follow_jobs(workspace: Workspace) -> bool:
    """Read the jobs again while one runs or was started here lately; returns whether they were read."""
    (found,) = kept(workspace, ObjectKind.JOB)
    states = {str(item["id"]): state_of(item) for item in found.items}
    started_here = [one for own in _own for one in own.running(workspace)]
    if not any(_is_followed(item) for item in found.items) and all(
        states.get(one, "waiting") not in _RUNS for one in started_here
    ):
        return False
    return read_list(workspace, ObjectKind.JOB)


def _is_followed(item: Item) -> bool:
    created = parse_datetime(str(item["created"]))
    return state_of(item) in _RUNS and created is not None and timezone.now() - created < _FOLLOWED_FOR
