"""One line of a preflight."""

from dataclasses import dataclass

from django.urls import reverse

from campaigns.copy.findings import Level
from campaigns.models import Campaign

# Panel of a campaign's page -> the name of the tab that has it.
_TAB_WITH = {"schedule": "settings", "senders": "settings", "manage": "settings", "copy": "copy"}
# Where a campaign is changed here; its panel *Manage* has the button.
IN_DRAFT = "in a draft of the campaign"
AND_APPLY = f"{IN_DRAFT}, then apply it"


@dataclass(frozen=True)
class Finding:
    """One line of a preflight: what was checked, the result, and what to do.

    `confirm`: the name under which whoever requests or approves confirms it; "" where nothing has to be confirmed.
    """

    level: Level
    code: str
    title: str
    detail: str = ""
    next_step: str = ""
    url: str = ""
    confirm: str = ""


def campaign_url(campaign: Campaign, anchor: str) -> str:
    """The tab of the campaign that has this panel, scrolled to it."""
    return reverse(f"campaigns:{_TAB_WITH.get(anchor, 'detail')}", args=[campaign.pk], fragment=anchor)


def leads_url(**filters: object) -> str:
    """The list of leads that fit the filters."""
    return reverse("leads:list", query=filters)
