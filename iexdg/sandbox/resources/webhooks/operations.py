"""The webhook operations: the subscriptions, their event types, a test, and resuming a disabled one."""

from iexdg.sandbox.http.wire import Call, JsonObject, Unlocked
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.resources.webhooks.webhook import (
    EVENT_LABELS,
    change_webhook,
    find_webhook,
    new_webhook,
    webhook_object,
)
from iexdg.sandbox.webhooks.transfer import Outcome, Outgoing, played, sender_of
from iexdg.sandbox.world.audit import WEBHOOK_CREATED, WEBHOOK_RESUMED, WEBHOOK_UPDATED
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.hooks import ENABLED


def list_webhooks(call: Call) -> JsonObject:
    """Answer GET /webhooks, oldest first."""
    query = call.query
    chosen = [
        webhook
        for webhook in call.world.hooks.webhooks.values()
        if query.get("campaign", webhook["fields"]["campaign"]) == webhook["fields"]["campaign"]
        and query.get("event_type", webhook["fields"]["event_type"]) == webhook["fields"]["event_type"]
    ]
    items = [webhook_object(call.world, webhook) for webhook in chosen]
    limit, after = query.get("limit", DEFAULT_PAGE), query.get("starting_after")
    return page_behind(items, limit, after, lambda item: str(item["id"]))


def create_webhook(call: Call) -> JsonObject:
    """Answer POST /webhooks."""
    webhook = new_webhook(call.world, call.body, call.now)
    call.world.write_audit(WEBHOOK_CREATED, call.now, webhook_id=webhook["id"], user_agent=call.user_agent)
    return webhook_object(call.world, webhook)


def get_webhook(call: Call) -> JsonObject:
    """Answer GET /webhooks/{id}."""
    return webhook_object(call.world, find_webhook(call.world, call.params["id"]))


def patch_webhook(call: Call) -> JsonObject:
    """Answer PATCH /webhooks/{id}; a disabled webhook stays disabled."""
    webhook = find_webhook(call.world, call.params["id"])
    change_webhook(call.world, webhook, call.body)
    call.world.write_audit(WEBHOOK_UPDATED, call.now, webhook_id=webhook["id"], user_agent=call.user_agent)
    return webhook_object(call.world, webhook)


def delete_webhook(call: Call) -> JsonObject:
    """Answer DELETE /webhooks/{id} with the webhook that is gone; what waits for it is never sent."""
    webhook = find_webhook(call.world, call.params["id"])
    del call.world.hooks.webhooks[webhook["id"]]
    call.world.touch()
    return webhook_object(call.world, webhook)


def resume_webhook(call: Call) -> JsonObject:
    """Answer POST /webhooks/{id}/resume: a webhook that failures disabled is enabled again."""
    webhook = find_webhook(call.world, call.params["id"])
    webhook["status"], webhook["failed_at"], webhook["failures"] = ENABLED, None, 0
    call.world.write_audit(WEBHOOK_RESUMED, call.now, webhook_id=webhook["id"], user_agent=call.user_agent)
    return webhook_object(call.world, webhook)


def event_types(call: Call) -> JsonObject:
    """Answer GET /webhooks/event-types: the vendor's own, and the custom labels by their numbers.

    Source: OpenAPI. Assumed: the id and type of a custom label.
    """
    standard = [{"id": name, "label": label, "type": "standard"} for name, label in EVENT_LABELS.items()]
    labels = call.world.labels.values()
    custom = [{"id": str(one["interest"]), "label": one["label"], "type": "custom"} for one in labels]
    return {"event_types": [*standard, *custom]}


def send_test(call: Call) -> Unlocked:
    """Answer POST /webhooks/{id}/test: one payload is sent now, and its outcome is the answer; no log keeps it.

    Assumed: what the payload says, and that a test neither disables nor enables a webhook.
    """
    fields = find_webhook(call.world, call.params["id"])["fields"]
    payload = {
        "timestamp": iso(call.now),
        "event_type": fields["event_type"] or "all_events",
        "workspace": call.world.organization,
        "campaign_id": fields["campaign"],
        "campaign_name": "Test campaign",
        "lead_email": "test@example.com",
        "is_test": True,
    }
    outgoing = Outgoing(url=fields["target_hook_url"], headers=fields["headers"] or {}, payload=payload)
    send = sender_of(call.options) or played
    return Unlocked(work=lambda: send(outgoing), answer=_test_answer)


def _test_answer(outcome: Outcome) -> JsonObject:
    answer: JsonObject = {
        "success": outcome.success,
        "message": "Webhook test was successful" if outcome.success else "Webhook test failed",
        "response_time_ms": outcome.took_ms,
    }
    if outcome.status is not None:
        answer["status_code"] = outcome.status
    return answer if outcome.error is None else answer | {"error": outcome.error}
