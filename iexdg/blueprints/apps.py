"""Django's registration of this app."""

from django.apps import AppConfig


class BlueprintsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.blueprints"
