"""Background jobs: their life by the world's clock, how they are listed, and that their work is done in its time."""

import json
from typing import Any

import pytest

from iexdg.sandbox.resources.jobs.work import play
from iexdg.sandbox.world.clock import WorldClock
from iexdg.sandbox.world.jobs import FAILED, JobFailedError, start_job, status_of
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

LIST_ID = "0199aaaa-0000-7000-8000-00000000000a"


def started(vendor: Any, kind: str = "import-leads", **facts: Any) -> str:
    return str(start_job(vendor.app.world, kind, at=vendor.app.world.now(), **facts)["id"])


@pytest.mark.parametrize(
    ("seconds", "status", "progress", "updated"),
    [
        (0, "pending", 0, "15:00:00"),
        (1.9, "pending", 0, "15:00:00"),
        (2, "in-progress", 0, "15:00:02"),
        (3.5, "in-progress", 50, "15:00:02"),
        (5, "success", 100, "15:00:05"),
        (3600, "success", 100, "15:00:05"),
    ],
)
def test_a_job_is_pending_for_two_seconds_and_done_after_five(
    vendor: Any, seconds: float, status: str, progress: int, updated: str
) -> None:
    job_id = started(vendor)
    vendor.advance(seconds)
    job = vendor.get(f"/background-jobs/{job_id}")
    assert (job["status"], job["progress"]) == (status, progress)
    assert (job["created_at"], job["updated_at"]) == ("2026-11-23T15:00:00.000Z", f"2026-11-23T{updated}.000Z")


def test_a_job_has_an_id_of_24_hexadecimal_digits_and_an_unknown_one_is_not_found(vendor: Any) -> None:
    job_id = started(vendor)
    assert len(job_id) == 24
    assert set(job_id) <= set("0123456789abcdef")
    assert vendor.http.get(f"/background-jobs/{'0' * 24}").status_code == 404


def test_jobs_are_listed_newest_first_and_page_to_an_empty_end(vendor: Any) -> None:
    ids = []
    for _ in range(3):
        ids.append(started(vendor))
        vendor.advance(1)
    first = vendor.get("/background-jobs", limit=2)
    assert [job["id"] for job in first["items"]] == [ids[2], ids[1]]
    rest = vendor.get("/background-jobs", limit=2, starting_after=first["next_starting_after"])
    assert [job["id"] for job in rest["items"]] == [ids[0]]
    assert vendor.get("/background-jobs", starting_after=ids[0]) == {"items": []}
    assert vendor.get("/background-jobs", starting_after="nowhere") == {"items": []}
    assert [job["id"] for job in vendor.get("/background-jobs", sort_order="asc")["items"]] == ids


def test_a_job_that_changed_last_is_first_by_update(vendor: Any) -> None:
    old = started(vendor)
    vendor.advance(1)
    new = started(vendor)
    vendor.advance(1.5)  # the old one is in progress for half a second, the new one is pending
    assert [job["id"] for job in vendor.get("/background-jobs", sort_column="updated_at")["items"]] == [old, new]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"type": "move-leads"}, "move"),
        ({"entity_type": "list"}, "move"),
        ({"entity_id": f"x,{LIST_ID}"}, "move"),
        ({"status": "success,failed"}, "old"),
        ({"status": "pending,in-progress"}, "move"),
        ({"ids": "{old}"}, "old"),
        ({"excluded_ids": "{old}"}, "move"),
        ({"ids": "{move}", "included_ids": "{old}"}, "both"),
    ],
)
def test_every_filter_of_the_list_of_jobs_narrows_it(vendor: Any, query: dict[str, str], found: str) -> None:
    ids = {"old": started(vendor)}
    vendor.advance(10)
    ids["move"] = started(vendor, "move-leads", entity_type="list", entity_id=LIST_ID)
    wanted = {name: text.format(**ids) for name, text in query.items()}
    listed = {job["id"] for job in vendor.get("/background-jobs", **wanted)["items"]}
    assert listed == (set(ids.values()) if found == "both" else {ids[found]})


def world() -> World:
    return World(seed=1, clock=WorldClock(lambda: 1000.0))


def test_the_work_is_done_once_at_the_end_and_says_what_it_did() -> None:
    made, done = world(), list[tuple[float, Any]]()

    def work(_: World, __: SandboxOptions, job: Any, at: float) -> dict[str, Any]:
        done.append((at, job["order"]))
        return {"moved_leads": 2, "failed_count": 0}

    job = start_job(made, "move-leads", at=1000, order={"to": "x"})
    for until in (1004.9, 1005, 1006):
        play(made, SandboxOptions(), until, {"move-leads": work})
        assert done == ([] if until < 1005 else [(1005, {"to": "x"})])
    assert job["data"] == {"moved_leads": 2, "failed_count": 0}


def test_a_job_whose_work_cannot_be_done_has_failed_and_stays_at_0() -> None:
    made = world()

    def work(*_: Any) -> dict[str, Any]:
        raise JobFailedError

    job = start_job(made, "move-leads", at=1000)
    play(made, SandboxOptions(), 1010, {"move-leads": work})
    assert status_of(job, 1010) == FAILED


def test_jobs_end_in_the_order_in_which_they_began_even_when_the_clock_jumps() -> None:
    made, ends = world(), list[float]()

    def work(_: World, __: SandboxOptions, job: Any, at: float) -> dict[str, Any]:
        ends.append(at)
        if len(ends) == 1:
            start_job(made, "move-leads", at=at)
        return {}

    for at in (1003.0, 1000.0):
        start_job(made, "move-leads", at=at)
    play(made, SandboxOptions(), 2000, {"move-leads": work})
    assert ends == [1005, 1008, 1010]


def test_an_open_job_survives_saving_and_ends_afterwards() -> None:
    old, new = world(), World(seed=2, clock=WorldClock())
    job = start_job(old, "import-leads", at=1000)
    new.restore(json.loads(json.dumps(old.saved())))
    play(new, SandboxOptions(), 1010)
    assert status_of(new.jobs[job["id"]], 1010) == "success"
    assert new.open_jobs == []


def test_of_the_data_of_a_job_only_the_fields_that_are_asked_for_are_shown(vendor: Any) -> None:
    job_id = started(vendor)
    vendor.app.world.jobs[job_id]["data"] = {"success_count": 2, "failed_count": 0}
    assert vendor.get(f"/background-jobs/{job_id}")["data"] == {"success_count": 2, "failed_count": 0}
    narrow = vendor.get(f"/background-jobs/{job_id}", data_fields="success_count,total_to_process")
    assert narrow["data"] == {"success_count": 2}


def test_the_demo_has_a_job_that_succeeded(demo: Any) -> None:
    (job,) = demo.get("/background-jobs")["items"]
    assert (job["type"], job["status"], job["entity_id"]) == ("import-leads", "success", demo.named("05A"))
