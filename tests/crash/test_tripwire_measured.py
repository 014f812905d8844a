"""How long a flipped campaign goes unpaused, by the sandbox's own log."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.crash.records import states_of_batches
from tests.crash.stack import Stack, running, wait_until
from tests.leads.factories import people

COMPLETED, PAUSED = 3, 2


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """One stack for all cases; each has a campaign and people of its own."""
    options = ("--latency-ms", "120", "--pending-polls", "0")
    with running(Stack(sandbox=options, knobs={"LOAD_BATCH_ROWS": "5"})) as stack:
        yield stack


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        pytest.param("05A", "", id="reads-well"),
        pytest.param("05B", "status", id="read-fails"),
        pytest.param("05C", "drop_before", id="read-is-lost"),
    ],
)
def test_from_the_flip_to_the_pause(
    stack: Stack, record_property: Callable[[str, object], None], name: str, fault: str
) -> None:
    begun = stack.ask("begin", campaign=name, emails=people(11, domain=f"{name.lower()}.example.com"), hold=True)
    wait_until(lambda: stack.ask("facts", imported=begun["import"])["state"] == "verified", what="the verdicts")
    campaign = begun["campaign"]
    asked_before = len(stack.control.log())
    stack.control.set_status(campaign, COMPLETED)
    if fault:
        # The first read belongs to the time before the canary, the second is its tripwire.
        read = {"method": "GET", "path": f"/campaigns/{campaign}"}
        stack.control.faults({"match": read, "do": fault, "times": 1, "skip": 1})
    stack.ask("resume", imported=begun["import"])

    wait_until(lambda: stack.control.log(path=f"{campaign}/pause"), what="the pause")
    wait_until(lambda: stack.control.status_of(campaign) == PAUSED, what="the pause read back")
    wait_until(lambda: stack.ask("facts", imported=begun["import"])["state"] == "verified", what="the hold")

    calls = stack.control.log()[asked_before:]
    writes = [entry for entry in calls if entry["path"].endswith(("/leads/add", "/pause"))]
    assert [entry["path"].rpartition("/")[2] for entry in writes] == ["add", "pause"]
    facts = stack.ask("facts", imported=begun["import"])
    assert (facts["loaded"], facts["flips"], facts["incidents"]) == (1, 1, ["flip"])
    assert states_of_batches(stack, begun["import"]) == ["reconciled"]
    record_property("seconds from flip to pause", round(seconds_between(*writes), 3))


def seconds_between(load: dict[str, Any], pause: dict[str, Any]) -> float:
    """From the load's answer, which follows the flip, to the arrival of the pause."""
    answered = datetime.fromisoformat(load["at"]).timestamp() + load["ms"] / 1000
    return datetime.fromisoformat(pause["at"]).timestamp() - answered
