"""The four campaign analytics operations, all counted from the same list of events."""

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.analytics.counting import Range, counted, date_of, day_counts, engagement, span_of
from iexdg.sandbox.world.records import Campaign
from iexdg.sandbox.world.tally import Tally

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
        if call.options.analytics_empty_until_sent and not call.world.events.get(campaign["id"]):
            continue
        item: JsonObject = {
            "campaign_name": campaign["fields"]["name"],
            "campaign_id": campaign["id"],
            "campaign_status": campaign["status"],
            "campaign_is_evergreen": bool(campaign["fields"]["is_evergreen"]),
        }
        item |= _totals(call, [campaign], span)
        if not call.query.get("exclude_total_leads_count"):
            item["leads_count"] = len(call.world.leads_in.get(campaign["id"], ()))
        answer.append(item)
    return answer


def overview(call: Call) -> JsonObject:
    """Answer GET /campaigns/analytics/overview: one object over all the campaigns asked for."""
    span = span_of(call)
    campaigns = _asked_for(call, _ids(call))
    totals = _totals(call, campaigns, span)
    return totals | {
        "total_interested": totals["total_opportunities"],
        "total_meeting_booked": 0,
        "total_meeting_completed": 0,
        "total_closed": 0,
    }


def daily(call: Call) -> list[JsonObject]:
    """Answer GET /campaigns/analytics/daily; days are UTC dates and only days with events are listed.

    Source: instantly-facts.md §5 (Daily/steps param): `id` is ignored, the answer then covers all campaigns.
    """
    days = counted(call.world, _asked_for(call, _one(call)), span_of(call), "day")
    return [{"date": date_of(day), **day_counts(days[day])} for day in sorted(days)]


def steps(call: Call) -> list[JsonObject]:
    """Answer GET /campaigns/analytics/steps; steps count from "1", variants from "0"."""
    by_step = counted(call.world, _asked_for(call, _one(call)), span_of(call), "step")
    answer = []
    for step, variant in sorted(by_step):
        tally = by_step[step, variant]
        item: JsonObject = {"step": str(step + 1), "variant": str(variant), "sent": tally.every("sent")}
        item |= engagement(tally, by_step=True)
        if call.query.get("include_opportunities_count"):
            interested = tally.every("interested")
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


def _totals(call: Call, campaigns: list[Campaign], span: Range) -> JsonObject:
    world = call.world
    tally = counted(world, campaigns, span, "all").get(None, Tally())
    totals: JsonObject = {
        "contacted_count": len(tally.contacted),
        "emails_sent_count": tally.every("sent"),
        "new_leads_contacted_count": tally.begun,
        "bounced_count": tally.every("bounce"),
        "unsubscribed_count": tally.every("unsubscribe"),
        "completed_count": sum(world.completed.get(campaign["id"], 0) for campaign in campaigns),
    }
    for kind, name in _TOTALS.items():
        totals[name] = tally.every(kind)
        totals[f"{name}_unique"] = tally.first(kind)
        totals[f"{name}_unique_by_step"] = tally.first_of_step(kind)
    totals["total_opportunities"] = tally.every("interested")
    totals["total_opportunity_value"] = tally.every("interested") * _value(campaigns)
    return totals


def _value(campaigns: list[Campaign]) -> float:
    """Assumed: an opportunity is worth the campaign's pl_value when a single campaign is asked for, else nothing."""
    return (campaigns[0]["fields"]["pl_value"] or 0) if len(campaigns) == 1 else 0
