"""Instantly did what it was asked, but the answer was lost and the worker crashed."""

from collections.abc import Callable

from tests.crash.records import assert_everyone_once, assert_reconciled, verification_calls, wait_for_end
from tests.crash.stack import Stack, wait_until
from tests.leads.factories import people

REFUSED = [*people(3, prefix="invalid"), *people(3, prefix="catchall")]


def lost(path: str, *, times: int, skip: int = 0) -> dict[str, object]:
    return {"match": {"method": "POST", "path": path}, "do": "drop_after_commit", "times": times, "skip": skip}


def test_lost_answers_and_killed_workers_neither_pay_nor_load_twice(bring_up: Callable[..., Stack]) -> None:
    stack = bring_up(sandbox=("--latency-ms", "60", "--pending-polls", "1"), knobs={"LOAD_BATCH_ROWS": "30"})
    valid = people(54)
    stack.control.faults(lost("/email-verification", times=12, skip=4), lost("/leads/add", times=1, skip=1))
    begun = stack.ask("begin", campaign="05A", emails=[*REFUSED, *valid])

    wait_until(lambda: verification_calls(stack) > 16, what="the lost answers")
    stack.kill("worker-bulk")
    stack.start("worker-bulk")
    wait_until(
        lambda: "unknown" in [batch["state"] for batch in stack.ask("facts", imported=begun["import"])["batches"]],
        what="the lost answer of a batch",
    )
    stack.kill("worker-bulk")
    facts = stack.ask("facts", imported=begun["import"])
    assert (facts["loaded"], facts["unknown"], facts["adds_up"], facts["reconciled"]) == (1, 30, True, False)
    stack.start("worker-bulk")

    facts = wait_for_end(stack, begun["import"])
    assert_reconciled(facts, loaded=54, rejected={"invalid": 3, "catch_all": 3})
    assert len(stack.control.log(path="/leads/add")) == 3
    assert_everyone_once(stack, begun["campaign"], valid=valid, refused=REFUSED)
