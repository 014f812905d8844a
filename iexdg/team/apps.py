"""Django's registration of this app."""

from importlib import import_module

from django.apps import AppConfig


class TeamConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.team"

    def ready(self) -> None:
        """Connect the receivers, whose modules need models and can be imported only now."""
        import_module(f"{self.name}.receivers")
