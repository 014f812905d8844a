"""What becomes of a delivery: each attempt is recorded, repeated three times, and failures disable the webhook."""

from iexdg.sandbox.webhooks.transfer import Outcome, Outgoing, played
from iexdg.sandbox.world.audit import WEBHOOK_ERROR
from iexdg.sandbox.world.hooks import DISABLED, Attempt, Delivery, Webhook
from iexdg.sandbox.world.world import World

# Source: instantly-facts.md §6.14. Assumed: attempts are counted, not payloads.
RETRY_AFTER_S = (1.0, 8.0, 20.0)
MOST_FAILURES = 10


def outgoing_of(delivery: Delivery) -> Outgoing:
    """Return the request that a delivery makes."""
    return Outgoing(url=delivery["url"], headers=delivery["headers"], payload=delivery["payload"])


def play_due(world: World, now: float) -> None:
    """Deliver everything that is due without any network, each at its own time."""
    while (delivery := world.hooks.take_due(now)) is not None:
        record(world, delivery, played(outgoing_of(delivery)), delivery["at"])


def record(world: World, delivery: Delivery, outcome: Outcome, at: float) -> None:
    """Record one attempt, and plan the next one or disable the webhook where it failed.

    What a world does not know is ignored: it was replaced while the request was on its way.
    """
    hooks = world.hooks
    if hooks.in_flight.pop(str(delivery["number"]), None) is None:
        return
    webhook = hooks.webhooks.get(delivery["webhook"] or "")
    if webhook is not None:
        _count(world, webhook, outcome, at)
    enabled = delivery["webhook"] is None or (webhook is not None and webhook["status"] != DISABLED)
    again = not outcome.success and enabled and delivery["attempt"] < len(RETRY_AFTER_S)
    retry_at = at + RETRY_AFTER_S[delivery["attempt"]] if again else None
    if delivery["webhook"] is not None:
        _keep(world, delivery, outcome, at, retry_at)
    if retry_at is not None:
        hooks.wait(delivery | {"at": retry_at, "attempt": delivery["attempt"] + 1})
    world.touch()


def _count(world: World, webhook: Webhook, outcome: Outcome, at: float) -> None:
    webhook["failures"] = 0 if outcome.success else webhook["failures"] + 1
    if webhook["failures"] >= MOST_FAILURES and webhook["status"] != DISABLED:
        webhook["status"], webhook["failed_at"] = DISABLED, at
        world.write_audit(WEBHOOK_ERROR, at, webhook_id=webhook["id"], from_api=False, api_key_id=None)


def _keep(world: World, delivery: Delivery, outcome: Outcome, at: float, retry_at: float | None) -> None:
    if delivery["attempt"] > 0:
        for earlier in world.hooks.attempts:
            if earlier["group"] == delivery["group"]:
                earlier["retry_successful"] = outcome.success
    attempt: Attempt = {
        "id": world.new_id(),
        "at": at,
        "url": delivery["url"],
        "payload": delivery["payload"],
        "lead_email": delivery["lead_email"],
        "attempt": delivery["attempt"],
        "group": delivery["group"],
        "success": outcome.success,
        "status_code": outcome.status,
        "error": outcome.error,
        "took_ms": outcome.took_ms,
        "retry_at": retry_at,
        "retry_successful": None,
    }
    world.hooks.keep(attempt)
