"""Pages of a list answer."""

from typing import Any

from iexdg.sandbox.http.wire import JsonObject

DEFAULT_PAGE = 10  # Source: instantly-facts.md §1, Pagination.


def page(items: list[Any], limit: int, cursor: str) -> JsonObject:
    """Return one page; a full page carries a cursor even when it is the last.

    Source: instantly-facts.md §1, Pagination.
    """
    answer: JsonObject = {"items": items}
    if len(items) == limit:
        answer["next_starting_after"] = cursor
    return answer
