"""Who deleted a campaign from here, and when; one that went away otherwise has no such request. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.models import Campaign
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, ObjectState, Verb


@dataclass(frozen=True)
class Deletion:
    """A deletion that was read back."""

    by: str
    at: datetime


def deletions_of(campaigns: Sequence[Campaign]) -> dict[int, Deletion]:
    """Return the deletion of each campaign that was deleted from here, by its id; one query where any is gone."""
    gone = {one.remote_id: one.pk for one in campaigns if one.vanished_at is not None}
    if not gone:
        return {}
    done = ObjectChange.objects.filter(
        workspace__in={one.workspace_id for one in campaigns},
        kind=ObjectKind.CAMPAIGN,
        verb=Verb.DELETE,
        state=ObjectState.CONFIRMED,
        remote_id__in=gone,
    ).select_related("by")
    return {
        gone[one.remote_id]: Deletion(one.by.name if one.by else "IEXDG Outreach", one.closed_at)
        for one in done
        if one.closed_at is not None
    }
