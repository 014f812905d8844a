"""The four analytics operations, all counted from the same list of events."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from iexdg.sandbox.records import LEAD_COMPLETED, Campaign, Event
from iexdg.sandbox.wire import ApiError, Call, JsonObject

# Which counter of the daily and steps answers an event adds to: all of them, and the first per lead.
_ENGAGEMENT = {
    "open": ("opened", "unique_opened"),
    "reply": ("replies", "unique_replies"),
    "auto_reply": ("replies_automatic", "unique_replies_automatic"),
    "click": ("clicks", "unique_clicks"),
}
_ENGAGEMENT_NAMES = tuple(name for pair in _ENGAGEMENT.values() for name in pair)
_TOTALS = {
    "open": "open_count",
    "reply": "reply_count",
    "auto_reply": "reply_count_automatic",
    "click": "link_click_count",
}


_DAY_S = 86_400.0
_DEFAULT_DAYS, _MOST_DAYS = 30, 31


@dataclass(frozen=True)
class _Range:
    start: float | None
    end: float | None

    def holds(self, event: Event) -> bool:
        return (self.start is None or event["at"] >= self.start) and (self.end is None or event["at"] <= self.end)


def analytics(call: Call) -> list[JsonObject]:
    """Answer GET /campaigns/analytics: one object per campaign.

    Source: instantly-api.md section 2.1 (Analytics) and section 6 item 7 for the knob and the flag.
    """
    span = _span(call)
    answer = []
    for campaign in _asked_for(call, _ids(call)):
        events = call.world.events.get(campaign["id"], [])
        if call.options.analytics_empty_until_sent and not events:
            continue
        item: JsonObject = {
            "campaign_name": campaign["fields"]["name"],
            "campaign_id": campaign["id"],
            "campaign_status": campaign["status"],
            "campaign_is_evergreen": bool(campaign["fields"]["is_evergreen"]),
        }
        item |= _totals(call, [campaign], [event for event in events if span.holds(event)])
        if not call.query.get("exclude_total_leads_count"):
            item["leads_count"] = len(call.world.leads_in.get(campaign["id"], ()))
        answer.append(item)
    return answer


def overview(call: Call) -> JsonObject:
    """Answer GET /campaigns/analytics/overview: one object over all the campaigns asked for."""
    span = _span(call)
    campaigns = _asked_for(call, _ids(call))
    events = _events(call, campaigns, span)
    interested = sum(event["kind"] == "interested" for event in events)
    return _totals(call, campaigns, events) | {
        "total_interested": interested,
        "total_meeting_booked": 0,
        "total_meeting_completed": 0,
        "total_closed": 0,
    }


def daily(call: Call) -> list[JsonObject]:
    """Answer GET /campaigns/analytics/daily; days are UTC dates and only days with events are listed.

    Source: instantly-api.md section 5 (Daily/steps param): `id` is ignored, the answer then covers everybody.
    """
    days: dict[str, list[Event]] = defaultdict(list)
    for event in _events(call, _asked_for(call, _one(call)), _span(call)):
        days[datetime.fromtimestamp(event["at"], UTC).date().isoformat()].append(event)
    return [{"date": day, **_day_counts(events)} for day, events in sorted(days.items())]


def steps(call: Call) -> list[JsonObject]:
    """Answer GET /campaigns/analytics/steps; steps count from "1", variants from "0"."""
    by_step: dict[int, list[Event]] = defaultdict(list)
    for event in _events(call, _asked_for(call, _one(call)), _span(call)):
        by_step[event["step"]].append(event)
    answer = []
    for step, events in sorted(by_step.items()):
        item: JsonObject = {"step": str(step + 1), "variant": "0", "sent": _count(events, "sent")}
        item |= _engagement(events, "first_of_step")
        if call.query.get("include_opportunities_count"):
            interested = _count(events, "interested")
            item |= {"opportunities": interested, "unique_opportunities": interested, "meetings_booked": 0, "won": 0}
        answer.append(item)
    return answer


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
    start, end = _moment(call.query.get("start_date")), _moment(call.query.get("end_date"))
    last = call.now if end is None else end + _DAY_S
    first = last - _DEFAULT_DAYS * _DAY_S if start is None else start
    if last - first > _MOST_DAYS * _DAY_S + _DAY_S:
        raise ApiError(400, "The maximum range is 31 days", bare=True)
    days: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in _events(call, call.world.campaigns.values(), _Range(first, last)):
        sender = (event["sender"] or "").lower()
        if sender in emails:
            days[datetime.fromtimestamp(event["at"], UTC).date().isoformat(), sender].append(event)
    return [
        {"date": day, "email_account": sender, **_account_counts(events)}
        for (day, sender), events in sorted(days.items())
    ]


def _account_counts(events: list[Event]) -> JsonObject:
    counts = _day_counts(events)
    kept = {name: counts[name] for name in ("sent", "contacted", "new_leads_contacted", *_ENGAGEMENT_NAMES)}
    return kept | {"bounced": _count(events, "bounce")}


def _ids(call: Call) -> list[str]:
    return [*call.query.get("ids", ()), *([call.query["id"]] if "id" in call.query else ())]


def _one(call: Call) -> list[str]:
    return [call.query["campaign_id"]] if "campaign_id" in call.query else []


def _asked_for(call: Call, ids: list[str]) -> list[Campaign]:
    status = call.query.get("campaign_status")
    return [
        campaign
        for campaign in call.world.campaigns.values()
        if (not ids or campaign["id"] in ids) and (status is None or campaign["status"] == status)
    ]


def _span(call: Call) -> _Range:
    start, end = _moment(call.query.get("start_date")), _moment(call.query.get("end_date"))
    if start is not None and end is not None and start >= end:
        raise ApiError(400, "Start Date must be earlier than End Date", bare=True)
    return _Range(start, end)


def _moment(text: str | None) -> float | None:
    """Read a date as UTC midnight, or a full timestamp.

    Source: OpenAPI, parameters start_date and end_date.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise ApiError(400, "Invalid date", bare=True) from error
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


def _events(call: Call, campaigns: Iterable[Campaign], span: _Range) -> list[Event]:
    return [event for campaign in campaigns for event in call.world.events.get(campaign["id"], ()) if span.holds(event)]


def _count(events: list[Event], kind: str) -> int:
    return sum(event["kind"] == kind for event in events)


def _engagement(events: list[Event], first: str) -> JsonObject:
    counts: JsonObject = dict.fromkeys(_ENGAGEMENT_NAMES, 0)
    for event in events:
        if event["kind"] in _ENGAGEMENT:
            every, unique = _ENGAGEMENT[event["kind"]]
            counts[every] += 1
            counts[unique] += event["first"] if first == "first" else event["first_of_step"]
    return counts


def _day_counts(events: list[Event]) -> JsonObject:
    sent = [event for event in events if event["kind"] == "sent"]
    interested = _count(events, "interested")
    return {
        "sent": len(sent),
        "contacted": len({event["lead"] for event in sent}),
        "new_leads_contacted": sum(event["step"] == 0 for event in sent),
        **_engagement(events, "first"),
        "opportunities": interested,
        "unique_opportunities": interested,
    }


def _totals(call: Call, campaigns: list[Campaign], events: list[Event]) -> JsonObject:
    sent = [event for event in events if event["kind"] == "sent"]
    totals: JsonObject = {
        "contacted_count": len({event["lead"] for event in sent}),
        "emails_sent_count": len(sent),
        "new_leads_contacted_count": sum(event["step"] == 0 for event in sent),
        "bounced_count": _count(events, "bounce"),
        "unsubscribed_count": _count(events, "unsubscribe"),
        "completed_count": sum(_completed(call, campaign) for campaign in campaigns),
    }
    for kind, name in _TOTALS.items():
        of_kind = [event for event in events if event["kind"] == kind]
        totals[name] = len(of_kind)
        totals[f"{name}_unique"] = sum(event["first"] for event in of_kind)
        totals[f"{name}_unique_by_step"] = sum(event["first_of_step"] for event in of_kind)
    interested = [event for event in events if event["kind"] == "interested"]
    totals["total_opportunities"] = len(interested)
    totals["total_opportunity_value"] = len(interested) * _value(campaigns)
    return totals


def _completed(call: Call, campaign: Campaign) -> int:
    return sum(lead["status"] == LEAD_COMPLETED for lead in call.world.campaign_leads(campaign["id"]))


def _value(campaigns: list[Campaign]) -> float:
    """Assumed: an opportunity is worth the campaign's pl_value when a single campaign is asked for, else nothing."""
    return (campaigns[0]["fields"]["pl_value"] or 0) if len(campaigns) == 1 else 0
