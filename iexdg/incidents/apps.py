"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules, import_string


class IncidentsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.incidents"
    pages: ClassVar[dict[str, str]] = {"incident": "incidents:detail"}

    def ready(self) -> None:
        """Read the kinds that the installed apps declare, and have the navigation count what is open."""
        autodiscover_modules("incident_kinds")
        declare_count = import_string("iexdg.workspaces.frame_counts.declare")
        declare_count("incident_count", import_string("iexdg.incidents.queries.open_incidents"))
