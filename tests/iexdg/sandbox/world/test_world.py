"""The saved world: everything comes back, and a file of an older version loads."""

import json

import pytest

from iexdg.sandbox.world.clock import WorldClock
from iexdg.sandbox.world.world import World


def world(seed: int = 1) -> World:
    return World(seed=seed, clock=WorldClock())


def test_a_world_comes_back_as_it_was_saved() -> None:
    old, new = world(), world(2)
    old.blocklist, old.credits = ["rival.example.net"], 12.5
    saved = json.loads(json.dumps(old.saved()))
    new.restore(saved)
    assert new.saved() == saved


def test_what_an_older_version_did_not_save_is_as_in_a_new_world() -> None:
    saved, new = world().saved(), world()
    del saved["blocklist"]
    new.restore(saved)
    assert new.blocklist == []


def test_what_is_no_world_is_not_taken_for_one() -> None:
    with pytest.raises(KeyError):
        world().restore({"credits": 1})
