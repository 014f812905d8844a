"""The log of what was sent to webhooks: each attempt, and how many succeeded."""

from collections import defaultdict
from datetime import UTC, datetime

from iexdg.sandbox.http.wire import Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.world.clock import iso, maybe_iso
from iexdg.sandbox.world.hooks import Attempt
from iexdg.sandbox.world.world import World


def list_events(call: Call) -> JsonObject:
    """Answer GET /webhook-events, newest first.

    Assumed: that `search` looks at the address of the target, the lead and the event type; both dates count in whole.
    """
    query = call.query
    search = query.get("search", "").strip().lower()
    chosen = [
        attempt
        for attempt in reversed(_between(call))
        if query.get("success", attempt["success"]) == attempt["success"] and search in _searched(attempt)
    ]
    limit, after = query.get("limit", DEFAULT_PAGE), query.get("starting_after")
    answer = page_behind(chosen, limit, after, lambda attempt: str(attempt["id"]))
    answer["items"] = [event_object(call.world, attempt) for attempt in answer["items"]]
    return answer


def get_event(call: Call) -> JsonObject:
    """Answer GET /webhook-events/{id}."""
    wanted = call.params["id"].lower()
    found = next((attempt for attempt in call.world.hooks.attempts if attempt["id"] == wanted), None)
    if found is None:
        raise NotFoundError
    return event_object(call.world, found)


def summary(call: Call) -> JsonObject:
    """Answer GET /webhook-events/summary; rates are percentages (assumed), 0 without any event."""
    counts = _counts(_between(call))
    failed_pct = 100 - counts["success_rate"] if counts["total_events"] else 0
    return counts | {"failure_rate": round(failed_pct, 2)}


def summary_by_date(call: Call) -> JsonObject:
    """Answer GET /webhook-events/summary-by-date: a row for each UTC day on which something was sent."""
    days: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in _between(call):
        days[_day(attempt)].append(attempt)
    return {"items": [{"date": day, **_counts(attempts)} for day, attempts in sorted(days.items())]}


def event_object(world: World, attempt: Attempt) -> JsonObject:
    """Return an attempt as the API shows it."""
    return {
        "id": attempt["id"],
        "organization_id": world.organization,
        "timestamp_created": iso(attempt["at"]),
        "timestamp_created_date": _day(attempt),
        "webhook_url": attempt["url"],
        "payload": attempt["payload"],
        "lead_email": attempt["lead_email"],
        "success": attempt["success"],
        "status_code": attempt["status_code"],
        "error_message": attempt["error"],
        "response_time_ms": attempt["took_ms"],
        "retry_count": attempt["attempt"],
        "will_retry": attempt["retry_at"] is not None,
        "timestamp_next_retry": maybe_iso(attempt["retry_at"]),
        "retry_group_id": attempt["group"],
        "retry_successful": attempt["retry_successful"],
    }


def _counts(attempts: list[Attempt]) -> JsonObject:
    total, successful = len(attempts), sum(attempt["success"] for attempt in attempts)
    return {
        "total_events": total,
        "successful_events": successful,
        "failed_events": total - successful,
        "success_rate": round(100 * successful / total, 2) if total else 0,
    }


def _between(call: Call) -> list[Attempt]:
    first, last = call.query.get("from", ""), call.query.get("to", "9999-12-31")
    return [attempt for attempt in call.world.hooks.attempts if first <= _day(attempt) <= last]


def _searched(attempt: Attempt) -> str:
    return f"{attempt['url']} {attempt['lead_email'] or ''} {attempt['payload'].get('event_type', '')}".lower()


def _day(attempt: Attempt) -> str:
    return datetime.fromtimestamp(attempt["at"], UTC).date().isoformat()
