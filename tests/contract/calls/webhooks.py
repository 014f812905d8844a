"""Every call on webhooks and their log."""

from datetime import date
from typing import Any

from iexdg.clients.instantly import InstantlyClient

ID, URL = "c-1", "https://hooks.example.com/contract"
CALLS = {
    "webhooks.list": lambda client: list(client.webhooks.list()),
    "webhooks.event_types": lambda client: client.webhooks.event_types(),
    "webhooks.get": lambda client: client.webhooks.get(ID),
    "webhooks.create": lambda client: client.webhooks.create(URL, event_type="all_events"),
    "webhooks.patch": lambda client: client.webhooks.patch(ID, {"name": "X"}),
    "webhooks.delete": lambda client: client.webhooks.delete(ID),
    "webhooks.test": lambda client: client.webhooks.test(ID),
    "webhooks.resume": lambda client: client.webhooks.resume(ID),
    "webhook_events.list": lambda client: list(client.webhook_events.list()),
    "webhook_events.get": lambda client: client.webhook_events.get(ID),
    "webhook_events.summary": lambda client: client.webhook_events.summary(),
    "webhook_events.by_day": lambda client: client.webhook_events.by_day(),
}
WRITES = {"webhooks.create", "webhooks.patch", "webhooks.delete", "webhooks.test", "webhooks.resume"}


def call_all(client: InstantlyClient, world_time: Any) -> None:
    del world_time
    campaign = next(client.campaigns.list()).remote_id
    webhook = client.webhooks.create(
        URL, event_type="reply_received", campaign_remote_id=campaign, name="Contract", headers={"X-Token": "secret"}
    )
    client.webhooks.create(URL, interest_value=5)
    assert list(client.webhooks.list(campaign_remote_id=campaign, event_type="reply_received")) == [webhook]
    client.webhooks.get(webhook.remote_id)
    client.webhooks.patch(webhook.remote_id, {"name": None, "headers": None, "event_type": "all_events"})
    assert client.webhooks.test(webhook.remote_id).success is True
    client.webhooks.resume(webhook.remote_id)
    client.webhooks.delete(webhook.remote_id)
    assert len(client.webhooks.event_types()) >= 19
    span = {"start": date(2026, 11, 1), "end": date(2026, 11, 30)}
    first = next(client.webhook_events.list(success=True, search="hooks.example.com", **span))
    client.webhook_events.get(first.remote_id)
    assert client.webhook_events.summary(**span).total
    client.webhook_events.by_day(**span)
