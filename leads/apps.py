"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """The leads app; `pages` names the pages that other apps link to."""

    name = "leads"
    pages: ClassVar[dict[str, str]] = {
        "import": "leads:import",
        "campaign_leads": "leads:campaign",
    }
