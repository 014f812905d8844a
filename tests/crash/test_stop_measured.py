"""The kill switch is not delayed by bulk work: measured by the sandbox's log, with the bulk lane full."""

import time
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.crash.stack import Stack, wait_until
from tests.leads.factories import people

ACTIVE, PAUSED = 1, 2
# A fifth of what Instantly allows, so that a few hundred verdicts keep the lane full for the whole test.
RATE_PER_S = 20


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_stopping_does_not_wait_for_a_full_bulk_lane(
    bring_up: Callable[..., Stack], record_property: Callable[[str, object], None]
) -> None:
    knobs = {"API_LIMIT_PER_S": str(RATE_PER_S), "VERIFY_THREADS": "32", "VERIFY_POLL_S": "0.1"}
    stack = bring_up(sandbox=("--latency-ms", "120", "--pending-polls", "50"), knobs=knobs)
    stack.ask("begin", campaign="05A", emails=people(400), hold=True)
    campaigns = [one["id"] for one in stack.control.state()["campaigns"]][:5]
    for campaign in campaigns:
        stack.control.set_status(campaign, ACTIVE)
    stack.ask("sync")
    # The lane is full: as many calls were sent in the last seconds as the limit lets through.
    wait_until(lambda: bulk_calls_of_last(stack, 3) >= 3 * RATE_PER_S * 0.8, what="a full lane")

    began = time.time()
    assert stack.ask("stop_all")["asked"] >= len(campaigns)
    wait_until(lambda: not stack.ask("stopped")["open"], every_s=0.2, what="every pause read back")
    took = time.time() - began

    pauses = [at(one) for one in stack.control.log(path="/pause") if at(one) >= began - 1]
    assert len(pauses) >= len(campaigns)
    assert {stack.control.status_of(campaign) for campaign in campaigns} == {PAUSED}
    record_property("seconds to the last pause sent", round(max(pauses) - began, 2))
    record_property("seconds to the last read-back", round(took, 2))
    # 400 addresses polled 50 times each would fill the lane for a quarter of an hour.
    assert took < 15


def bulk_calls_of_last(stack: Stack, seconds: float) -> int:
    since = time.time() - seconds
    return sum(1 for one in stack.control.log(path="/email-verification") if at(one) >= since)


def at(entry: dict[str, str]) -> float:
    return datetime.fromisoformat(entry["at"]).timestamp()
