"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.analytics"
    pages: ClassVar[dict[str, str]] = {"analytics": "analytics:compare", "report": "analytics:report"}
