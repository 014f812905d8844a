"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.crm"
    pages: ClassVar[dict[str, str]] = {"crm": "crm:connection"}
