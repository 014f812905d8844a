"""Reads of what is compared. Every function is a fixed number of queries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from campaigns.models import Campaign, DailyStat, StepStat
from iexdg.analytics.days import Days
from iexdg.analytics.models import RangeReading
from iexdg.analytics.sums import Figures
from iexdg.workspaces.models import Workspace

_SINCE_START = (
    "sent", "contacted", "opened", "replied", "replied_automatic", "interested", "bounced", "clicked", "unsubscribed",
    "opportunities", "opportunity_value",
)  # fmt: skip
# How many are compared where nobody chose.
COMPARED = 8


@dataclass(frozen=True)
class StepCount:
    """What was counted of one variant of one step; step counts from 1, variant from 0. None is unknown."""

    step: int
    variant: int
    sent: int | None
    opened: int | None
    replied: int | None
    clicked: int | None


@dataclass(frozen=True)
class DayCount:
    """One day, summed over the campaigns that are compared. Counts are of people, except `sent`."""

    day: date
    sent: int
    contacted: int
    begun: int
    opened: int
    replied: int


@dataclass(frozen=True)
class Choosable:
    """A campaign that can be compared; `is_gone` where Instantly does not list it any more."""

    pk: int
    name: str
    is_gone: bool


def every_campaign(workspace: Workspace) -> list[Choosable]:
    """The campaigns that can be chosen, by name; those that Instantly does not list any more come last."""
    found = Campaign.objects.filter(workspace=workspace).order_by(F("vanished_at").asc(nulls_first=True), "name", "pk")
    return [Choosable(pk, name, gone is not None) for pk, name, gone in found.values_list("pk", "name", "vanished_at")]


def campaigns_in(workspace: Workspace, wanted: Collection[int]) -> list[Campaign]:
    """Those of a workspace that are wanted, by name; others are ignored."""
    return list(Campaign.objects.filter(workspace=workspace, pk__in=wanted).order_by("name", "pk"))


def that_sent_most(workspace: Workspace, days: Days | None) -> list[int]:
    """The campaigns that are compared where nobody chose: those that sent most on these days."""
    there = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by()
    if days is None:
        found = there.filter(sent__gt=0).annotate(number=F("sent"))
    else:
        inside = there.filter(daily_stats__date__range=(days.first, days.last))
        found = inside.annotate(number=Coalesce(Sum("daily_stats__sent"), 0)).filter(number__gt=0)
    return list(found.order_by("-number", "pk").values_list("pk", flat=True)[:COMPARED])


def readings_of(campaigns: Collection[int], ranges: Collection[Days]) -> dict[tuple[int, Days], RangeReading]:
    """What was read of these campaigns, by campaign and range; a range that nobody asked for is not in it."""
    firsts, lasts = [days.first for days in ranges], [days.last for days in ranges]
    found = RangeReading.objects.filter(campaign__in=campaigns, first__in=firsts, last__in=lasts)
    return {(row.campaign_id, Days(row.first, row.last)): row for row in found}


def figures_since_start(campaign: Campaign) -> Figures:
    """What Instantly counts in total, as the sync last read it. No query."""
    return Figures(
        **{name: getattr(campaign, name) for name in _SINCE_START},
        tracks_opens=campaign.tracks_opens,
        tracks_clicks=campaign.tracks_clicks,
        read_at=campaign.analytics_read_at,
        unknown_since=campaign.analytics_unknown_since,
    )


def figures_of(campaign: Campaign, reading: RangeReading | None) -> Figures:
    """What Instantly counts for a range; everything is unknown until it was read. No query."""
    counts: dict[str, Any] = {name: getattr(reading, name) for name in _SINCE_START} if reading else {}
    return Figures(
        **counts,
        tracks_opens=campaign.tracks_opens,
        tracks_clicks=campaign.tracks_clicks,
        read_at=reading.read_at if reading else None,
        unknown_since=reading.unknown_since if reading else None,
    )


def steps_since_start(campaigns: Collection[int]) -> dict[int, list[StepCount]]:
    """The steps and variants of each campaign in total; a campaign that sent nothing has none."""
    found: dict[int, list[StepCount]] = {pk: [] for pk in campaigns}
    for row in StepStat.objects.filter(campaign__in=campaigns):
        if row.step.isdigit() and row.variant.isdigit():
            found[row.campaign_id].append(
                StepCount(
                    int(row.step), int(row.variant), row.sent, row.unique_opened, row.unique_replies, row.unique_clicks
                )
            )
    return found


def steps_of(reading: RangeReading | None) -> list[StepCount] | None:
    """The steps and variants of a range; None where they were not read. No query."""
    if reading is None or reading.steps is None:
        return None
    return [
        StepCount(one["step"], one["variant"], one["sent"], one["opened"], one["replied"], one["clicked"])
        for one in reading.steps
        if one["step"] is not None and one["variant"] is not None
    ]


def days_of(campaigns: Collection[int], days: Days | None) -> list[DayCount]:
    """What these campaigns did day by day, as the sync mirrored it, oldest first; days with nothing are left out."""
    found = DailyStat.objects.filter(campaign__in=campaigns)
    if days is not None:
        found = found.filter(date__range=(days.first, days.last))
    sums = (
        found.order_by("date")
        .values("date")
        .annotate(
            all_sent=Sum("sent"),
            all_contacted=Sum("contacted"),
            all_begun=Sum("new_leads_contacted"),
            all_opened=Sum("unique_opened"),
            all_replied=Sum("unique_replies"),
        )
    )
    return [
        DayCount(
            row["date"], row["all_sent"], row["all_contacted"], row["all_begun"], row["all_opened"], row["all_replied"]
        )
        for row in sums
    ]
