"""One webhook: what it may subscribe to, how it is found, changed and shown."""

from typing import Any

from iexdg.sandbox.http.wire import ApiError, JsonObject, NotFoundError
from iexdg.sandbox.world.clock import iso, maybe_iso
from iexdg.sandbox.world.hooks import ENABLED, Webhook
from iexdg.sandbox.world.world import World

# The labels are our own.
EVENT_LABELS = {
    "all_events": "All events",
    "email_sent": "Email sent",
    "email_opened": "Email opened",
    "email_link_clicked": "Link clicked",
    "reply_received": "Reply received",
    "email_bounced": "Email bounced",
    "lead_unsubscribed": "Lead unsubscribed",
    "campaign_completed": "Campaign completed",
    "account_error": "Account error",
    "lead_neutral": "Lead marked as neutral",
    "lead_interested": "Lead marked as interested",
    "lead_not_interested": "Lead marked as not interested",
    "lead_meeting_booked": "Meeting booked",
    "lead_meeting_completed": "Meeting completed",
    "lead_closed": "Lead closed",
    "lead_out_of_office": "Lead is out of office",
    "lead_wrong_person": "Wrong person",
    "lead_no_show": "No show",
    "supersearch_enrichment_completed": "SuperSearch enrichment completed",
}
_DEFAULTS: dict[str, Any] = {
    "event_type": None,
    "campaign": None,
    "name": None,
    "custom_interest_value": None,
    "headers": None,
}


def new_webhook(world: World, fields: dict[str, Any], at: float) -> Webhook:
    """Create an enabled webhook.

    Raises: ApiError 400 - it subscribes to nothing, or to a campaign that is unknown.
    """
    webhook: Webhook = {
        "id": world.new_id(),
        "created": at,
        "status": ENABLED,
        "failed_at": None,
        "failures": 0,
        "fields": _checked(world, _DEFAULTS | fields),
    }
    world.hooks.webhooks[webhook["id"]] = webhook
    world.touch()
    return webhook


def change_webhook(world: World, webhook: Webhook, fields: dict[str, Any]) -> None:
    """Write fields of a webhook; whether it is enabled stays."""
    webhook["fields"] = _checked(world, webhook["fields"] | fields)
    world.touch()


def find_webhook(world: World, webhook_id: str) -> Webhook:
    """Return one webhook, or raise NotFoundError."""
    webhook = world.hooks.webhooks.get(webhook_id.lower())
    if webhook is None:
        raise NotFoundError
    return webhook


def webhook_object(world: World, webhook: Webhook) -> JsonObject:
    """Return a webhook as the API shows it.

    Source: OpenAPI, schema Webhook: event_type has no null among its values, so it is left out instead.
    """
    fields = {name: value for name, value in webhook["fields"].items() if name != "event_type" or value is not None}
    return {
        "id": webhook["id"],
        "organization": world.organization,
        "status": webhook["status"],
        "timestamp_created": iso(webhook["created"]),
        "timestamp_error": maybe_iso(webhook["failed_at"]),
        **fields,
    }


def _checked(world: World, fields: dict[str, Any]) -> dict[str, Any]:
    """Source: instantly-facts.md §4. Assumed: the vendor's answers to a webhook for nothing or for a lost campaign."""
    if fields["custom_interest_value"] is not None:
        fields = fields | {"event_type": None}
    elif fields["event_type"] is None:
        raise ApiError(400, "Either event_type or custom_interest_value must be provided")
    if fields["campaign"] is not None and fields["campaign"].lower() not in world.campaigns:
        raise ApiError(400, "Campaign not found")
    return fields | {"campaign": fields["campaign"] and fields["campaign"].lower()}
