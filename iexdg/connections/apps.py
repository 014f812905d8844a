"""Django's registration of this app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConnectionsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.connections"

    def ready(self) -> None:
        """Read which secrets the installed apps store."""
        autodiscover_modules("stored_secrets")
