"""Django's registration of this app."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from iexdg.ui.folding import add_to_sqlite


class UiConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.ui"

    def ready(self) -> None:
        """Give every connection to SQLite what the searches compare with."""
        connection_created.connect(add_to_sqlite)
