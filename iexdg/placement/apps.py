"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class PlacementConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.placement"
    pages: ClassVar[dict[str, str]] = {"placement-tests": "placement:list", "placement-test": "placement:test"}
