"""How old the mirror of a campaign may be before no decision may be based on it."""

from datetime import datetime, timedelta

from django.conf import settings

from campaigns.models import Campaign


def stale_after() -> timedelta:
    """The age from which no decision may be based on a mirror."""
    return max(timedelta(minutes=10), timedelta(seconds=3 * settings.SYNC_INTERVAL_S))


def is_stale(campaign: Campaign, now: datetime) -> bool:
    """Whether the mirror was never read, not read lately, or could not be read."""
    if campaign.synced_at is None or campaign.unknown_since is not None:
        return True
    return abs(now - campaign.synced_at) > stale_after()
