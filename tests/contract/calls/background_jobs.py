"""Calls on background jobs."""

from typing import Any

from iexdg.clients.instantly import InstantlyClient

JOB = "c-1"
CALLS = {
    "background_jobs.list": lambda client: list(client.background_jobs.list()),
    "background_jobs.get": lambda client: client.background_jobs.get(JOB),
    "background_jobs.wait": lambda client: client.background_jobs.wait(JOB, limit_s=0),
}
WRITES: set[str] = set()


def call_all(client: InstantlyClient, world_time: Any) -> None:
    (job,) = client.background_jobs.list(
        kind="import-leads", entity_type="campaign", status=["success", "failed"], ids=None
    )
    client.background_jobs.get(job.remote_id, data_fields=["success_count"])
    client.background_jobs.wait(job.remote_id, clock=world_time.clock, sleep=world_time.sleep)
