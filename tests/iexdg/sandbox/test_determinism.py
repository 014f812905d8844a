"""Two runs of the same seed are the same, byte for byte."""

import json
from collections.abc import Callable
from typing import Any

from iexdg.sandbox.resources.routes import INSTANTLY

DAY = 86_400.0


def _script(vendor: Any) -> list[bytes]:
    """Make the same calls and return every answer; a day of sending lies between them."""
    answers: list[bytes] = []
    vendor.http.event_hooks = {"response": [lambda response: answers.append(response.read())]}
    campaign = vendor.campaign(steps=2)
    vendor.add(
        campaign, *(f"{name}{n}@alder.example.com" for name in ("p", "reply", "ooo", "bounce") for n in range(5))
    )
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.post("/email-verification", {"email": "ana@alder.example.com"})
    vendor.advance(DAY)
    for route in INSTANTLY.routes:
        if route.method == "GET" and "{" not in route.path:
            vendor.http.get(route.path)
    vendor.post(f"/campaigns/{campaign}/pause", {})
    return answers


def test_the_same_seed_and_the_same_calls_give_the_same_world_byte_for_byte(make_vendor: Callable[..., Any]) -> None:
    one, other = make_vendor(world="demo"), make_vendor(world="demo")
    assert _script(one) == _script(other)
    assert json.dumps(one.app.saved()) == json.dumps(other.app.saved())


def test_another_seed_gives_another_world(make_vendor: Callable[..., Any]) -> None:
    one, other = make_vendor(world="demo"), make_vendor(world="demo", seed=6)
    assert json.dumps(one.app.saved()) != json.dumps(other.app.saved())


def test_a_world_that_was_saved_goes_on_as_if_it_had_not_stopped(make_vendor: Callable[..., Any]) -> None:
    one, other = make_vendor(world="demo"), make_vendor(world="demo", seed=6)
    other.app.restore(json.loads(json.dumps(one.app.saved())))
    assert _script(one) == _script(other)
    assert json.dumps(one.app.saved()) == json.dumps(other.app.saved())
