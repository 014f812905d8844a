"""Two workspaces in real workers: one reached through Maton, whose workers are killed, and one that hangs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.crash.records import (
    assert_everyone_once,
    assert_reconciled,
    states_of_batches,
    verification_calls,
    wait_for_end,
)
from tests.crash.stack import Stack, wait_until
from tests.leads.factories import people
from tests.sandbox_control import SandboxControl

MATON = "demo-maton"
REFUSED = [*people(3, prefix="invalid"), *people(3, prefix="catchall")]
WHY_REFUSED = {"invalid": 3, "catch_all": 3}
ACTIVE, PAUSED = 1, 2
# Longer than every time limit of the client, so that no call to the first workspace ever gets its answer.
HANGS = {"do": "latency_ms", "value": 20_000, "times": 100_000, "match": {"workspace": 1}}


@contextmanager
def second_workspace(stack: Stack) -> Iterator[SandboxControl]:
    """Connect the second workspace, mirror both, and control the sandbox's second world."""
    assert stack.ask("connect_second") == {"workspace": MATON}
    stack.ask("sync")
    stack.ask("sync", workspace=MATON)
    control = SandboxControl(base_url=str(stack.control.http.base_url), workspace=2)
    with control.http:
        yield control


def two(bring_up: Callable[..., Stack], *sandbox: str, **knobs: str) -> Stack:
    options = ("--workspaces", "2", "--pending-polls", "0", *sandbox)
    return bring_up(sandbox=options, knobs={"DEMO_WORKSPACES": "2", **knobs}, worker_processes=4)


def direct_calls(stack: Stack) -> list[dict[str, Any]]:
    """The requests of the first workspace; the second is reached through Maton."""
    return [one for one in stack.control.log() if not one.get("maton_connection")]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_killed_while_it_verifies_and_while_a_batch_is_in_flight_through_maton(bring_up: Callable[..., Stack]) -> None:
    stack = two(bring_up, "--latency-ms", "50", LOAD_BATCH_ROWS="20")
    valid = people(50)
    with second_workspace(stack) as control:
        # The sandbox has the batch for half of this time before it answers.
        slow = {"method": "POST", "path": "/leads/add", "workspace": 2}
        stack.control.faults({"match": slow, "do": "latency_ms", "ms": 3000, "skip": 2})
        begun = stack.ask("begin", campaign="05A", emails=[*REFUSED, *valid], workspace=MATON)

        wait_until(lambda: verification_calls(stack) > 20, what="the 20th verification")
        stack.kill("worker-bulk")
        assert stack.ask("state", imported=begun["import"])["state"] == "verifying"
        stack.start("worker-bulk")
        wait_until(
            lambda: states_of_batches(stack, begun["import"]) == ["reconciled", "reconciled", "sending"],
            what="the third batch in flight",
        )
        wait_until(lambda: len(set(control.leads_in(begun["campaign"])) & set(valid)) == 41, what="its arrival")
        stack.kill("worker-bulk")
        facts = stack.ask("facts", imported=begun["import"])
        assert (facts["loaded"], facts["adds_up"], facts["reconciled"]) == (21, True, False)
        stack.start("worker-bulk")

        facts = wait_for_end(stack, begun["import"])
        assert_reconciled(facts, loaded=50, rejected=WHY_REFUSED)
        assert_everyone_once(stack, begun["campaign"], valid=valid, refused=REFUSED, control=control)
        assert {one["maton_connection"] for one in stack.control.log(path="/leads/add")} != {""}
        assert not stack.control.charged(), "the first workspace pays for no one of the second"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_one_that_answers_after_20_s_slows_no_other(bring_up: Callable[..., Stack]) -> None:
    stack = two(bring_up, SCAN_INTERVAL_S="5", SYNC_INTERVAL_S="5")
    with second_workspace(stack) as control:
        stack.control.faults(HANGS)
        hanging = stack.ask("begin", campaign="05A", emails=people(30))
        for running in (stack.control, control):
            running.set_status(running.state()["campaigns"][0]["id"], ACTIVE)
        assert stack.ask("stop_all")["asked"] >= 1
        # Processes wait for the first workspace by now, and more of its messages come every few seconds.
        wait_until(lambda: len(stack.control.log(path="/pause")) >= 1, what="a pause that hangs")

        begun = stack.ask("begin", campaign="05A", emails=people(30), workspace=MATON)
        facts = wait_for_end(stack, begun["import"])
        assert_reconciled(facts, loaded=30, rejected={})
        assert stack.ask("stop_all", workspace=MATON)["asked"] >= 1
        wait_until(lambda: not stack.ask("stopped", workspace=MATON)["open"], what="every pause read back")
        assert control.status_of(control.state()["campaigns"][0]["id"]) == PAUSED
        assert stack.ask("stopped")["open"], "no pause of the first workspace is read back"
        assert stack.ask("facts", imported=hanging["import"])["loaded"] == 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_without_workers_the_kill_switch_of_all_pauses_one_while_another_hangs(bring_up: Callable[..., Stack]) -> None:
    stack = two(bring_up)
    with second_workspace(stack) as control:
        for name in ("beat", "worker-safety", "worker-watch", "worker-bulk"):
            stack.kill(name)
        for running in (stack.control, control):
            running.set_status(running.state()["campaigns"][0]["id"], ACTIVE)
        stack.ask("sync")
        stack.ask("sync", workspace=MATON)
        stack.control.faults(HANGS)
        calls_before = len(direct_calls(stack))
        with stack.command("pause", "--all-workspaces", "--reason", "wrong copy", "--as", "admin@example.com"):
            second = control.state()["campaigns"][0]["id"]
            wait_until(lambda: control.status_of(second) == PAUSED, what="the pause of the second workspace")
            # One after the other, the first workspace's pause would have timed out and been read back by now.
            assert len(direct_calls(stack)) - calls_before <= 1
