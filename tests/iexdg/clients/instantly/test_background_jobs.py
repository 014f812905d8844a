import pytest

from iexdg.clients.instantly.background_jobs import BackgroundJob, JobOutcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("success", JobOutcome.SUCCEEDED),
        ("completed", JobOutcome.SUCCEEDED),
        ("failed", JobOutcome.FAILED),
        ("error", JobOutcome.FAILED),
        ("cancelled", JobOutcome.CANCELLED),
        ("pending", JobOutcome.UNKNOWN),
        ("in-progress", JobOutcome.UNKNOWN),
        ("draining", JobOutcome.UNKNOWN),
        ("paused", JobOutcome.UNKNOWN),
        ("finalising", JobOutcome.UNKNOWN),
    ],
)
def test_only_the_known_words_for_an_end_are_an_end(status: str, outcome: JobOutcome) -> None:
    job = BackgroundJob.model_validate({"id": "6a0000010000000000000000", "status": status})
    assert (job.outcome, job.has_ended) == (outcome, outcome is not JobOutcome.UNKNOWN)


def test_a_job_is_read_with_its_data_and_a_missing_status_is_named() -> None:
    raw = {
        "id": "6a0000010000000000000000",
        "type": "move-leads",
        "entity_type": "list",
        "entity_id": "0199aaaa-0000-7000-8000-00000000000a",
        "progress": 50,
        "data": {"moved_leads": 3},
    }
    job = BackgroundJob.model_validate(raw)
    assert (job.kind, job.entity_type, job.progress, job.data["moved_leads"]) == ("move-leads", "list", 50, 3)
    assert job.entity_remote_id == "0199aaaa-0000-7000-8000-00000000000a"
    assert job.unread == ("status",)
