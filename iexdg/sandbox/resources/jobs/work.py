"""Doing the work of background jobs when their time has come, between everything else that happens in the world."""

from collections.abc import Callable, Mapping

from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.resources.accounts.warmup import WARMUP_JOB, update_warmup
from iexdg.sandbox.resources.leads.bulk import MOVE, do_move
from iexdg.sandbox.resources.supersearch.enriching import IMPORT, import_people
from iexdg.sandbox.sending.tick import tick
from iexdg.sandbox.world.jobs import ENDS_AFTER_S, FAILED, SUCCESS, Job, JobFailedError, end_job, next_job
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

# Does the work of one job at its end and returns its `data`; raises JobFailedError where it cannot.
Worker = Callable[[World, SandboxOptions, Job, float], JsonObject]

# By BackgroundJob.type; a job of any other type takes its time and changes nothing.
WORKERS: Mapping[str, Worker] = {IMPORT: import_people, MOVE: do_move, WARMUP_JOB: update_warmup}


def play(world: World, options: SandboxOptions, until: float, workers: Mapping[str, Worker] = WORKERS) -> None:
    """Play the world up to a moment: what is sent, and the ends of background jobs, in the order of time."""
    job = next_job(world)
    while job is not None and job["created"] + ENDS_AFTER_S <= until:
        at = job["created"] + ENDS_AFTER_S
        tick(world, options, at)
        _finish(world, options, job, at, workers.get(job["type"]))
        job = next_job(world)
    tick(world, options, until)


def _finish(world: World, options: SandboxOptions, job: Job, at: float, worker: Worker | None) -> None:
    try:
        data = worker(world, options, job, at) if worker else {}
    except JobFailedError:
        end_job(world, job, FAILED, {})
    else:
        end_job(world, job, SUCCESS, data)
