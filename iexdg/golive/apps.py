"""Django's registration of this app."""

from django.apps import AppConfig


class GoliveConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.golive"
