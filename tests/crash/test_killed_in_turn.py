"""kill -9 every kind of process in turn, some of them many times, while a thousand people are verified and loaded."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from iexdg.running.ports import port_answers
from tests.crash.records import assert_everyone_once, assert_reconciled, verification_calls, wait_for_end
from tests.crash.stack import Stack, wait_until
from tests.leads.factories import people

VALID = people(900)
REFUSED = [*people(50, prefix="invalid"), *people(50, prefix="catchall")]
# Whom to kill once so many verifications have arrived, and once so many leads are loaded.
WHILE_VERIFYING = {
    60: "broker", 120: "web", 180: "worker-bulk", 260: "broker", 340: "beat", 420: "worker-watch", 500: "broker",
    580: "web", 660: "worker-safety", 740: "broker", 820: "worker-bulk",
}  # fmt: skip
WHILE_LOADING = {
    30: "broker", 100: "worker-bulk", 180: "web", 260: "broker", 340: "beat", 420: "worker-safety", 500: "worker-watch",
    580: "broker", 660: "web", 740: "worker-bulk",
}  # fmt: skip


@pytest.mark.timeout(600)
@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_an_import_of_a_thousand_adds_up_whatever_is_killed(bring_up: Callable[..., Stack]) -> None:
    stack = bring_up(sandbox=("--latency-ms", "50", "--pending-polls", "0"), knobs={"LOAD_BATCH_ROWS": "30"})
    stack.start("web")
    begun = stack.ask("begin", campaign="05A", emails=[*REFUSED, *VALID])

    def loaded() -> int:
        return int(stack.ask("facts", imported=begun["import"])["loaded"])

    killed = Counter(kill_in_turn(stack, WHILE_VERIFYING, lambda: verification_calls(stack)))
    killed.update(kill_in_turn(stack, WHILE_LOADING, loaded))
    assert killed == {
        "broker": 7, "web": 4, "worker-bulk": 4, "beat": 2, "worker-watch": 2, "worker-safety": 2,
    }  # fmt: skip

    facts = wait_for_end(stack, begun["import"], supervised=True)
    assert_reconciled(facts, loaded=900, rejected={"invalid": 50, "catch_all": 50})
    assert_everyone_once(stack, begun["campaign"], valid=VALID, refused=REFUSED)
    wait_until(lambda: port_answers("127.0.0.1", stack.web_port), what="the web process")


def kill_in_turn(stack: Stack, whom: dict[int, str], progress: Callable[[], int]) -> Iterator[str]:
    """Kill each process once so much was done, start it again as the supervisor does, and go on."""
    for after, name in whom.items():
        wait_until(lambda after=after: supervised(stack, progress) >= after, every_s=0.2, what=name)
        stack.kill(name)
        yield name
        stack.start(name)


def supervised(stack: Stack, progress: Callable[[], int]) -> int:
    stack.restart_ended()
    return progress()
