"""Judges every guardrail of some campaigns by what is known now. Nothing is changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.guardrails.measure import Measured, measure
from campaigns.guardrails.rules import Judgement, judge
from campaigns.guardrails.store import Rules, rules_of
from campaigns.models import Campaign, GuardrailTrip, TripState
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class Watched:
    """One campaign with the judgements of its guardrails."""

    campaign: Campaign
    judgements: tuple[Judgement, ...]
    trips: dict[str, GuardrailTrip]


def watched(
    workspace: Workspace, now: datetime, campaigns: Sequence[Campaign] | None = None, *, rules: Rules | None = None
) -> list[Watched]:
    """Judge every guardrail of a workspace (or of some of its campaigns); nothing is changed."""
    found = current(workspace) if campaigns is None else campaigns
    measured = measure(workspace, found, now)
    return judged(measured, rules or rules_of(workspace))


def current(workspace: Workspace, only: Sequence[Campaign] | None = None) -> list[Campaign]:
    """Read the campaigns of a workspace that Instantly still lists, or some of them again."""
    found = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True)
    if only is not None:
        found = found.filter(pk__in=[campaign.pk for campaign in only])
    return list(found.select_related("workspace"))


def judged(measured: Iterable[Measured], rules: Rules) -> list[Watched]:
    """Judge what was measured, and find the open trips; one query."""
    listed = list(measured)
    trips: dict[int, dict[str, GuardrailTrip]] = {}
    open_trips = GuardrailTrip.objects.filter(
        state=TripState.OPEN, campaign__in=[one.campaign.pk for one in listed]
    ).select_related("request")
    for trip in open_trips:
        trips.setdefault(trip.campaign_id, {})[trip.kind] = trip
    return [
        Watched(
            one.campaign,
            tuple(judge(setting, one.facts(setting.kind)) for setting in rules.of_campaign(one.campaign)),
            trips.get(one.campaign.pk, {}),
        )
        for one in listed
    ]
