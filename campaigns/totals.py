"""The figures of all campaigns of a workspace added up by the database, in one query whatever their number."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Case, Count, IntegerField, Max, Q, Sum, Value, When

from campaigns.models import Campaign
from campaigns.models.campaign import SENDING
from iexdg.workspaces.models import Workspace

_SHARES = ("bounced", "opened", "clicked", "unsubscribed")


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
    is_known = Q(status_unknown_since__isnull=True)
    opens, clicks = Q(does_track_opens=1), Q(does_track_clicks=1)
    found = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by()
    row = found.annotate(
        does_track_opens=_tracks("open_tracking"), does_track_clicks=_tracks("link_tracking")
    ).aggregate(
        campaigns=Count("pk"),
        sending=Count("pk", filter=is_known & Q(remote_status__in=SENDING)),
        unknown=Count("pk", filter=~is_known),
        tracking_opens=Count("pk", filter=opens),
        tracking_clicks=Count("pk", filter=clicks),
        read_at=Max("analytics_read_at"),
        **_share("bounced", "sent"),
        **_share("opened", "contacted", opens),
        **_share("clicked", "contacted", clicks),
        **_share("unsubscribed", "contacted"),
        opportunities=Sum("opportunities"),
        opportunity_value=Sum("opportunity_value"),
    )
    row |= {part: Share(row.pop(f"{part}_part"), row.pop(f"{part}_whole")) for part in _SHARES}
    return Totals(**row)


def _tracks(flag: str) -> Case:
    """1 where it is not certainly off, as `Campaign.tracks_opens`; NOT would leave out those that have no such flag."""
    return Case(When(**{f"flags__{flag}": False}, then=Value(0)), default=Value(1), output_field=IntegerField())


def _share(part: str, whole: str, only: Q | None = None) -> dict[str, Sum]:
    known = Q(**{f"{part}__isnull": False, f"{whole}__isnull": False}) & (only or Q())
    return {f"{part}_part": Sum(part, filter=known), f"{part}_whole": Sum(whole, filter=known)}
