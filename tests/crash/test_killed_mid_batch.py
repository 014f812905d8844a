"""kill -9 a worker whose batch is in flight: no one is loaded twice and no one is lost, on both databases."""

from collections.abc import Callable

import pytest

from tests.crash.records import PRICE, assert_everyone_once, assert_reconciled, states_of_batches, wait_for_end
from tests.crash.stack import Stack, wait_until
from tests.leads.factories import people

REFUSED = [*people(5, prefix="invalid"), *people(5, prefix="catchall")]
WHY_REFUSED = {"invalid": 5, "catch_all": 5}
IN_FLIGHT = ["reconciled", "reconciled", "sending"]
ADD = {"method": "POST", "path": "/leads/add"}


def test_killed_while_a_batch_is_in_flight(bring_up: Callable[..., Stack]) -> None:
    stack = bring_up(sandbox=("--pending-polls", "0"), knobs={"LOAD_BATCH_ROWS": "20"})
    valid = people(70)
    # Instantly has the batch for half of this time before it answers.
    stack.control.faults({"match": ADD, "do": "latency_ms", "ms": 3000, "skip": 2})
    begun = stack.ask("begin", campaign="05A", emails=[*REFUSED, *valid])

    wait_until(lambda: states_of_batches(stack, begun["import"]) == IN_FLIGHT, what="the third batch in flight")
    wait_until(lambda: len(set(stack.control.leads_in(begun["campaign"])) & set(valid)) == 41, what="its arrival")
    stack.kill("worker-bulk")
    facts = stack.ask("facts", imported=begun["import"])
    assert (facts["loaded"], facts["adds_up"], facts["reconciled"]) == (21, True, False)
    stack.start("worker-bulk")

    facts = wait_for_end(stack, begun["import"])
    assert_reconciled(facts, loaded=70, rejected=WHY_REFUSED)
    assert [batch["size"] for batch in facts["batches"]] == [1, 20, 20, 20, 9]
    assert_everyone_once(stack, begun["campaign"], valid=valid, refused=REFUSED)


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_killed_while_a_batch_into_a_list_is_in_flight(bring_up: Callable[..., Stack]) -> None:
    stack = bring_up(sandbox=("--pending-polls", "0"), knobs={"LOAD_BATCH_ROWS": "20"})
    valid = people(50)
    stack.control.faults({"match": ADD, "do": "latency_ms", "ms": 3000, "skip": 2})
    begun = stack.ask("begin_list", name="Autumn fair", emails=[*REFUSED, *valid])

    wait_until(lambda: states_of_batches(stack, begun["import"]) == IN_FLIGHT, what="the third batch in flight")
    wait_until(lambda: len(_in_list(stack, begun["list"])) == 41, what="its arrival")
    stack.kill("worker-bulk")
    facts = stack.ask("facts", imported=begun["import"])
    assert (facts["loaded"], facts["adds_up"], facts["reconciled"]) == (21, True, False)
    stack.start("worker-bulk")

    facts = wait_for_end(stack, begun["import"])
    assert_reconciled(facts, loaded=50, rejected=WHY_REFUSED)
    assert [batch["size"] for batch in facts["batches"]] == [1, 20, 20, 9]
    assert sorted(_in_list(stack, begun["list"])) == sorted(valid)
    assert stack.control.charged() == dict.fromkeys([*REFUSED, *valid], PRICE)


def _in_list(stack: Stack, remote_id: str) -> list[str]:
    """The addresses that are in a list at the sandbox, each as often as it is there."""
    return [lead["email"] for lead in stack.control.state()["leads"] if lead["list"] == remote_id]
