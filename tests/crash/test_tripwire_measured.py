"""How long a flipped campaign goes unpaused, by the sandbox's own log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.crash.books import states_of_batches
from tests.crash.stack import Stack, wait_until
from tests.leads.factories import people

COMPLETED, PAUSED = 3, 2


@pytest.mark.parametrize("fault", ["", "status", "drop_before"], ids=["reads-well", "read-fails", "read-is-lost"])
@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_from_the_flip_to_the_pause(
    bring_up: Callable[..., Stack], record_property: Callable[[str, object], None], fault: str
) -> None:
    stack = bring_up(sandbox=("--latency-ms", "120", "--pending-polls", "0"), knobs={"LOAD_BATCH_ROWS": "5"})
    begun = stack.ask("begin", campaign="05A", emails=people(11), hold=True)
    wait_until(lambda: stack.ask("facts", imported=begun["import"])["state"] == "verified", what="the verdicts")
    campaign = begun["campaign"]
    stack.control.set_status(campaign, COMPLETED)
    if fault:
        # The first read belongs to the time before the canary, the second is its tripwire.
        read = {"method": "GET", "path": f"/campaigns/{campaign}"}
        stack.control.faults({"match": read, "do": fault, "times": 1, "skip": 1})
    stack.ask("resume", imported=begun["import"])

    wait_until(lambda: stack.control.log(path=f"{campaign}/pause"), what="the pause")
    wait_until(lambda: stack.control.status_of(campaign) == PAUSED, what="the pause read back")
    wait_until(lambda: stack.ask("facts", imported=begun["import"])["state"] == "verified", what="the hold")

    writes = [entry for entry in stack.control.log() if entry["path"].endswith(("/leads/add", "/pause"))]
    assert [entry["path"].rpartition("/")[2] for entry in writes] == ["add", "pause"]
    facts = stack.ask("facts", imported=begun["import"])
    assert (facts["loaded"], facts["flips"], facts["incidents"]) == (1, 1, ["flip"])
    assert states_of_batches(stack, begun["import"]) == ["reconciled"]
    record_property("seconds from flip to pause", round(seconds_between(*writes), 3))


def seconds_between(load: dict[str, Any], pause: dict[str, Any]) -> float:
    """From when the load's answer left, the flip behind it, to when the pause arrived."""
    answered = datetime.fromisoformat(load["at"]).timestamp() + load["ms"] / 1000
    return datetime.fromisoformat(pause["at"]).timestamp() - answered
