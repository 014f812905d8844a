"""Checks that an answer has the shape that was asked for, and walks through pages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.errors import PartlyUnreadError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.model import Model, Raw, identifier

T = TypeVar("T")
M = TypeVar("M", bound=Model)

# Source: docs/api/instantly-facts.md §1 pagination and Law 9: a higher limit is a 400.
MOST_PER_PAGE = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page and the answer it was read from; `next_cursor` is None when the vendor named no next one.

    Shapes: unread - what is wrong with each record that could not be understood, and is not among the items.
    """

    items: tuple[T, ...]
    next_cursor: str | None
    answer: Answer = field(repr=False)
    unread: tuple[str, ...] = ()


def one(answer: Answer) -> Raw:
    """Return the answer as an object.

    Raises: UnexpectedAnswerError - it is something else; a write may have been carried out.
    """
    if isinstance(answer.value, Mapping):
        return answer.value
    raise answer.unexpected(f"expected an object, got {_kind_of(answer.value)}")


def identified(answer: Answer, remote_id: str | None = None) -> Raw:
    """Return the answer as an object that has an id; without one it cannot be what was asked for.

    Shapes: remote_id - the id that was asked about: an answer about another one is not understood.
    """
    raw = one(answer)
    found = identifier(raw.get("id"))
    if not found:
        raise answer.unexpected("expected an object with an id, got one without")
    if remote_id is not None and found != remote_id:
        raise answer.unexpected("expected the object that was asked for, got another one")
    return raw


def understood(answer: Answer, kind: type[M]) -> M:
    """Return the answer as one object of a kind that was understood.

    Raises: UnexpectedAnswerError - it is something else, or a field that is needed is not what it should be.
    """
    read = kind.model_validate(one(answer))
    if read.unread:
        raise answer.unexpected(f"{', '.join(read.unread)} could not be understood")
    return read


class Listing(Generic[M]):
    """Collects the records of answers that are lists, and what is wrong with those that are not understood."""

    def __init__(self, kind: type[M]) -> None:
        self._kind = kind
        self._items: list[M] = []
        self._unread: list[str] = []
        self._last: Answer | None = None

    def add(self, answer: Answer) -> None:
        """Add one answer.

        Raises: UnexpectedAnswerError - it is no list; a failed read is never an empty one.
        """
        items, unread = _read(answer.value, self._kind, answer)
        self._items += items
        self._unread += unread
        self._last = answer

    def result(self) -> list[M]:
        """Return what was read.

        Raises: PartlyUnreadError - some records were not understood; the error carries the others.
        """
        if self._last is not None and self._unread:
            raise partly_unread(self._last, self._unread, len(self._items), tuple(self._items))
        return self._items


def partly_unread(answer: Answer, unread: Sequence[str], read: int, items: tuple[Model, ...] = ()) -> PartlyUnreadError:
    """Build the error for a list of which some records were not understood. Shapes: read - how many were."""
    return PartlyUnreadError(
        f"{len(unread)} of {len(unread) + read} records could not be understood: {unread[0]}",
        understood=items,
        status=answer.status,
        method=answer.method,
        path=answer.path,
        is_write=answer.is_write,
        request_arrived=True,
    )


def page_of(answer: Answer, kind: type[M]) -> Page[M]:
    """Read one page of objects of a kind.

    Raises: UnexpectedAnswerError - the answer is no page; a failed read is never an empty one.
    """
    raw = one(answer)
    items, unread = _read(raw.get("items"), kind, answer)
    cursor = raw.get("next_starting_after")
    if cursor is not None and not isinstance(cursor, str):
        raise answer.unexpected(f"expected the cursor of the next page, got {_kind_of(cursor)}")
    return Page(tuple(items), cursor or None, answer, tuple(unread))


def checked_limit(limit: int, most: int = MOST_PER_PAGE) -> int:
    """Refuse a page size that the vendor would answer with 400 (Law 9)."""
    if not 1 <= limit <= most:
        raise ValueError(f"limit must be between 1 and {most}, not {limit}")
    return limit


def walk(fetch: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """Yield every item of every page, fetching a page when the one before is used up.

    Shapes: fetch - takes the cursor, None for the first page.
    Raises: UnexpectedAnswerError - the vendor names a cursor twice and would send us round for ever;
        PartlyUnreadError - after the last item, where records could not be understood.
    Source: docs/api/instantly-facts.md §1: the last page with data may still carry a cursor, so an empty page ends it.
    """
    cursor: str | None = None
    seen: set[str] = set()
    unread: list[str] = []
    read = 0
    while True:
        page = fetch(cursor)
        yield from page.items
        unread += page.unread
        read += len(page.items)
        if not (page.items or page.unread) or page.next_cursor is None:
            break
        if page.next_cursor in seen:
            raise page.answer.unexpected("the same page cursor came twice")
        seen.add(page.next_cursor)
        cursor = page.next_cursor
    if unread:
        raise partly_unread(page.answer, unread, read)


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


def collected(items: Iterator[T]) -> tuple[list[T], PartlyUnreadError | None]:
    """Read a list to its end; the error says that records are missing from it, which the caller must not hide."""
    found: list[T] = []
    try:
        for item in items:
            found.append(item)
    except PartlyUnreadError as error:
        return found, error
    return found, None


def _read(value: Any, kind: type[M], answer: Answer) -> tuple[list[M], list[str]]:
    """Return the records that were understood, and what is wrong with each of the others."""
    if not isinstance(value, list):
        raise answer.unexpected(f"expected a list of objects, got {_kind_of(value)}")
    items: list[M] = []
    unread: list[str] = []
    for one_of in value:
        if not isinstance(one_of, Mapping):
            unread.append(f"one is {_kind_of(one_of)}")
            continue
        read = kind.model_validate(one_of)
        if read.unread:
            unread.append(", ".join(islice(read.unread, 5)))
        else:
            items.append(read)
    return items, unread


def _kind_of(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__
