"""Analytics of the sending accounts, counted from the events of the campaigns."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.analytics.counting import (
    ENGAGEMENT_NAMES,
    Range,
    date_of,
    day_counts,
    events_of,
    moment_of,
)
from iexdg.sandbox.world.records import Event
from iexdg.sandbox.world.tally import KEYS, Tally
from iexdg.sandbox.world.world import World

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
    days: dict[tuple[str, str], Tally] = defaultdict(Tally)
    span, world = Range(first, last), call.world
    for event in chain(events_of(world, world.campaigns.values(), span), _of_subsequences(world, span)):
        sender = (event["sender"] or "").lower()
        if sender in emails:
            days[date_of(KEYS["day"](event)), sender].add(event)
    return [
        {"date": day, "email_account": sender, **_account_counts(days[day, sender])} for day, sender in sorted(days)
    ]


def _of_subsequences(world: World, span: Range) -> Iterator[Event]:
    """Yield the events of subsequences; their steps count on behind a campaign's first, which alone meets new leads."""
    for event in chain.from_iterable(world.events.get(one, ()) for one in world.subsequences.by_id):
        if span.holds(event):
            yield {**event, "step": event["step"] + 1}


def _account_counts(tally: Tally) -> JsonObject:
    counts = day_counts(tally)
    kept = {name: counts[name] for name in ("sent", "contacted", "new_leads_contacted", *ENGAGEMENT_NAMES)}
    return kept | {"bounced": tally.every("bounce")}
