"""A copied demo world is the demo world: equal to a built one, and shared with no other test."""

from typing import Any

import pytest

from iexdg.sandbox.app import SandboxOptions, create_app
from tests.sandbox_worlds import sandbox_app

NOW = 1_795_442_400.0


def everything_in(app: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(app.world).items() if name != "clock"}


@pytest.mark.parametrize("knobs", [{}, {"pending_polls": 0}, {"seed": 7, "bounce_protect_floor": 10, "speed": 60.0}])
def test_a_copied_world_is_the_one_that_the_sandbox_builds(knobs: dict[str, Any]) -> None:
    built = create_app(SandboxOptions(clock=lambda: NOW, **knobs))
    for _ in range(2):
        copied = sandbox_app(clock=lambda: NOW, **knobs)
        assert everything_in(copied) == everything_in(built)
        assert copied.world.clock.saved() == built.world.clock.saved()


def test_what_happens_in_one_world_does_not_happen_in_the_next() -> None:
    one = sandbox_app(clock=lambda: NOW)
    built = everything_in(sandbox_app(clock=lambda: NOW))
    for lead in list(one.world.leads.values()):
        lead["status"] = -1
        one.world.drop_lead(lead)
    one.world.campaigns.clear()
    assert everything_in(sandbox_app(clock=lambda: NOW)) == built


def test_another_moment_or_another_knob_is_another_world() -> None:
    built = everything_in(sandbox_app(clock=lambda: NOW))
    assert everything_in(sandbox_app(clock=lambda: NOW + 86_400)) != built
    assert everything_in(sandbox_app(clock=lambda: NOW, seed=6)) != built
