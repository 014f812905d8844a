"""Custom tags, and which accounts and campaigns have them."""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, identified, listed, one
from iexdg.clients.instantly.model import Code, Identifier, Model, Moment, Text, TextOrEmpty

_PATH = "custom-tags"


class TaggedKind(IntEnum):
    """What has a tag. Source: docs/api/instantly-facts.md §2.0, Tag resource_type."""

    ACCOUNT = 1
    CAMPAIGN = 2


class CustomTag(Model):
    """One tag; its label is unique in the workspace."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    label: Text = None
    description: Text = None
    created_at: Moment = Field(None, validation_alias="timestamp_created")


class TagMapping(Model):
    """That one account or campaign has one tag."""

    required = ("remote_id", "tag_remote_id", "resource_id")

    remote_id: Identifier = Field("", validation_alias="id")
    tag_remote_id: TextOrEmpty = Field("", validation_alias="tag_id")
    kind: Code = Field(None, validation_alias="resource_type")
    resource_id: TextOrEmpty = ""


class CustomTags:
    """Source: docs/api/instantly-facts.md §2.6 custom-tags (read 2026-11-27)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        search: str | None = None,
        resource_ids: Sequence[str] | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[CustomTag]:
        """Yield all tags, page by page. Shapes: resource_ids - campaigns or accounts that have them."""
        resources = ",".join(resource_ids) if resource_ids is not None else None
        query = {"limit": limit, "search": search, "resource_ids": resources}
        return listed(self._transport, _PATH, CustomTag, query, lane=lane)

    def mappings(
        self, *, resource_ids: Sequence[str] | None = None, limit: int = MOST_PER_PAGE, lane: Lane = Lane.BULK
    ) -> Iterator[TagMapping]:
        """Yield which account or campaign has which tag, page by page."""
        query = {"limit": limit, "resource_ids": ",".join(resource_ids) if resource_ids is not None else None}
        return listed(self._transport, "custom-tag-mappings", TagMapping, query, lane=lane)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> CustomTag:
        answer = self._transport.request("GET", f"{_PATH}/{remote_id}", lane=lane)
        return CustomTag.model_validate(identified(answer, remote_id))

    def create(self, label: str, *, description: str | None = None, lane: Lane = Lane.BULK) -> CustomTag:
        """Make a tag.

        Raises: ConflictError - there is one with this label.
        """
        body = {"label": label, "description": description}
        return CustomTag.model_validate(identified(self._transport.request("POST", _PATH, body=body, lane=lane)))

    def patch(self, remote_id: str, changes: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> CustomTag:
        """Change label or description.

        Raises: ConflictError - another tag has this label.
        """
        answer = self._transport.request("PATCH", f"{_PATH}/{remote_id}", body=dict(changes), lane=lane)
        return CustomTag.model_validate(identified(answer, remote_id))

    def delete(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Remove a tag, from everything that has it too."""
        self._transport.request("DELETE", f"{_PATH}/{remote_id}", lane=lane)

    def assign(
        self, tag_remote_ids: Sequence[str], kind: TaggedKind, resource_ids: Sequence[str], *, lane: Lane = Lane.BULK
    ) -> None:
        """Give tags to accounts or campaigns. Shapes: resource_ids - addresses of accounts, ids of campaigns."""
        self._toggle(tag_remote_ids, kind, {"resource_ids": _some(resource_ids)}, assign=True, lane=lane)

    def unassign(
        self, tag_remote_ids: Sequence[str], kind: TaggedKind, resource_ids: Sequence[str], *, lane: Lane = Lane.BULK
    ) -> None:
        """Take tags from accounts or campaigns."""
        self._toggle(tag_remote_ids, kind, {"resource_ids": _some(resource_ids)}, assign=False, lane=lane)

    def assign_to_all(
        self,
        tag_remote_ids: Sequence[str],
        kind: TaggedKind,
        *,
        except_for: Sequence[str] = (),
        search: str | None = None,
        lane: Lane = Lane.BULK,
    ) -> None:
        """Give tags to all accounts or campaigns of the workspace, or to all that a search finds."""
        self._toggle(tag_remote_ids, kind, _all(except_for, search), assign=True, lane=lane)

    def unassign_from_all(
        self,
        tag_remote_ids: Sequence[str],
        kind: TaggedKind,
        *,
        except_for: Sequence[str] = (),
        search: str | None = None,
        lane: Lane = Lane.BULK,
    ) -> None:
        """Take tags from all accounts or campaigns of the workspace, or from all that a search finds."""
        self._toggle(tag_remote_ids, kind, _all(except_for, search), assign=False, lane=lane)

    def _toggle(
        self, tag_remote_ids: Sequence[str], kind: TaggedKind, chosen: Mapping[str, Any], *, assign: bool, lane: Lane
    ) -> None:
        body = {"tag_ids": _some(tag_remote_ids), "resource_type": int(kind), "assign": assign, **chosen}
        # Assigning twice leaves everything as assigning once, so a lost answer may be asked for again.
        one(self._transport.request("POST", f"{_PATH}/toggle-resource", body=body, lane=lane, repeatable=True))


def _some(ids: Sequence[str]) -> Sequence[str]:
    if not ids:
        raise ValueError("name at least one tag and one account or campaign")
    return [*ids]


def _all(except_for: Sequence[str], search: str | None) -> Mapping[str, Any]:
    narrowed = {"excluded_resource_ids": [*except_for] or None, "search": search}
    return {"selected_all": True, **{name: value for name, value in narrowed.items() if value is not None}}
