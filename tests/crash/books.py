"""What must be true in the end, by our books and by the sandbox's."""

from typing import Any

from tests.crash.stack import Stack, wait_until

PRICE = 0.25


def wait_for_end(stack: Stack, imported: int, *, supervised: bool = False) -> dict[str, Any]:
    """The facts of an import once nothing is open any more, the settle watch included."""

    def facts_at_the_end() -> dict[str, Any] | None:
        if supervised:
            stack.keep()
        facts: dict[str, Any] = stack.ask("facts", imported=imported)
        return facts if facts["state"] in {"done", "stopped", "failed", "verified"} else None

    facts: dict[str, Any] = wait_until(facts_at_the_end, within_s=90.0, what="the end of the import")
    return facts


def assert_reconciled(facts: dict[str, Any], *, loaded: int, rejected: dict[str, int]) -> None:
    """Our books: every row is somewhere, nothing is open or unknown, each address was paid once."""
    assert (facts["state"], facts["loaded"], facts["rejected"]) == ("done", loaded, rejected), facts
    assert (facts["unknown"], facts["load_failed"], facts["open"]) == (0, {}, 0)
    assert facts["adds_up"]
    assert facts["reconciled"]
    everybody = loaded + sum(rejected.values())
    assert (facts["receipts"], facts["credits_used"]) == (everybody, everybody * PRICE)


def assert_everybody_once(stack: Stack, campaign: str, *, valid: list[str], refused: list[str]) -> None:
    """The sandbox's books: each valid lead is there once, each address was charged once, nobody else."""
    everybody = {*valid, *refused}
    there = [email for email in stack.control.leads_in(campaign) if email in everybody]
    assert sorted(there) == sorted(valid)
    assert stack.control.charged() == dict.fromkeys(everybody, PRICE)


def verification_calls(stack: Stack) -> int:
    """How many questions about addresses the sandbox has seen."""
    return len(stack.control.log(path="/email-verification"))


def states_of_batches(stack: Stack, imported: int) -> list[str]:
    """The states of an import's batches, in order."""
    return [batch["state"] for batch in stack.ask("facts", imported=imported)["batches"]]
