"""kill -9 the worker whose answer is in flight: the person gets it once, and it is known that they did."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.crash.stack import Stack, wait_until

TEXT = "Thank you, Tuesday at ten suits us."
REPLY = {"method": "POST", "path": "/emails/reply"}


def answers(stack: Stack) -> list[dict[str, Any]]:
    return [call for call in stack.control.log(path="/emails/reply") if call["method"] == "POST"]


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_a_worker_killed_while_an_answer_is_in_flight_neither_loses_nor_doubles_it(
    bring_up: Callable[..., Stack],
) -> None:
    stack = bring_up()
    stack.control.faults({"match": REPLY, "do": "latency_ms", "ms": 16_000, "times": 1})
    begun = stack.ask("answer", text=TEXT)
    wait_until(lambda: stack.ask("answered", reply=begun["reply"])["state"] == "sending", what="the answer in flight")
    # Instantly has it after half of this time, and answers after all of it.
    time.sleep(11)
    stack.kill("worker-watch")
    assert stack.ask("answered", reply=begun["reply"], later_s=120)["state"] == "sending"
    stack.start("worker-watch")

    found = wait_until(
        lambda: (one := stack.ask("answered", reply=begun["reply"]))["state"] == "sent" and one,
        what="the answer found in its conversation",
    )
    assert found["confirmed"]
    assert found["remote_id"]
    assert found["written"] == 1
    # A call is in the log once its answer was sent, whoever still waits for it.
    wait_until(lambda: answers(stack), what="the end of the call")
    assert len(answers(stack)) == 1
