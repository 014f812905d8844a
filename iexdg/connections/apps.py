"""Django's registration of this app."""

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.connections"
