"""Django's registration of this app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkspacesConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.workspaces"

    def ready(self) -> None:
        """Read what the installed apps declare as changes."""
        autodiscover_modules("changes")
