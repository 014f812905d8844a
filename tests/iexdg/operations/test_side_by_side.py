"""Several things at once in one process."""

import threading

import pytest

from iexdg.operations.side_by_side import side_by_side

WITHIN_S = 10


def test_results_come_in_the_order_of_the_items_whoever_ends_first() -> None:
    last_ended = threading.Event()

    def work(item: int) -> int:
        if item == 3:
            last_ended.set()
        else:
            assert last_ended.wait(WITHIN_S), "nothing waits for its turn"
        return item * 10

    assert side_by_side(work, [1, 2, 3]) == [10, 20, 30]


def test_one_alone_stays_in_its_thread() -> None:
    assert side_by_side(lambda _: threading.get_ident(), ["only"]) == [threading.get_ident()]


def test_nothing_is_no_work() -> None:
    assert side_by_side(lambda _: pytest.fail("called"), []) == []


def test_an_error_comes_out_once_the_others_have_ended() -> None:
    ended = []

    def work(item: int) -> None:
        if item == 1:
            raise ValueError("the first")
        ended.append(item)

    with pytest.raises(ValueError, match="the first"):
        side_by_side(work, [1, 2, 3])
    assert sorted(ended) == [2, 3]
