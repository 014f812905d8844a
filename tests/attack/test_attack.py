"""Proof by attack: small in every test run, long by `make attack`."""

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.attack.machine import RESULTS, STEPS, Attack

pytestmark = pytest.mark.django_db

SECONDS = float(os.environ.get("ATTACK_S", "0"))
SEED = os.environ.get("ATTACK_SEED", "")
SMALL_SEED = 5


def attack(number: int, *, examples: int, steps: int) -> None:
    """One round, determined by its number."""

    @seed(number)
    class Round(Attack):
        pass

    run_state_machine_as_test(
        Round,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            database=None,
            deadline=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )


def test_no_promise_breaks_under_a_short_attack() -> None:
    attack(SMALL_SEED, examples=3, steps=25)


@pytest.mark.skipif(not SECONDS and not SEED, reason="long: make attack")
@pytest.mark.timeout(0)
def test_no_promise_breaks_under_a_long_attack(attack_log: dict[str, object]) -> None:
    ends_at = time.monotonic() + SECONDS
    number = int(SEED or time.time_ns() % 1_000_000)
    while True:
        attack_log |= {"seed": number, "steps": STEPS, "results": RESULTS}
        attack(number, examples=5, steps=50)
        if SEED or time.monotonic() >= ends_at:
            return
        number += 1
