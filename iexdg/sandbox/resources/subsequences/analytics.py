"""What subsequences sent and what came of it, counted from their own events."""

from collections import defaultdict

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.analytics.counting import Range, engagement, span_of
from iexdg.sandbox.resources.campaigns.campaign import find_campaign
from iexdg.sandbox.resources.subsequences.subsequence import find_subsequence
from iexdg.sandbox.world.tally import Tally
from iexdg.sandbox.world.world import World


def totals(call: Call) -> list[JsonObject]:
    """Answer GET /subsequences/analytics: one object for each subsequence of a campaign."""
    campaign = find_campaign(call.world, call.query["campaign_id"])
    return [
        {"subsequence_id": one["id"], **_totals(call.world, one["id"])}
        for one in call.world.subsequences.of_campaign(campaign["id"])
    ]


def steps(call: Call) -> list[JsonObject]:
    """Answer GET /subsequences/{id}/analytics/steps; steps count from "0" here.

    Source: instantly-facts.md §2.6.
    """
    subsequence, span = find_subsequence(call.world, call.params["id"]), _span_of(call)
    by_step: dict[int, Tally] = defaultdict(Tally)
    for event in call.world.events.get(subsequence["id"], ()):
        if span.holds(event):
            by_step[event["step"]].add(event)
    return [
        {"step": str(step), "variant": "0", "sent": tally.every("sent"), **engagement(tally, by_step=True)}
        for step, tally in sorted(by_step.items())
    ]


def _span_of(call: Call) -> Range:
    """Read the dates, refused with the whole body of errors; other analytics refuse them with a message alone."""
    try:
        return span_of(call)
    except ApiError as error:
        raise ApiError(error.status, error.message) from error


def _totals(world: World, subsequence_id: str) -> JsonObject:
    tally = world.tallies[subsequence_id].by["all"][None] if subsequence_id in world.tallies else Tally()
    return {
        "emails_sent": tally.every("sent"),
        "unique_opens": tally.first("open"),
        "unique_replies": tally.first("reply"),
    }
