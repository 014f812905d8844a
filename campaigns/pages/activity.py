"""What happened to one campaign: its go-live requests and its timeline."""

from dataclasses import dataclass

from campaigns.models import Approval, Campaign
from campaigns.pages.timeline import TimelineEntry, timeline_of

_MOST_APPROVALS = 10
_MOST_ENTRIES = 60


@dataclass(frozen=True)
class ActivityPage:
    """What the tab shows."""

    approvals: tuple[Approval, ...]
    timeline: tuple[TimelineEntry, ...]


def activity_page(campaign: Campaign) -> ActivityPage:
    """Build the tab."""
    approvals = Approval.objects.filter(campaign=campaign).select_related("requested_by", "decided_by")
    return ActivityPage(tuple(approvals[:_MOST_APPROVALS]), tuple(timeline_of(campaign, most=_MOST_ENTRIES)))
