"""Background jobs: work that is ordered by one request and done some seconds later, by the clock of the world."""

from typing import Any, TypedDict

from iexdg.sandbox.world.world import World

PENDING, IN_PROGRESS, SUCCESS, FAILED = "pending", "in-progress", "success", "failed"
# Source: instantly-facts.md §6.12.
STARTS_AFTER_S, ENDS_AFTER_S = 2.0, 5.0


class JobFailedError(Exception):
    """The work of a job cannot be done: what it was ordered for is no longer there."""


class Job(TypedDict):
    """One job: `order` says what is to be done, `data` what became of it; `ended_as` is None until it ends.

    Units: created in epoch seconds of the world.
    """

    id: str
    type: str
    entity_type: str
    entity_id: str | None
    created: float
    order: dict[str, Any]
    data: dict[str, Any]
    ended_as: str | None


def start_job(
    world: World,
    kind: str,
    *,
    at: float,
    entity_type: str = "workspace",
    entity_id: str | None = None,
    order: dict[str, Any] | None = None,
) -> Job:
    """Order work for later.

    Shapes: kind - a value of BackgroundJob.type, whose worker gets `order`, which is plain JSON.
    """
    job: Job = {
        "id": world.new_job_id(),
        "type": kind,
        "entity_type": entity_type,
        "entity_id": entity_id,
        "created": at,
        "order": order or {},
        "data": {},
        "ended_as": None,
    }
    world.jobs[job["id"]] = job
    world.open_jobs.append(job["id"])
    world.touch()
    return job


def next_job(world: World) -> Job | None:
    """Return the job that ends first of those that have not ended; all take the same time, so that is the oldest."""
    open_jobs = (world.jobs[job_id] for job_id in world.open_jobs)
    return min(open_jobs, key=lambda job: (job["created"], job["id"]), default=None)


def end_job(world: World, job: Job, status: str, data: dict[str, Any]) -> None:
    """Note how a job has ended."""
    job["ended_as"], job["data"] = status, data
    world.open_jobs.remove(job["id"])
    world.touch()


def status_of(job: Job, now: float) -> str:
    """Return a value of BackgroundJob.status."""
    if job["ended_as"] is not None:
        return job["ended_as"]
    return PENDING if now < job["created"] + STARTS_AFTER_S else IN_PROGRESS


def progress_of(job: Job, now: float) -> int:
    """Return how far a job is, 0-100; only one that succeeded is at 100, and one that failed did nothing."""
    if job["ended_as"] is not None:
        return 100 if job["ended_as"] == SUCCESS else 0
    share = (now - job["created"] - STARTS_AFTER_S) / (ENDS_AFTER_S - STARTS_AFTER_S)
    return min(99, max(0, int(share * 100)))


def updated_at(job: Job, now: float) -> float:
    """Return when the status of a job last changed."""
    changes = {PENDING: 0.0, IN_PROGRESS: STARTS_AFTER_S}
    return job["created"] + changes.get(status_of(job, now), ENDS_AFTER_S)
