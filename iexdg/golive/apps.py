"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class GoliveConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.golive"
    pages: ClassVar[dict[str, str]] = {
        "go_live": "golive:go-live",
    }
