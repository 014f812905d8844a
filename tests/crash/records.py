"""What must be true in the end, by our records and by the sandbox's."""

from typing import Any

from tests.crash.stack import Stack, wait_until
from tests.sandbox_control import SandboxControl

PRICE = 0.25


def wait_for_end(stack: Stack, imported: int, *, supervised: bool = False) -> dict[str, Any]:
    """The facts of an import once nothing is open any more, the settle watch included."""

    def facts_at_the_end() -> dict[str, Any] | None:
        if supervised:
            stack.restart_ended()
        facts: dict[str, Any] = stack.ask("facts", imported=imported)
        return facts if facts["state"] in {"done", "stopped", "failed", "verified"} else None

    facts: dict[str, Any] = wait_until(facts_at_the_end, what="the end of the import")
    return facts


def assert_reconciled(facts: dict[str, Any], *, loaded: int, rejected: dict[str, int]) -> None:
    """Our records: every row has a final state, nothing is open or unknown, each address was paid once."""
    assert (facts["state"], facts["loaded"], facts["rejected"]) == ("done", loaded, rejected), facts
    assert (facts["unknown"], facts["load_failed"], facts["open"]) == (0, {}, 0)
    assert facts["adds_up"]
    assert facts["reconciled"]
    everyone = loaded + sum(rejected.values())
    assert (facts["receipts"], facts["credits_used"]) == (everyone, everyone * PRICE)


def assert_everyone_once(
    stack: Stack, campaign: str, *, valid: list[str], refused: list[str], control: SandboxControl | None = None
) -> None:
    """The sandbox's records: each valid lead is there once, each address was charged once, no one else.

    Shapes: control - of the workspace; without it the first.
    """
    control = control or stack.control
    everyone = {*valid, *refused}
    there = [email for email in control.leads_in(campaign) if email in everyone]
    assert sorted(there) == sorted(valid)
    assert control.charged() == dict.fromkeys(everyone, PRICE)


def verification_calls(stack: Stack) -> int:
    """How many verification calls the sandbox has received."""
    return len(stack.control.log(path="/email-verification"))


def states_of_batches(stack: Stack, imported: int) -> list[str]:
    """The states of an import's batches, in order."""
    return [batch["state"] for batch in stack.ask("facts", imported=imported)["batches"]]
