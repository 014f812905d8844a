"""Subsequences: what a campaign writes to a lead once something has happened."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import AliasPath, Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, Listing, identified, listed, understood
from iexdg.clients.instantly.campaigns import SendingStatus
from iexdg.clients.instantly.model import (
    Code,
    Count,
    Identifier,
    Model,
    Moment,
    Object,
    Ordinal,
    Text,
    TextOrEmpty,
    mappings,
)

_PATH = "subsequences"


class Subsequence(Model):
    """One subsequence; its status has the codes of a campaign.

    Shapes: conditions - {crm_status, lead_activity, reply_contains}; lead_activity is 2 opened, 4 clicked, 91 completed
        without a reply.
    """

    required = ("remote_id", "campaign_remote_id")
    checked = ("status",)

    remote_id: Identifier = Field("", validation_alias="id")
    campaign_remote_id: TextOrEmpty = Field("", validation_alias="parent_campaign")
    name: Text = None
    status: Code = None
    conditions: Object = Field(default_factory=dict)
    schedule: Object = Field(default_factory=dict, validation_alias="subsequence_schedule")
    daily_limit_mode: Text = None
    daily_limit: Count = None
    reply_contains: Text = Field(None, validation_alias=AliasPath("conditions", "reply_contains"))
    created_at: Moment = Field(None, validation_alias="timestamp_created")
    leads_updated_at: Moment = Field(None, validation_alias="timestamp_leads_updated")

    @property
    def steps(self) -> tuple[Mapping[str, Any], ...]:
        """Return the steps of the first sequence; further ones are never sent."""
        sequences = mappings(self.raw.get("sequences"))
        return mappings(sequences[0].get("steps")) if sequences else ()


class SubsequenceTotals(Model):
    """What one subsequence sent and what came of it."""

    required = ("subsequence_remote_id", "sent_count", "unique_open_count", "unique_reply_count")

    subsequence_remote_id: Identifier = Field("", validation_alias="subsequence_id")
    sent_count: Count = Field(None, validation_alias="emails_sent")
    unique_open_count: Count = Field(None, validation_alias="unique_opens")
    unique_reply_count: Count = Field(None, validation_alias="unique_replies")


class SubsequenceStep(Model):
    """What came of one step and variant; both count from 0 here, unlike the steps of a campaign."""

    required = ("sent_count",)
    checked = ("step", "variant", "opened", "replies", "clicks")

    step: Ordinal = None
    variant: Ordinal = None
    sent_count: Count = Field(None, validation_alias="sent")
    opened: Count = None
    unique_opened: Count = None
    replies: Count = None
    unique_replies: Count = None
    replies_automatic: Count = None
    clicks: Count = None
    unique_clicks: Count = None


class Subsequences:
    """Source: docs/api/instantly-facts.md §2.6 (read 2026-11-27)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        campaign_remote_id: str | None = None,
        not_of_campaign: str | None = None,
        search: str | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[Subsequence]:
        """Yield the subsequences of one campaign, or of all, page by page."""
        query = {
            "parent_campaign": campaign_remote_id,
            "parent_campaign_not": not_of_campaign,
            "search": search,
            "limit": limit,
        }
        return listed(self._transport, _PATH, Subsequence, query, lane=lane)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Subsequence:
        answer = self._transport.request("GET", f"{_PATH}/{remote_id}", lane=lane)
        identified(answer, remote_id)
        return understood(answer, Subsequence)

    def create(
        self,
        campaign_remote_id: str,
        name: str,
        conditions: Mapping[str, Any],
        fields: Mapping[str, Any] | None = None,
        *,
        lane: Lane = Lane.BULK,
    ) -> Subsequence:
        """Create a subsequence, which may begin to send at once; not repeated when its answer is lost.

        Shapes: conditions - as of `Subsequence`; fields - sequences, subsequence_schedule, daily_limit_mode and others
            by Instantly's names.
        Raises: ValueError - no condition at all: nothing was sent.
        """
        if not any(conditions.values()):
            raise ValueError("a subsequence needs a condition")
        body = {**(fields or {}), "parent_campaign": campaign_remote_id, "name": name, "conditions": dict(conditions)}
        return understood(self._transport.request("POST", _PATH, body=body, lane=lane), Subsequence)

    def patch(self, remote_id: str, fields: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> Subsequence:
        """Change fields by Instantly's names; may be repeated."""
        path = f"{_PATH}/{remote_id}"
        answer = self._transport.request("PATCH", path, body=fields, lane=lane, repeatable=True)
        identified(answer, remote_id)
        return understood(answer, Subsequence)

    def delete(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Remove a subsequence; the request carries neither body nor Content-Type (Law 8)."""
        self._transport.request("DELETE", f"{_PATH}/{remote_id}", lane=lane)

    def duplicate(
        self, remote_id: str, campaign_remote_id: str, *, name: str | None = None, lane: Lane = Lane.BULK
    ) -> Subsequence:
        """Copy conditions and steps into a campaign; not repeated when its answer is lost."""
        body = {"parent_campaign": campaign_remote_id} | ({"name": name} if name else {})
        path = f"{_PATH}/{remote_id}/duplicate"
        return understood(self._transport.request("POST", path, body=body, lane=lane), Subsequence)

    def pause(self, remote_id: str, *, lane: Lane = Lane.SAFETY) -> Subsequence:
        """Pause a subsequence; may be repeated. Read the status back."""
        return self._switch(remote_id, "pause", lane)

    def resume(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Subsequence:
        """Let a subsequence send again; may be repeated. Read the status back."""
        return self._switch(remote_id, "resume", lane)

    def sending_status(self, remote_id: str, *, lane: Lane = Lane.BULK) -> SendingStatus:
        """Read why a subsequence does or does not send."""
        path = f"{_PATH}/{remote_id}/sending-status"
        return understood(self._transport.request("GET", path, lane=lane), SendingStatus)

    def totals(self, campaign_remote_id: str, *, lane: Lane = Lane.BULK) -> tuple[SubsequenceTotals, ...]:
        """Return the totals of each subsequence of one campaign."""
        found = Listing(SubsequenceTotals)
        query = {"campaign_id": campaign_remote_id}
        found.add(self._transport.request("GET", f"{_PATH}/analytics", query=query, lane=lane))
        return tuple(found.result())

    def steps(
        self, remote_id: str, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK
    ) -> tuple[SubsequenceStep, ...]:
        """Return what came of each step and variant, in UTC dates."""
        found = Listing(SubsequenceStep)
        query = {"start_date": start.isoformat() if start else None, "end_date": end.isoformat() if end else None}
        found.add(self._transport.request("GET", f"{_PATH}/{remote_id}/analytics/steps", query=query, lane=lane))
        return tuple(found.result())

    def _switch(self, remote_id: str, action: str, lane: Lane) -> Subsequence:
        path = f"{_PATH}/{remote_id}/{action}"
        # No body and no Content-Type: an empty one would be refused.
        answer = self._transport.request("POST", path, lane=lane, repeatable=True)
        identified(answer, remote_id)
        return understood(answer, Subsequence)
