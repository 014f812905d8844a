"""kill -9 a worker at any moment: every lead is verified once, loaded once, accounted for once."""

import time
from collections.abc import Callable

from tests.crash.books import (
    assert_everybody_once,
    assert_reconciled,
    states_of_batches,
    verification_calls,
    wait_for_end,
)
from tests.crash.stack import Stack, wait_until
from tests.leads.factories import people

REFUSED = [*people(5, prefix="invalid"), *people(5, prefix="catchall")]
WHY_REFUSED = {"invalid": 5, "catch_all": 5}


def test_killed_while_verifying(bring_up: Callable[..., Stack]) -> None:
    stack = bring_up(sandbox=("--latency-ms", "100", "--pending-polls", "1"))
    valid = people(110)
    begun = stack.ask("begin", campaign="05A", emails=[*REFUSED, *valid])

    wait_until(lambda: verification_calls(stack) > 60, what="the 60th question")
    wait_until(lambda: stack.ask("facts", imported=begun["import"])["answered"], what="the first verdict")
    stack.kill("worker-bulk")
    facts = stack.ask("facts", imported=begun["import"])
    assert (facts["state"], facts["adds_up"]) == ("verifying", True)
    assert 0 < facts["answered"] < 120
    stack.start("worker-bulk")

    facts = wait_for_end(stack, begun["import"])
    assert_reconciled(facts, loaded=110, rejected=WHY_REFUSED)
    assert_everybody_once(stack, begun["campaign"], valid=valid, refused=REFUSED)


def test_killed_while_a_batch_is_on_the_wire(bring_up: Callable[..., Stack]) -> None:
    stack = bring_up(sandbox=("--pending-polls", "0"), knobs={"LOAD_BATCH_ROWS": "20"})
    valid = people(70)
    # Instantly has the batch half of this time before its answer leaves.
    stack.control.faults({"match": {"method": "POST", "path": "/leads/add"}, "do": "latency_ms", "ms": 3000, "skip": 2})
    begun = stack.ask("begin", campaign="05A", emails=[*REFUSED, *valid])

    wait_until(
        lambda: states_of_batches(stack, begun["import"]) == ["reconciled", "reconciled", "sending"],
        what="the third batch on the wire",
    )
    wait_until(lambda: len(set(stack.control.leads_in(begun["campaign"])) & set(valid)) == 41, what="its arrival")
    stack.kill("worker-bulk")
    facts = stack.ask("facts", imported=begun["import"])
    assert (facts["loaded"], facts["adds_up"], facts["reconciled"]) == (21, True, False)
    stack.start("worker-bulk")

    facts = wait_for_end(stack, begun["import"])
    assert_reconciled(facts, loaded=70, rejected=WHY_REFUSED)
    assert [batch["size"] for batch in facts["batches"]] == [1, 20, 20, 20, 9]
    assert_everybody_once(stack, begun["campaign"], valid=valid, refused=REFUSED)


def test_killed_alone_while_it_verifies_its_pool_does_not_go_on_beside_the_next_worker(
    bring_up: Callable[..., Stack],
) -> None:
    stack = bring_up(sandbox=("--latency-ms", "100", "--pending-polls", "0"))
    valid = people(120)
    begun = stack.ask("begin", campaign="05A", emails=valid)

    wait_until(lambda: verification_calls(stack) > 20, what="the 20th question")
    stack.kill_alone("worker-bulk")
    asked = wait_until(lambda: _settled_count(stack), what="silence")
    assert asked < 120
    stack.start("worker-bulk")

    facts = wait_for_end(stack, begun["import"])
    assert_reconciled(facts, loaded=120, rejected={})
    assert_everybody_once(stack, begun["campaign"], valid=valid, refused=[])


def _settled_count(stack: Stack) -> int:
    """The number of questions once no more come."""
    before = verification_calls(stack)
    time.sleep(0.5)
    return before if verification_calls(stack) == before else 0
