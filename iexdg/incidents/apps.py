"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IncidentsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.incidents"
    pages: ClassVar[dict[str, str]] = {"incident": "incidents:detail"}

    def ready(self) -> None:
        """Read the kinds that the installed apps declare."""
        autodiscover_modules("incident_kinds")
