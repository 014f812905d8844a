"""Prints what an attack did, after everything else."""

from typing import Any

import pytest

LOG: dict[str, Any] = {}


@pytest.fixture
def attack_log() -> dict[str, Any]:
    """What the last line shows: the seed of the round and the steps taken."""
    return LOG


def pytest_unconfigure(config: pytest.Config) -> None:
    if LOG:
        steps = LOG["steps"]
        taken = ", ".join(f"{name} {number}" for name, number in steps.most_common())
        results = ", ".join(f"{number} {name}" for name, number in LOG["results"].items())
        print(f"\nattack: {taken}\nattack: {results}")  # noqa: T201
        print(f"attack: {sum(steps.values())} steps run, seed {LOG['seed']} (replay: ATTACK_SEED={LOG['seed']})")  # noqa: T201
