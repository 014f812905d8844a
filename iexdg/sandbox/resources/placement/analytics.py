"""The results of placement tests: each record, and the sums of them by test, by day and by pair of providers."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.resources.placement.operations import find_test
from iexdg.sandbox.resources.placement.results import RECEIVED, SENT, Landing, landing_object, landings_of
from iexdg.sandbox.resources.placement.runs import play_tests

_DAY_S = 86_400.0
# The filter of a request -> what it looks at.
_CODES: dict[str, Callable[[Landing], int]] = {
    "recipient_esp": lambda record: record.seed.esp,
    "recipient_geo": lambda record: record.seed.geo,
    "recipient_type": lambda record: record.seed.kind,
}


def list_results(call: Call) -> JsonObject:
    """Answer GET /inbox-placement-analytics, oldest first."""
    test, query = find_test(call, call.query["test_id"]), call.query
    asked = {name: _codes(query[name]) for name in _CODES if name in query}
    records = _chosen(landings_of(call.world, test, call.now), query | asked)
    shown = [landing_object(call.world, test, record) for record in records]
    return page_behind(shown, query.get("limit", DEFAULT_PAGE), query.get("starting_after"), lambda one: one["id"])


def get_result(call: Call) -> JsonObject:
    """Answer GET /inbox-placement-analytics/{id}."""
    play_tests(call.world, call.now)
    wanted = call.params["id"].lower()
    for test in call.world.placement_tests.values():
        for record in landings_of(call.world, test, call.now):
            if record.id == wanted:
                return landing_object(call.world, test, record)
    raise NotFoundError


def stats_by_test(call: Call) -> list[JsonObject]:
    """Answer POST /inbox-placement-analytics/stats-by-test-id. Assumed: unknown tests are left out."""
    play_tests(call.world, call.now)
    tests = call.world.placement_tests
    asked = [test_id.lower() for test_id in dict.fromkeys(call.body["test_ids"])]
    answer = []
    for test in (tests[test_id] for test_id in asked if test_id in tests):
        received = _received(_chosen(landings_of(call.world, test, call.now), call.body))
        shares = {f"{name}_percent": _percent(count, len(received)) for name, count in _landed(received).items()}
        counts = {f"{name}_count": count for name, count in _landed(received).items()}
        answer.append({"test_id": test["id"], "count": len(received), **counts, **shares})
    return answer


def stats_by_date(call: Call) -> list[JsonObject]:
    """Answer POST /inbox-placement-analytics/stats-by-date: one object per UTC day with records."""
    test = find_test(call, call.body["test_id"])
    days: dict[str, list[Landing]] = defaultdict(list)
    for record in _chosen(landings_of(call.world, test, call.now), call.body):
        days[record.day].append(record)
    return [
        {
            "timestamp_created_date": day,
            "sent_count": sum(record.kind == SENT for record in records),
            "received_count": len(_received(records)),
            **{f"{name}_count": count for name, count in _landed(_received(records)).items()},
        }
        for day, records in sorted(days.items())
    ]


def insights(call: Call) -> list[JsonObject]:
    """Answer POST /inbox-placement-analytics/deliverability-insights: one object per pair of providers."""
    test, body = find_test(call, call.body["test_id"]), call.body
    everything = landings_of(call.world, test, call.now)
    earlier = {"date_from": body.get("previous_date_from"), "date_to": body.get("previous_date_to")}
    now_by_pair = _by_pair(_chosen(everything, body))
    before_by_pair = _by_pair(_chosen(everything, body | earlier)) if body.get("show_previous") else {}
    return [
        {
            "test_id": test["id"],
            "sender_esp": pair[0],
            "recipient_esp": pair[1],
            "from": body.get("date_from"),
            "to": body.get("date_to"),
            "previous_from": earlier["date_from"],
            "previous_to": earlier["date_to"],
            **_percentages("", now_by_pair.get(pair, [])),
            **_percentages("prev_", before_by_pair.get(pair, [])),
        }
        for pair in sorted(now_by_pair.keys() | before_by_pair.keys())
    ]


def is_between(at: float, query: JsonObject) -> bool:
    """Say whether a moment lies in the dates of a request; a day counts to its end.

    Raises: ApiError 400 - one of them is no date.
    """
    start, end = _moment(query.get("date_from"), 0.0), _moment(query.get("date_to"), _DAY_S)
    return (start is None or at >= start) and (end is None or at < end)


def _moment(text: str | None, more_s: float) -> float | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ApiError(400, "Invalid date") from error
    is_day = len(text) <= len("2026-01-31")
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() + (more_s if is_day else 0.0)


def _codes(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    return [int(part) for part in parts if part.isdecimal()]


def _chosen(records: list[Landing], asked: JsonObject) -> list[Landing]:
    sender = asked.get("sender_email", "").lower()
    wanted = {name: asked[name] for name in _CODES if asked.get(name)}
    return [
        record
        for record in records
        if sender in ("", record.sender)
        and all(_CODES[name](record) in codes for name, codes in wanted.items())
        and is_between(record.at, asked)
    ]


def _received(records: list[Landing]) -> list[Landing]:
    return [record for record in records if record.kind == RECEIVED]


def _landed(received: list[Landing]) -> dict[str, int]:
    return {
        "inbox": sum(record.is_in_inbox for record in received),
        "spam": sum(bool(record.is_spam) for record in received),
        "category": sum(bool(record.has_category) for record in received),
    }


def _percent(count: int, of: int) -> float:
    return round(100 * count / of, 2) if of else 0


def _by_pair(records: list[Landing]) -> dict[tuple[int, int], list[Landing]]:
    pairs: dict[tuple[int, int], list[Landing]] = defaultdict(list)
    for record in _received(records):
        pairs[record.sender_esp, record.seed.esp].append(record)
    return pairs


def _percentages(prefix: str, received: list[Landing]) -> dict[str, Any]:
    counts = _landed(received).items()
    return {
        f"{prefix}{name}_percentage": _percent(count, len(received)) if received else None for name, count in counts
    }
