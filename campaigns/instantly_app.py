"""Addresses in Instantly's own app, for people who continue there. Nothing is read or written through them."""

from urllib.parse import quote

from django.conf import settings

from campaigns.models import Campaign


def campaign_url(campaign: Campaign) -> str:
    """The campaign's page in Instantly's app.

    Assumed: the paths below the app's address, as the app shows them (2026-11); Instantly documents none.
    """
    return _url(campaign, "analytics")


def campaign_people_url(campaign: Campaign) -> str:
    """The campaign's leads in Instantly's app; a single lead has no address of its own there."""
    return _url(campaign, "leads")


def _url(campaign: Campaign, page: str) -> str:
    return f"{settings.INSTANTLY_APP_URL.rstrip('/')}/app/campaign/{quote(campaign.remote_id, safe='')}/{page}"
