"""The demo's webhooks: one that works, and one whose target refuses everything. Both targets are played."""

from iexdg.sandbox.resources.webhooks.webhook import new_webhook
from iexdg.sandbox.world.audit import BY_PERSON, WEBHOOK_CREATED
from iexdg.sandbox.world.world import World

_WEBHOOKS = (
    {
        "name": "CRM",
        "target_hook_url": "https://hooks.example.com/crm",
        "event_type": "all_events",
        "headers": {"X-Webhook-Token": "demo-token"},
    },
    {"name": "Old desk", "target_hook_url": "https://hooks.example.com/status/500", "event_type": "email_sent"},
)


def connect_webhooks(world: World, at: float) -> None:
    """Create the webhooks at a moment in the past, as a person in the vendor's app would."""
    for fields in _WEBHOOKS:
        webhook = new_webhook(world, dict(fields), at)
        world.write_audit(WEBHOOK_CREATED, at, webhook_id=webhook["id"], **BY_PERSON)
