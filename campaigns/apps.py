"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CampaignsConfig(AppConfig):
    """See the package's modules."""

    name = "campaigns"
    pages: ClassVar[dict[str, str]] = {
        "control_room": "campaigns:control-room",
        "campaigns": "campaigns:list",
        "campaign": "campaigns:detail",
        "campaign_copy": "campaigns:copy",
        "campaign_settings": "campaigns:settings",
        "campaign_activity": "campaigns:activity",
        "guardrails": "campaigns:guardrails",
        "kill_switch": "campaigns:stop",
        "subsequences": "campaigns:subsequences",
        "subsequence": "campaigns:subsequence",
    }

    def ready(self) -> None:
        """Read what the apps above show on the page of a campaign."""
        autodiscover_modules("campaign_page")
