"""Django's registration of this app."""

from django.apps import AppConfig


class TeamConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.team"
