"""The four campaign analytics operations, all counted from the same list of events."""

from collections import defaultdict
from datetime import UTC, datetime

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.analytics.counting import count, day_counts, engagement, events_of, span_of
from iexdg.sandbox.world.records import LEAD_COMPLETED, Campaign, Event

_TOTALS = {
    "open": "open_count",
    "reply": "reply_count",
    "auto_reply": "reply_count_automatic",
    "click": "link_click_count",
}


def analytics(call: Call) -> list[JsonObject]:
    """Answer GET /campaigns/analytics: one object per campaign.

    Source: instantly-facts.md §2.1 (Analytics) and §6.7 for the option and the flag.
    """
    span = span_of(call)
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
    span = span_of(call)
    campaigns = _asked_for(call, _ids(call))
    events = events_of(call, campaigns, span)
    interested = sum(event["kind"] == "interested" for event in events)
    return _totals(call, campaigns, events) | {
        "total_interested": interested,
        "total_meeting_booked": 0,
        "total_meeting_completed": 0,
        "total_closed": 0,
    }


def daily(call: Call) -> list[JsonObject]:
    """Answer GET /campaigns/analytics/daily; days are UTC dates and only days with events are listed.

    Source: instantly-facts.md §5 (Daily/steps param): `id` is ignored, the answer then covers all campaigns.
    """
    days: dict[str, list[Event]] = defaultdict(list)
    for event in events_of(call, _asked_for(call, _one(call)), span_of(call)):
        days[datetime.fromtimestamp(event["at"], UTC).date().isoformat()].append(event)
    return [{"date": day, **day_counts(events)} for day, events in sorted(days.items())]


def steps(call: Call) -> list[JsonObject]:
    """Answer GET /campaigns/analytics/steps; steps count from "1", variants from "0"."""
    by_step: dict[int, list[Event]] = defaultdict(list)
    for event in events_of(call, _asked_for(call, _one(call)), span_of(call)):
        by_step[event["step"]].append(event)
    answer = []
    for step, events in sorted(by_step.items()):
        item: JsonObject = {"step": str(step + 1), "variant": "0", "sent": count(events, "sent")}
        item |= engagement(events, "first_of_step")
        if call.query.get("include_opportunities_count"):
            interested = count(events, "interested")
            item |= {"opportunities": interested, "unique_opportunities": interested, "meetings_booked": 0, "won": 0}
        answer.append(item)
    return answer


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


def _totals(call: Call, campaigns: list[Campaign], events: list[Event]) -> JsonObject:
    sent = [event for event in events if event["kind"] == "sent"]
    totals: JsonObject = {
        "contacted_count": len({event["lead"] for event in sent}),
        "emails_sent_count": len(sent),
        "new_leads_contacted_count": sum(event["step"] == 0 for event in sent),
        "bounced_count": count(events, "bounce"),
        "unsubscribed_count": count(events, "unsubscribe"),
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
