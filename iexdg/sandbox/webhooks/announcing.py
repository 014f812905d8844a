"""Announcing what has happened to the webhooks that subscribed to it."""

from typing import Any

from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.hooks import ENABLED, Webhook
from iexdg.sandbox.world.world import World

ALL_EVENTS = "all_events"
# Subscribed to under one name, announced under another. Source: instantly-facts.md §4.
_PAYLOAD_NAMES = {"email_link_clicked": "link_clicked"}


def subscribers(
    world: World, event_type: str, campaign_id: str | None, *, interest: int | None = None
) -> list[Webhook]:
    """Return the enabled webhooks that want an event.

    Shapes: interest - the value of a custom label; a webhook subscribes to that value instead of an event type.
    """
    return [
        webhook
        for webhook in world.hooks.webhooks.values()
        if webhook["status"] == ENABLED
        and webhook["fields"]["campaign"] in (None, campaign_id)
        and _wants(webhook, event_type, interest)
    ]


def _wants(webhook: Webhook, event_type: str, interest: int | None) -> bool:
    chosen, value = webhook["fields"]["event_type"], webhook["fields"]["custom_interest_value"]
    return chosen in (ALL_EVENTS, event_type) or (value is not None and value == interest)


def announce(world: World, webhooks: list[Webhook], event_type: str, at: float, facts: dict[str, Any]) -> None:
    """Let a payload wait for delivery to each of some webhooks.

    Shapes: facts - what the payload says beside time, type and workspace, with `lead_email` where it is about one.
    Source: instantly-facts.md §4, Payload.
    """
    payload = {
        "timestamp": iso(at),
        "event_type": _PAYLOAD_NAMES.get(event_type, event_type),
        "workspace": world.organization,
        **facts,
    }
    for webhook in webhooks:
        fields = webhook["fields"]
        send_later(
            world, fields["target_hook_url"], payload, at=at, webhook_id=webhook["id"], headers=fields["headers"] or {}
        )


def send_later(
    world: World,
    url: str,
    payload: dict[str, Any],
    *,
    at: float,
    webhook_id: str | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    """Let one payload wait for its time; without a webhook it goes to an address that a request named."""
    world.hooks.numbered += 1
    world.hooks.wait(
        {
            "number": world.hooks.numbered,
            "at": at,
            "webhook": webhook_id,
            "url": url,
            "headers": headers or {},
            "payload": payload,
            "lead_email": payload.get("lead_email"),
            "attempt": 0,
            "group": world.new_id(),
        }
    )
    world.touch()
