"""The audit log."""

from datetime import UTC, datetime

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page


def list_audit_logs(call: Call) -> JsonObject:
    """Answer GET /audit-logs, newest first.

    Assumed: the order, and that `search` looks at names and ids; the OpenAPI says neither.
    """
    query = call.query
    limit = query.get("limit", DEFAULT_PAGE)
    before = query.get("starting_after", "~")
    start, end = query.get("start_date"), query.get("end_date")
    search = query.get("search", "").lower()
    chosen = [
        entry
        for entry in reversed(call.world.audit)
        if entry["id"] < before
        and query.get("activity_type", entry["activity_type"]) == entry["activity_type"]
        and (start is None or _instant(entry["timestamp"]) >= _instant(start))
        and (end is None or _instant(entry["timestamp"]) <= _instant(end))
        and search in f"{entry['user_name']} {entry['campaign_id']}".lower()
    ][:limit]
    return page(chosen, limit, chosen[-1]["id"] if chosen else "")


def _instant(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return 0.0  # Assumed: a date that cannot be read filters nothing.
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
