"""The share of a queue that one workspace may use."""

import threading
from contextlib import ExitStack
from typing import Any

import pytest
import redis
from django.core.cache import caches

from iexdg.operations.slots import slot

A, B = 1, 2


@pytest.fixture(autouse=True)
def _four_processes(settings: Any) -> None:
    settings.WORKER_PROCESSES = 4


def test_two_workspaces_have_half_of_a_queue_each_and_none_takes_the_others() -> None:
    with ExitStack() as held:
        taken = [held.enter_context(slot(A, "bulk", workspaces=2)) for _ in range(3)]
        others = [held.enter_context(slot(B, "bulk", workspaces=2)) for _ in range(3)]
        elsewhere = held.enter_context(slot(A, "safety", workspaces=2))
    assert taken == [True, True, False]
    assert others == [True, True, False]
    assert elsewhere is True


def _fails_in_a_slot() -> None:
    with slot(A, "bulk", workspaces=4) as is_free:
        assert is_free
        raise ZeroDivisionError


def test_a_slot_is_free_again_afterwards_also_after_an_error() -> None:
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            _fails_in_a_slot()


@pytest.mark.parametrize(("workspaces", "most"), [(3, 1), (4, 1), (9, 1)])
def test_everyone_has_at_least_one(workspaces: int, most: int) -> None:
    with ExitStack() as held:
        taken = [held.enter_context(slot(A, "bulk", workspaces=workspaces)) for _ in range(4)]
    assert sum(taken) == most


def test_one_workspace_alone_uses_everything() -> None:
    with ExitStack() as held:
        assert all(held.enter_context(slot(A, "bulk", workspaces=1)) for _ in range(9))


def test_a_slot_that_is_in_use_is_renewed_and_that_of_a_crashed_process_expires(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lives: list[tuple[str, float]] = []
    renewed = threading.Event()
    monkeypatch.setattr("iexdg.operations.slots._RENEW_EVERY_S", 0.001)
    cache = caches["shared"]
    touch = cache.touch

    def touched(key: str, timeout: float) -> bool:
        lives.append((key, timeout))
        renewed.set()
        return touch(key, timeout)

    monkeypatch.setattr(cache, "touch", touched)
    with slot(A, "bulk", workspaces=4):
        assert renewed.wait(60)
    assert set(lives) == {("slot:bulk:1:0", 20)}


def test_without_the_cache_nothing_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: Any, **named: Any) -> bool:
        raise redis.ConnectionError

    monkeypatch.setattr(caches["shared"], "add", fails)
    with ExitStack() as held:
        assert all(held.enter_context(slot(A, "bulk", workspaces=2)) for _ in range(5))
