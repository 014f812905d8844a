"""Checks that an answer has the shape that was asked for, and walks through pages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.model import Model, Raw

T = TypeVar("T")
M = TypeVar("M", bound=Model)

# Source: docs/api/instantly-facts.md §1 pagination and Law 9: a higher limit is a 400.
MOST_PER_PAGE = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page and the answer it was read from; `next_cursor` is None when the vendor named no next one."""

    items: tuple[T, ...]
    next_cursor: str | None
    answer: Answer = field(repr=False)


def one(answer: Answer) -> Raw:
    """Return the answer as an object.

    Raises: UnexpectedAnswerError - it is something else; a write may have been carried out.
    """
    if isinstance(answer.value, Mapping):
        return answer.value
    raise answer.unexpected(f"expected an object, got {_kind_of(answer.value)}")


def identified(answer: Answer) -> Raw:
    """Return the answer as an object that has an id; without one it cannot be what was asked for."""
    raw = one(answer)
    if isinstance(raw.get("id"), str) and raw["id"]:
        return raw
    raise answer.unexpected("expected an object with an id, got one without")


def many(answer: Answer) -> tuple[Raw, ...]:
    """Return the answer as a list of objects.

    Raises: UnexpectedAnswerError - it is something else; a failed read is never an empty list.
    """
    return _objects(answer.value, answer)


def page_of(answer: Answer, kind: type[M]) -> Page[M]:
    """Read one page of objects of a kind.

    Raises: UnexpectedAnswerError - the answer is no page; a failed read is never an empty one.
    """
    raw = one(answer)
    items = _objects(raw.get("items"), answer)
    cursor = raw.get("next_starting_after")
    return Page(
        tuple(kind.model_validate(item) for item in items),
        cursor if isinstance(cursor, str) and cursor else None,
        answer,
    )


def checked_limit(limit: int, most: int = MOST_PER_PAGE) -> int:
    """Refuse a page size that the vendor would answer with 400 (Law 9)."""
    if not 1 <= limit <= most:
        raise ValueError(f"limit must be between 1 and {most}, not {limit}")
    return limit


def walk(fetch: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """Yield every item of every page, fetching a page when the one before is used up.

    Shapes: fetch - takes the cursor, None for the first page.
    Raises: UnexpectedAnswerError - the vendor names a cursor twice and would send us round for ever.
    Source: docs/api/instantly-facts.md §1: the last page with data may still carry a cursor, so an empty page ends it.
    """
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        page = fetch(cursor)
        yield from page.items
        if not page.items or page.next_cursor is None:
            return
        if page.next_cursor in seen:
            raise page.answer.unexpected("the same page cursor came twice")
        seen.add(page.next_cursor)
        cursor = page.next_cursor


def listed(
    transport: HttpTransport,
    path: str,
    kind: type[M],
    query: Mapping[str, Any],
    *,
    lane: Lane,
    most: int = MOST_PER_PAGE,
) -> Iterator[M]:
    """Yield every object of a GET list, page by page. Shapes: query - with its `limit`, without the cursor.

    Raises: ValueError - at once, where the limit is one that the vendor refuses; what `walk` and `page_of` raise.
    """
    checked_limit(query["limit"], most)

    def fetch(cursor: str | None) -> Page[M]:
        return page_of(transport.request("GET", path, query={**query, "starting_after": cursor}, lane=lane), kind)

    return walk(fetch)


def _objects(value: Any, answer: Answer) -> tuple[Raw, ...]:
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return tuple(value)
    raise answer.unexpected(f"expected a list of objects, got {_kind_of(value)}")


def _kind_of(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__
