"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """See the package's modules."""

    name = "leads"
    pages: ClassVar[dict[str, str]] = {
        "import": "leads:import",
    }
