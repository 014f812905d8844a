"""Every answer about background jobs, in each of their states."""

from typing import Any

from iexdg.sandbox.world.jobs import start_job


def write_all(vendor: Any) -> None:
    world = vendor.app.world
    job = start_job(world, "import-leads", at=world.now(), entity_type="list", entity_id=world.new_id())
    for seconds in (0, 3, 3):
        vendor.advance(seconds)
        vendor.get(f"/background-jobs/{job['id']}")
        vendor.get("/background-jobs")
