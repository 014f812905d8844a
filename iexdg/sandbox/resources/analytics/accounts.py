"""Analytics of the sending accounts, counted from the events of the campaigns."""

from collections import defaultdict
from datetime import UTC, datetime

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.analytics.counting import ENGAGEMENT_NAMES, Range, count, day_counts, events_of, moment_of
from iexdg.sandbox.world.records import Event

_DAY_S = 86_400.0
_DEFAULT_DAYS, _MOST_DAYS = 30, 31


def account_daily(call: Call) -> list[JsonObject]:
    """Answer GET /accounts/analytics/daily: one object per account and UTC day on which something happened.

    Source: OpenAPI, getDailyAccountAnalytics: without `emails` 413, 30 days unless said otherwise, at most 31.
    """
    emails = {email.lower() for email in call.query.get("emails", ())}
    if not emails:
        raise ApiError(
            413,
            "Analytics request is too large for this workspace. Add an emails filter or request a smaller date range.",
        )
    start, end = moment_of(call.query.get("start_date")), moment_of(call.query.get("end_date"))
    last = call.now if end is None else end + _DAY_S
    first = last - _DEFAULT_DAYS * _DAY_S if start is None else start
    if last - first > _MOST_DAYS * _DAY_S + _DAY_S:
        raise ApiError(400, "The maximum range is 31 days", bare=True)
    days: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events_of(call, call.world.campaigns.values(), Range(first, last)):
        sender = (event["sender"] or "").lower()
        if sender in emails:
            days[datetime.fromtimestamp(event["at"], UTC).date().isoformat(), sender].append(event)
    return [
        {"date": day, "email_account": sender, **_account_counts(events)}
        for (day, sender), events in sorted(days.items())
    ]


def _account_counts(events: list[Event]) -> JsonObject:
    counts = day_counts(events)
    kept = {name: counts[name] for name in ("sent", "contacted", "new_leads_contacted", *ENGAGEMENT_NAMES)}
    return kept | {"bounced": count(events, "bounce")}
