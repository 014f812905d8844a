"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """See the package's modules."""

    name = "campaigns"
    pages: ClassVar[dict[str, str]] = {
        "campaign": "campaigns:detail",
        "guardrails": "campaigns:guardrails",
        "kill_switch": "campaigns:stop",
    }
