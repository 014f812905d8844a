"""Addresses and domains that Instantly writes to no more: read, added, changed and taken off."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, PlainValidator

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, Listing, identified, listed, understood
from iexdg.clients.instantly.model import OBJECTS, Count, Flag, Model, Moment, TextOrEmpty, address

_PATH = "block-lists-entries"
# Source: docs/api/instantly-facts.md §2.6, bulk creation and deletion take 1 to 1000.
MOST_AT_ONCE = 1000


def _normalised(value: object) -> str:
    return address(value).strip().lower()


class BlockEntry(Model):
    """One address or domain that Instantly writes to no more; `value` is in lower case."""

    required = ("value",)
    checked = ("stated_is_domain",)

    remote_id: TextOrEmpty = Field("", validation_alias="id")
    value: Annotated[str, PlainValidator(_normalised)] = Field("", validation_alias="bl_value")
    stated_is_domain: Flag = Field(None, validation_alias="is_domain")
    created_at: Moment = Field(None, validation_alias="timestamp_created")

    @property
    def is_domain(self) -> bool:
        """Return what Instantly states, or the kind that the value has by its form where it states nothing."""
        return "@" not in self.value if self.stated_is_domain is None else self.stated_is_domain


class BulkBlocked(Model):
    """What became of many values: those that are blocked now, and how many were neither address nor domain."""

    checked = ("entries", "valid_count", "invalid_count")

    entries: Annotated[tuple[BlockEntry, ...], OBJECTS] = Field((), validation_alias="items")
    valid_count: Count = None
    invalid_count: Count = None


class BlockList:
    """Source: docs/api/instantly-facts.md §2.6 block-lists-entries (read 2026-11-27)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        search: str | None = None,
        domains_only: bool = False,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[BlockEntry]:
        """Yield the blocked addresses and domains, page by page; all of them unless a filter says less."""
        return listed(self._transport, _PATH, BlockEntry, {**_filters(search, domains_only), "limit": limit}, lane=lane)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> BlockEntry:
        answer = self._transport.request("GET", f"{_PATH}/{remote_id}", lane=lane)
        identified(answer, remote_id)
        return understood(answer, BlockEntry)

    def add(self, value: str, *, lane: Lane = Lane.BULK) -> BlockEntry:
        """Block an address or a domain; not repeated when its answer is lost, read the list to find out."""
        return understood(self._transport.request("POST", _PATH, body={"bl_value": value}, lane=lane), BlockEntry)

    def add_many(self, values: Sequence[str], *, lane: Lane = Lane.BULK) -> BulkBlocked:
        """Block 1 to 1000 addresses and domains.

        Raises: ValueError - too many or none, nothing was sent.
        """
        body = {"bl_values": _checked(values)}
        return understood(self._transport.request("POST", f"{_PATH}/bulk-create", body=body, lane=lane), BulkBlocked)

    def change(self, remote_id: str, value: str, *, lane: Lane = Lane.BULK) -> BlockEntry:
        """Let an entry block another address or domain; the one before is not blocked any more."""
        path = f"{_PATH}/{remote_id}"
        answer = self._transport.request("PATCH", path, body={"bl_value": value}, lane=lane)
        identified(answer, remote_id)
        return understood(answer, BlockEntry)

    def remove(self, remote_id: str, *, lane: Lane = Lane.BULK) -> BlockEntry:
        """Take one entry off the list and return it; the request carries neither body nor Content-Type (Law 8).

        Raises: ValueError - without an id the vendor would empty the whole list; nothing was sent.
        """
        if not remote_id.strip() or "/" in remote_id or "?" in remote_id:
            raise ValueError("an entry to remove needs its id: without one Instantly empties the whole list")
        answer = self._transport.request("DELETE", f"{_PATH}/{remote_id}", lane=lane)
        return understood(answer, BlockEntry)

    def remove_many(self, remote_ids: Sequence[str], *, lane: Lane = Lane.BULK) -> tuple[BlockEntry, ...]:
        """Take 1 to 1000 entries off the list and return those that were on it.

        Raises: ValueError - too many or none, nothing was sent.
        """
        body = {"ids": _checked(remote_ids)}
        return _entries(self._transport.request("POST", f"{_PATH}/bulk-delete", body=body, lane=lane))

    def remove_matching(
        self,
        *,
        search: str | None = None,
        domains_only: bool = False,
        delete_everything_blocked: bool = False,
        lane: Lane = Lane.BULK,
    ) -> tuple[BlockEntry, ...]:
        """Take every entry off that the filters mean and return them.

        Shapes: delete_everything_blocked - needed where no filter is given: then the whole list is emptied.
        Raises: ValueError - neither a filter nor that argument; nothing was sent.
        """
        filters = _filters(search, domains_only)
        if not filters and not delete_everything_blocked:
            raise ValueError("this would empty the whole block list: say delete_everything_blocked=True if it should")
        return _entries(self._transport.request("DELETE", _PATH, query=filters, lane=lane))

    def download(self, *, search: str | None = None, domains_only: bool = False, lane: Lane = Lane.BULK) -> str:
        """Return the list as a CSV file with the columns `Blocked Email` and `Date`; lines end with CRLF."""
        query = _filters(search, domains_only)
        answer = self._transport.request("GET", f"{_PATH}/download", query=query, lane=lane, wants_text=True)
        return str(answer.value)


def _filters(search: str | None, domains_only: bool) -> Mapping[str, Any]:
    wanted = {"search": (search or "").strip() or None, "domains_only": "true" if domains_only else None}
    return {name: value for name, value in wanted.items() if value is not None}


def _checked(values: Sequence[str]) -> Sequence[str]:
    if isinstance(values, str) or not 1 <= len(values) <= MOST_AT_ONCE:
        raise ValueError(f"1 to {MOST_AT_ONCE} at once, not {len(values)}")
    return [*values]


def _entries(answer: Answer) -> tuple[BlockEntry, ...]:
    found = Listing(BlockEntry)
    found.add(answer)
    return tuple(found.result())
