"""Reading background jobs."""

from iexdg.sandbox.http.wire import Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.jobs import Job, progress_of, status_of, updated_at
from iexdg.sandbox.world.world import World


def list_jobs(call: Call) -> JsonObject:
    """Answer GET /background-jobs, the newest first unless asked otherwise.

    Assumed: the order, and that `included_ids` adds jobs which the other filters leave out.
    """
    query, now = call.query, call.now
    included = _parts(query.get("included_ids"))
    chosen = [job for job in call.world.jobs.values() if job["id"] in included or _is_listed(job, query, now)]
    by_update = query.get("sort_column") == "updated_at"
    chosen.sort(
        key=lambda job: (updated_at(job, now) if by_update else job["created"], job["id"]),
        reverse=query.get("sort_order") != "asc",
    )
    shown = [job_object(call.world, job, now) for job in chosen]
    return page_behind(shown, query.get("limit", DEFAULT_PAGE), query.get("starting_after"), lambda job: job["id"])


def get_job(call: Call) -> JsonObject:
    """Answer GET /background-jobs/{id}; `data_fields` names the parts of its data that are wanted."""
    job = call.world.jobs.get(call.params["id"].lower())
    if job is None:
        raise NotFoundError
    shown, wanted = job_object(call.world, job, call.now), call.query.get("data_fields")
    if not wanted:
        return shown
    fields = _parts(wanted)
    return shown | {"data": {name: value for name, value in job["data"].items() if name in fields}}


def job_object(world: World, job: Job, now: float) -> JsonObject:
    """Return a job as the API shows it."""
    return {
        "id": job["id"],
        "workspace_id": world.organization,
        "user_id": world.owner,
        "type": job["type"],
        "entity_id": job["entity_id"],
        "entity_type": job["entity_type"],
        "data": job["data"],
        "progress": progress_of(job, now),
        "status": status_of(job, now),
        "created_at": iso(job["created"]),
        "updated_at": iso(updated_at(job, now)),
    }


def _is_listed(job: Job, query: JsonObject, now: float) -> bool:
    return (
        job["id"] not in _parts(query.get("excluded_ids"))
        and ("ids" not in query or job["id"] in _parts(query["ids"]))
        and ("status" not in query or status_of(job, now) in _parts(query["status"]))
        and ("entity_id" not in query or (job["entity_id"] or "") in _parts(query["entity_id"]))
        and query.get("entity_type", job["entity_type"]) == job["entity_type"]
        and query.get("type", job["type"]) == job["type"]
    )


def _parts(text: str | None) -> set[str]:
    return {part.strip().lower() for part in (text or "").split(",") if part.strip()}
