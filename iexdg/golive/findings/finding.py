"""One line of a preflight."""

from dataclasses import dataclass

from campaigns.copy.findings import Level
from campaigns.models import Campaign


@dataclass(frozen=True)
class Finding:
    """One line of a preflight: what was checked, the result, and what to do."""

    level: Level
    code: str
    title: str
    detail: str = ""
    next_step: str = ""
    url: str = ""


def campaign_url(campaign: Campaign, anchor: str) -> str:
    """The campaign's page, scrolled to one of its panels."""
    return f"/campaigns/{campaign.pk}/#{anchor}"
