"""What is loaded at the start is not looked at again by the collector."""

import gc
from collections.abc import Iterator

import pytest
from django.template import engines

from iexdg.operations.memory import settle_memory


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_everything_loaded_so_far_is_exempt_from_collection_and_young_objects_are_looked_at_less_often() -> None:
    settle_memory()
    assert gc.get_freeze_count() > 50_000
    assert gc.get_threshold() == (10_000, 10, 10)
    assert gc.isenabled()


def test_pages_are_parsed_before_anyone_asks_for_them() -> None:
    settle_memory()
    (loader,) = engines["django"].engine.template_loaders
    assert "golive/go_live.html" in loader.get_template_cache
    assert "campaigns/_row.html" in loader.get_template_cache
