"""kill -9 a worker while lists are verified: every address is paid for once, and no list is left at Instantly."""

from collections.abc import Callable

import pytest

from tests.crash.stack import Stack, wait_until
from tests.leads.factories import people


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
@pytest.mark.parametrize("path", ["/lead-lists", "/leads/add", "/verification-stats", "/leads/list"])
def test_killed_while_a_list_is_verified(bring_up: Callable[..., Stack], path: str) -> None:
    stack = bring_up(sandbox=("--latency-ms", "100"))
    stack.control.settings(credits=1_000)
    stack.ask("sync")
    begun = stack.ask("begin", campaign="05A", emails=people(150), hold=True, verify_by="list")

    wait_until(lambda: stack.control.log(path=path), what=f"the first request of {path}")
    stack.kill("worker-bulk")
    stack.start("worker-bulk")

    facts = wait_until(lambda: _verified(stack, begun["import"]), what="the last verdict")
    assert (facts["verified"], facts["credits_used"], facts["receipts"]) == (150, 150.0, 150)
    paid = [entry for entry in stack.control.log(path="/leads/add") if entry["status"] == 200]
    assert len(paid) == 1
    wait_until(lambda: _deleted(stack), what="the deletion of the list")


def _verified(stack: Stack, imported: int) -> dict[str, object] | None:
    facts = stack.ask("facts", imported=imported)
    return facts if facts["state"] == "verified" else None


def _deleted(stack: Stack) -> list[object]:
    return [one for one in stack.control.log(path="/lead-lists") if (one["method"], one["status"]) == ("DELETE", 200)]
