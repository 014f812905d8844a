"""Work on several things at once within one process, such as one call for each workspace."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Call `work` with each item in a thread of its own; returns the results in the order of the items.

    Each thread closes the database connections that it opened. It sees nothing of an open transaction.
    Raises: what the first of them raised, once all have ended.
    """
    if len(items) < 2:
        return [work(item) for item in items]

    def one(item: Item) -> Result:
        try:
            return work(item)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(one, items))
