"""The figures of all campaigns of a workspace added up by the database, in one query whatever their number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, IntegerField, Max, Q, Sum, Value, When

from campaigns.models import Campaign
from campaigns.models.campaign import SENDING
from iexdg.workspaces.models import Workspace

# Part -> its whole.
_SHARES = {"bounced": "sent", "opened": "contacted", "clicked": "contacted", "unsubscribed": "contacted"}


@dataclass(frozen=True)
class Share:
    """A part and its whole, each summed over the campaigns that know both; None where none does."""

    part: int | None
    whole: int | None


@dataclass(frozen=True)
class Totals:
    """What all campaigns that Instantly lists have achieved. `opened`, `clicked`: of the campaigns that track it.

    Shapes: sending - read as sending, and known; unknown - their status could not be read; read_at - newest figures.
    """

    campaigns: int
    sending: int
    unknown: int
    tracking_opens: int
    tracking_clicks: int
    read_at: datetime | None
    bounced: Share
    opened: Share
    clicked: Share
    unsubscribed: Share
    opportunities: int | None
    opportunity_value: Decimal | None


def totals_of(workspace: Workspace) -> Totals:
    """Add everything up; a campaign of which one side of a share is unknown is in neither sum."""
    groups = _groups(workspace)
    opens = [group for group in groups if group["does_track_opens"]]
    clicks = [group for group in groups if group["does_track_clicks"]]
    return Totals(
        campaigns=_sum(groups, "campaigns") or 0,
        sending=_sum(groups, "sending") or 0,
        unknown=_sum(groups, "unknown") or 0,
        tracking_opens=_sum(opens, "campaigns") or 0,
        tracking_clicks=_sum(clicks, "campaigns") or 0,
        read_at=max((group["read_at"] for group in groups if group["read_at"]), default=None),
        bounced=_share(groups, "bounced"),
        opened=_share(opens, "opened"),
        clicked=_share(clicks, "clicked"),
        unsubscribed=_share(groups, "unsubscribed"),
        opportunities=_sum(groups, "sum_opportunities"),
        opportunity_value=_sum(groups, "sum_value"),
    )


def _groups(workspace: Workspace) -> list[dict[str, Any]]:
    """Sums of at most four groups, by what is tracked: with that as a condition of each sum, Django needs twice as
    long to write the query as the database to answer it."""
    is_known = Q(status_unknown_since__isnull=True)
    found = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by()
    grouped = found.values(does_track_opens=_tracks("open_tracking"), does_track_clicks=_tracks("link_tracking"))
    sums = {f"{part}_part": Sum(part, filter=Q(**{f"{whole}__isnull": False})) for part, whole in _SHARES.items()}
    sums |= {f"{part}_whole": Sum(whole, filter=Q(**{f"{part}__isnull": False})) for part, whole in _SHARES.items()}
    rows: Any = grouped.annotate(
        campaigns=Count("pk"),
        sending=Count("pk", filter=is_known & Q(remote_status__in=SENDING)),
        unknown=Count("pk", filter=~is_known),
        read_at=Max("analytics_read_at"),
        sum_opportunities=Sum("opportunities"),
        sum_value=Sum("opportunity_value"),
        **sums,
    )
    return list(rows)


def _tracks(flag: str) -> Case:
    """1 where it is not certainly off, as `Campaign.tracks_opens`; NOT would leave out those that have no such flag."""
    return Case(When(**{f"flags__{flag}": False}, then=Value(0)), default=Value(1), output_field=IntegerField())


def _share(groups: Iterable[Mapping[str, Any]], part: str) -> Share:
    return Share(_sum(groups, f"{part}_part"), _sum(groups, f"{part}_whole"))


def _sum(groups: Iterable[Mapping[str, Any]], name: str) -> Any:
    """The sum over the groups that know it; None where none does."""
    known = [group[name] for group in groups if group[name] is not None]
    return sum(known) if known else None
