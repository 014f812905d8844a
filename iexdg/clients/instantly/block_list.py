"""Addresses and domains that Instantly writes to no more. Only read: DELETE without an id wipes the whole list."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, PlainValidator

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, listed
from iexdg.clients.instantly.model import Flag, Model, TextOrEmpty, address

_PATH = "block-lists-entries"


def _normalised(value: object) -> str:
    return address(value).strip().lower()


class BlockEntry(Model):
    """One address or domain that Instantly writes to no more; `value` is in lower case."""

    required = ("value",)
    checked = ("stated_is_domain",)

    remote_id: TextOrEmpty = Field("", validation_alias="id")
    value: Annotated[str, PlainValidator(_normalised)] = Field("", validation_alias="bl_value")
    stated_is_domain: Flag = Field(None, validation_alias="is_domain")

    @property
    def is_domain(self) -> bool:
        """Return what Instantly states, or the kind that the value has by its form where it states nothing."""
        return "@" not in self.value if self.stated_is_domain is None else self.stated_is_domain


class BlockList:
    """Source: docs/api/instantly-facts.md §2.6 block-lists-entries (read 2026-11-26)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(self, *, limit: int = MOST_PER_PAGE, lane: Lane = Lane.BULK) -> Iterator[BlockEntry]:
        """Yield every blocked address and domain, page by page."""
        return listed(self._transport, _PATH, BlockEntry, {"limit": limit}, lane=lane)
