"""Webhooks: what Instantly calls when something happens, a test of one, and resuming one that failures disabled."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, identified, listed, understood
from iexdg.clients.instantly.model import OBJECTS, Code, Flag, Integer, Model, Moment, Number, Object, Text, TextOrEmpty

_PATH = "webhooks"
ENABLED, DISABLED = 1, -1


class Webhook(Model):
    """One subscription. `status` is 1, or -1 once failures disabled it; `headers` hold secrets and are not shown.

    Source: docs/api/instantly-facts.md §4: without a campaign it is about all of them.
    """

    required = ("remote_id", "url")
    checked = ("status", "failed_at")

    remote_id: TextOrEmpty = Field("", validation_alias="id")
    url: TextOrEmpty = Field("", validation_alias="target_hook_url")
    event_type: Text = None
    campaign_remote_id: Text = Field(None, validation_alias="campaign")
    name: Text = None
    interest_value: Integer = Field(None, validation_alias="custom_interest_value")
    headers: Object = Field(default_factory=dict, repr=False)
    status: Code = None
    created_at: Moment = Field(None, validation_alias="timestamp_created")
    failed_at: Moment = Field(None, validation_alias="timestamp_error")


class EventType(Model):
    """Something that can be subscribed to, custom labels included."""

    required = ("name",)

    name: TextOrEmpty = Field("", validation_alias="id")
    label: Text = None
    kind: Text = Field(None, validation_alias="type")


class _EventTypes(Model):
    checked = ("event_types",)

    event_types: Annotated[tuple[EventType, ...], OBJECTS] = ()


class WebhookTest(Model):
    """What came of a test. Units: took_ms in milliseconds."""

    required = ("success",)

    success: Flag = None
    message: Text = None
    status_code: Integer = None
    took_ms: Number = Field(None, validation_alias="response_time_ms")
    error: Text = None


class Webhooks:
    """Source: docs/api/instantly-facts.md §4 (read 2026-11-27)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        campaign_remote_id: str | None = None,
        event_type: str | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[Webhook]:
        """Yield the webhooks of the workspace, page by page."""
        query = {"campaign": campaign_remote_id, "event_type": event_type, "limit": limit}
        return listed(self._transport, _PATH, Webhook, query, lane=lane)

    def event_types(self, *, lane: Lane = Lane.BULK) -> tuple[EventType, ...]:
        """Return what can be subscribed to."""
        return understood(self._transport.request("GET", f"{_PATH}/event-types", lane=lane), _EventTypes).event_types

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Webhook:
        answer = self._transport.request("GET", f"{_PATH}/{remote_id}", lane=lane)
        identified(answer, remote_id)
        return understood(answer, Webhook)

    def create(
        self,
        url: str,
        *,
        event_type: str | None = None,
        interest_value: int | None = None,
        campaign_remote_id: str | None = None,
        name: str | None = None,
        headers: Mapping[str, str] | None = None,
        lane: Lane = Lane.BULK,
    ) -> Webhook:
        """Subscribe to one event type, or to one custom label by its value; not repeated when its answer is lost.

        Shapes: headers - sent with every delivery, the only proof of who sends it.
        Raises: ValueError - neither or both of event_type and interest_value; nothing was sent.
        """
        if (event_type is None) == (interest_value is None):
            raise ValueError("a webhook subscribes to an event type or to the value of a custom label")
        wanted: dict[str, Any] = {
            "target_hook_url": url,
            "event_type": event_type,
            "custom_interest_value": interest_value,
            "campaign": campaign_remote_id,
            "name": name,
            "headers": dict(headers) if headers else None,
        }
        body = {field: value for field, value in wanted.items() if value is not None}
        return understood(self._transport.request("POST", _PATH, body=body, lane=lane), Webhook)

    def patch(self, remote_id: str, fields: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> Webhook:
        """Change fields by Instantly's names; may be repeated. A disabled webhook stays disabled, see `resume`."""
        path = f"{_PATH}/{remote_id}"
        answer = self._transport.request("PATCH", path, body=fields, lane=lane, repeatable=True)
        identified(answer, remote_id)
        return understood(answer, Webhook)

    def delete(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Remove a webhook; the request carries neither body nor Content-Type (Law 8)."""
        self._transport.request("DELETE", f"{_PATH}/{remote_id}", lane=lane)

    def test(self, remote_id: str, *, lane: Lane = Lane.BULK) -> WebhookTest:
        """Let Instantly send one test payload now; never repeated automatically."""
        return understood(self._transport.request("POST", f"{_PATH}/{remote_id}/test", lane=lane), WebhookTest)

    def resume(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Webhook:
        """Enable a webhook that failures disabled; may be repeated. What came meanwhile is not delivered later."""
        answer = self._transport.request("POST", f"{_PATH}/{remote_id}/resume", lane=lane, repeatable=True)
        identified(answer, remote_id)
        return understood(answer, Webhook)
