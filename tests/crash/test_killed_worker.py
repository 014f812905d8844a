"""kill -9 a worker while it verifies: every lead is verified once, loaded once, accounted for once."""

import time
from collections.abc import Callable

import pytest

from tests.crash.records import assert_everyone_once, assert_reconciled, verification_calls, wait_for_end
from tests.crash.stack import Stack, wait_until
from tests.leads.factories import people

REFUSED = [*people(5, prefix="invalid"), *people(5, prefix="catchall")]
WHY_REFUSED = {"invalid": 5, "catch_all": 5}


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_killed_while_verifying(bring_up: Callable[..., Stack]) -> None:
    stack = bring_up(sandbox=("--latency-ms", "100", "--pending-polls", "1"))
    valid = people(110)
    begun = stack.ask("begin", campaign="05A", emails=[*REFUSED, *valid])

    wait_until(lambda: verification_calls(stack) > 60, what="the 60th verification")
    wait_until(lambda: stack.ask("facts", imported=begun["import"])["answered"], what="the first verdict")
    stack.kill("worker-bulk")
    facts = stack.ask("facts", imported=begun["import"])
    assert (facts["state"], facts["adds_up"]) == ("verifying", True)
    assert 0 < facts["answered"] < 120
    stack.start("worker-bulk")

    facts = wait_for_end(stack, begun["import"])
    assert_reconciled(facts, loaded=110, rejected=WHY_REFUSED)
    assert_everyone_once(stack, begun["campaign"], valid=valid, refused=REFUSED)


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_killed_alone_while_it_verifies_its_pool_stops_before_the_next_worker_starts(
    bring_up: Callable[..., Stack],
) -> None:
    stack = bring_up(sandbox=("--latency-ms", "100", "--pending-polls", "0"))
    valid = people(120)
    begun = stack.ask("begin", campaign="05A", emails=valid)

    wait_until(lambda: verification_calls(stack) > 20, what="the 20th verification")
    stack.kill_alone("worker-bulk")
    asked = wait_until(lambda: _settled_count(stack), what="silence")
    assert asked < 120
    stack.start("worker-bulk")

    facts = wait_for_end(stack, begun["import"])
    assert_reconciled(facts, loaded=120, rejected={})
    assert_everyone_once(stack, begun["campaign"], valid=valid, refused=[])


def _settled_count(stack: Stack) -> int:
    """The number of verification calls once no more come."""
    before = verification_calls(stack)
    time.sleep(0.5)
    return before if verification_calls(stack) == before else 0
