"""The broker holds nothing that is not also in the database."""

from collections.abc import Callable

import pytest

from tests.crash.records import assert_everyone_once, assert_reconciled, verification_calls, wait_for_end
from tests.crash.stack import Stack, wait_until
from tests.leads.factories import people


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_a_broker_killed_in_the_middle_of_a_run_loses_nothing(bring_up: Callable[..., Stack]) -> None:
    stack = bring_up(sandbox=("--latency-ms", "100", "--pending-polls", "1"))
    valid = people(120)
    begun = stack.ask("begin", campaign="05A", emails=valid)

    wait_until(lambda: verification_calls(stack) > 40, what="the 40th verification")
    stack.kill("broker")
    asked = verification_calls(stack)
    wait_until(lambda: verification_calls(stack) > asked + 3, what="a verification without a broker")
    stack.start("broker")

    # A worker whose broker is gone ends once its task is done, and is restarted.
    facts = wait_for_end(stack, begun["import"], supervised=True)
    assert_reconciled(facts, loaded=120, rejected={})
    assert_everyone_once(stack, begun["campaign"], valid=valid, refused=[])


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_a_broker_flushed_in_the_middle_of_a_run_loses_nothing(bring_up: Callable[..., Stack]) -> None:
    stack = bring_up(sandbox=("--latency-ms", "100", "--pending-polls", "1"), knobs={"LOAD_BATCH_ROWS": "20"})
    valid = people(60)
    begun = stack.ask("begin", campaign="05A", emails=valid)

    wait_until(lambda: verification_calls(stack) > 20, what="the 20th verification")
    for _ in range(3):
        stack.flush_broker()
        asked = verification_calls(stack)
        wait_until(lambda asked=asked: verification_calls(stack) > asked, what="a verification after the flush")

    facts = wait_for_end(stack, begun["import"], supervised=True)
    assert_reconciled(facts, loaded=60, rejected={})
    assert_everyone_once(stack, begun["campaign"], valid=valid, refused=[])
