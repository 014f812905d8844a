"""Checks that an answer has the shape that was asked for, and walks through pages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from iexdg.clients.http.errors import UnexpectedAnswerError
from iexdg.clients.instantly.types.reading import Raw

T = TypeVar("T")

# Source: instantly-api.md §1 pagination and Law 9: a higher limit is a 400.
MOST_PER_PAGE = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page; `next_cursor` is None when the vendor named no next one."""

    items: tuple[T, ...]
    next_cursor: str | None


def one(answer: Any, method: str, path: str, *, is_write: bool = False) -> Raw:
    """Return the answer as an object.

    Raises: UnexpectedAnswerError - it is something else; a write may have been carried out.
    """
    if isinstance(answer, Mapping):
        return answer
    raise _unexpected("an object", answer, method, path, is_write=is_write)


def identified(answer: Any, method: str, path: str, *, is_write: bool = False) -> Raw:
    """Return the answer as an object that has an id; without one it cannot be what was asked for."""
    raw = one(answer, method, path, is_write=is_write)
    if isinstance(raw.get("id"), str) and raw["id"]:
        return raw
    raise _unexpected("an object with an id", answer, method, path, is_write=is_write)


def many(answer: Any, method: str, path: str) -> tuple[Raw, ...]:
    """Return the answer as a list of objects.

    Raises: UnexpectedAnswerError - it is something else; a failed read is never an empty list.
    """
    if isinstance(answer, list) and all(isinstance(item, Mapping) for item in answer):
        return tuple(answer)
    raise _unexpected("a list of objects", answer, method, path)


def page_of(answer: Any, read: Callable[[Raw], T], method: str, path: str) -> Page[T]:
    raw = one(answer, method, path)
    items = many(raw.get("items"), method, path)
    cursor = raw.get("next_starting_after")
    return Page(tuple(read(item) for item in items), cursor if isinstance(cursor, str) and cursor else None)


def checked_limit(limit: int, most: int = MOST_PER_PAGE) -> int:
    """Refuse a page size that the vendor would answer with 400 (Law 9)."""
    if not 1 <= limit <= most:
        raise ValueError(f"limit must be between 1 and {most}, not {limit}")
    return limit


def walk(fetch: Callable[[str | None], Page[T]], path: str) -> Iterator[T]:
    """Yield every item of every page, fetching a page when the one before is used up.

    Shapes: fetch - takes the cursor, None for the first page.
    Raises: UnexpectedAnswerError - the vendor names a cursor twice and would send us round for ever.
    Source: instantly-api.md §1: the last page with data may still carry a cursor, so an empty page ends it.
    """
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        page = fetch(cursor)
        yield from page.items
        if not page.items or page.next_cursor is None:
            return
        if page.next_cursor in seen:
            raise UnexpectedAnswerError("the same page cursor came twice", path=path, request_arrived=True)
        seen.add(page.next_cursor)
        cursor = page.next_cursor


def _unexpected(wanted: str, answer: Any, method: str, path: str, *, is_write: bool = False) -> UnexpectedAnswerError:
    got = "nothing" if answer is None else type(answer).__name__
    return UnexpectedAnswerError(
        f"expected {wanted}, got {got}",
        status=200,
        body=str(answer)[:500],
        method=method,
        path=path,
        is_write=is_write,
        request_arrived=True,
    )
