"""Background jobs through the client: waiting for the end, and what is taken for one."""

import pytest

from iexdg.clients.http.errors import UnexpectedAnswerError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.background_jobs import BackgroundJob, JobOutcome
from iexdg.sandbox.world.jobs import start_job
from tests.contract.conftest import Recorder, WorldTime


@pytest.fixture
def job_id(instantly, world_time: WorldTime) -> str:
    return start_job(instantly.world, "import-leads", at=world_time.now)["id"]


def waited(client: InstantlyClient, job_id: str, world_time: WorldTime, limit_s: float) -> BackgroundJob:
    return client.background_jobs.wait(job_id, limit_s=limit_s, clock=world_time.clock, sleep=world_time.sleep)


def test_a_job_is_asked_about_every_two_seconds_until_it_has_ended(
    client: InstantlyClient, wire: Recorder, world_time: WorldTime, job_id: str
) -> None:
    job = waited(client, job_id, world_time, 120)
    assert (job.outcome, job.status, job.progress) == (JobOutcome.SUCCEEDED, "success", 100)
    assert len(wire.requests) == 4


def test_a_job_that_takes_longer_than_the_limit_is_unknown_and_not_a_success(
    client: InstantlyClient, wire: Recorder, world_time: WorldTime, job_id: str
) -> None:
    job = waited(client, job_id, world_time, 3)
    assert (job.outcome, job.status) == (JobOutcome.UNKNOWN, "in-progress")
    assert len(wire.requests) == 2


@pytest.mark.parametrize("answer", [{"id": "f" * 24, "status": "success"}, {"status": "success"}, {}])
def test_the_answer_about_another_job_is_no_end_of_this_one(client, control, job_id: str, answer: dict) -> None:
    match = {"method": "GET", "path": f"/background-jobs/{job_id}"}
    control("POST", "faults", [{"match": match, "do": "status", "value": 200, "body": answer, "times": 1}])
    with pytest.raises(UnexpectedAnswerError):
        client.background_jobs.get(job_id)
