"""Webhooks in the client: secrets that are not shown, and a subscription to exactly one thing."""

from typing import Any

import pytest

from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.clients.instantly.webhook_events import WebhookEvent
from iexdg.clients.instantly.webhooks import Webhook


@pytest.mark.parametrize("wanted", [{}, {"event_type": "email_sent", "interest_value": 3}])
def test_a_webhook_for_nothing_or_for_two_things_is_not_sent(wanted: dict[str, Any]) -> None:
    client: InstantlyClient = connect("https://api.example.com", "key")
    with client, pytest.raises(ValueError, match="subscribes to"):
        client.webhooks.create("https://hooks.example.com", **wanted)


def test_headers_and_payloads_are_not_in_a_repr() -> None:
    raw = {"id": "w", "target_hook_url": "https://hooks.example.com", "headers": {"X-Token": "secret"}, "status": -1}
    webhook = Webhook.model_validate(raw)
    assert webhook.headers == {"X-Token": "secret"}
    assert "secret" not in repr(webhook)
    event = WebhookEvent.model_validate({"id": "e", "payload": {"lead_email": "ada@example.com"}, "success": True})
    assert "ada" not in repr(event)


def test_an_attempt_whose_success_cannot_be_read_is_not_taken_for_a_failure() -> None:
    assert WebhookEvent.model_validate({"id": "e", "success": "yes"}).unread == ("success",)
