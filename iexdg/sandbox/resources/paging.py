"""Pages of a list answer."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from iexdg.sandbox.http.wire import JsonObject, Reply, json_text

DEFAULT_PAGE = 10  # Source: instantly-facts.md §1, Pagination.
_DIGIT = re.compile(r"[0-9a-f]")


def page(items: list[Any], limit: int, cursor: str) -> JsonObject:
    """Return one page; a full page carries a cursor even when it is the last.

    Source: instantly-facts.md §1, Pagination.
    """
    answer: JsonObject = {"items": items}
    if len(items) == limit:
        answer["next_starting_after"] = cursor
    return answer


def page_of_texts(items: list[str], limit: int, cursor: str) -> Reply:
    """Return one page of objects whose JSON text is there already, in the same bytes as `page`."""
    behind = f',"next_starting_after":{json_text(cursor)}' if len(items) == limit else ""
    return Reply(status=200, body=f'{{"items":[{",".join(items)}]{behind}}}'.encode())


def page_behind(items: Sequence[Any], limit: int, cursor: str | None, cursor_of: Callable[[Any], str]) -> JsonObject:
    """Return the page behind a cursor, in whatever order the items are.

    Source: instantly-facts.md §1, Pagination: an empty page is the end.
    Assumed: where the list is in the order of its cursors, one whose item is gone goes on where it stood, so that who
        deletes page by page meets everything; elsewhere, and where it is none, it is behind them all.
    """
    first = 0 if cursor is None else _place_behind([cursor_of(item) for item in items], cursor)
    chosen = list(items[first : first + limit])
    return page(chosen, limit, cursor_of(chosen[-1]) if chosen else "")


def _place_behind(cursors: list[str], cursor: str) -> int:
    if cursor in cursors:
        return cursors.index(cursor) + 1
    if not cursors or _form(cursor) != _form(cursors[0]):
        return len(cursors)
    in_order = sorted(cursors)
    if cursors == in_order:
        return sum(one < cursor for one in cursors)
    return sum(one > cursor for one in cursors) if cursors == in_order[::-1] else len(cursors)


def _form(cursor: str) -> str:
    return _DIGIT.sub("0", cursor)
