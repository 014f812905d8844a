"""The log that Instantly keeps of its deliveries to webhooks."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, identified, listed, understood
from iexdg.clients.instantly.model import OBJECTS, Count, Day, Flag, Model, Moment, Number, Object, Text, TextOrEmpty

_PATH = "webhook-events"


class WebhookEvent(Model):
    """One attempt to deliver; those of one payload share a group. The payload is about a person and is not shown.

    Units: took_ms in milliseconds.
    """

    required = ("remote_id",)
    checked = ("success", "attempt", "will_retry")

    remote_id: TextOrEmpty = Field("", validation_alias="id")
    url: Text = Field(None, validation_alias="webhook_url")
    success: Flag = None
    status_code: Count = None
    error: Text = Field(None, validation_alias="error_message")
    took_ms: Number = Field(None, validation_alias="response_time_ms")
    attempt: Count = Field(None, validation_alias="retry_count")
    will_retry: Flag = None
    next_retry_at: Moment = Field(None, validation_alias="timestamp_next_retry")
    group: Text = Field(None, validation_alias="retry_group_id")
    retry_succeeded: Flag = Field(None, validation_alias="retry_successful")
    lead_email: Text = Field(None, repr=False)
    payload: Object = Field(default_factory=dict, repr=False)
    created_at: Moment = Field(None, validation_alias="timestamp_created")


class DeliveryCounts(Model):
    """How many attempts there were, and how many succeeded; `day` is None for a whole span."""

    required = ("total", "succeeded", "failed")

    day: Day = Field(None, validation_alias="date")
    total: Count = Field(None, validation_alias="total_events")
    succeeded: Count = Field(None, validation_alias="successful_events")
    failed: Count = Field(None, validation_alias="failed_events")


class _Days(Model):
    checked = ("days",)

    days: Annotated[tuple[DeliveryCounts, ...], OBJECTS] = Field((), validation_alias="items")


class WebhookEvents:
    """Source: docs/api/instantly-facts.md §4 (read 2026-11-27)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        success: bool | None = None,
        search: str | None = None,
        start: date | None = None,
        end: date | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[WebhookEvent]:
        """Yield the attempts, page by page. Shapes: start, end - UTC dates, both counted in whole."""
        said = None if success is None else str(success).lower()
        query = {"success": said, "search": search, **_span(start, end), "limit": limit}
        return listed(self._transport, _PATH, WebhookEvent, query, lane=lane)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> WebhookEvent:
        answer = self._transport.request("GET", f"{_PATH}/{remote_id}", lane=lane)
        identified(answer, remote_id)
        return understood(answer, WebhookEvent)

    def summary(self, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK) -> DeliveryCounts:
        """Return the counts of a span."""
        answer = self._transport.request("GET", f"{_PATH}/summary", query=_span(start, end), lane=lane)
        return understood(answer, DeliveryCounts)

    def by_day(
        self, *, start: date | None = None, end: date | None = None, lane: Lane = Lane.BULK
    ) -> tuple[DeliveryCounts, ...]:
        """Return the counts of each day on which something was sent."""
        answer = self._transport.request("GET", f"{_PATH}/summary-by-date", query=_span(start, end), lane=lane)
        return understood(answer, _Days).days


def _span(start: date | None, end: date | None) -> dict[str, str | None]:
    return {"from": start.isoformat() if start else None, "to": end.isoformat() if end else None}
