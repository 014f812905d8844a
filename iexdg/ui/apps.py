"""Django's registration of this app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.ui"
