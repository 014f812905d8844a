"""Django's registration of this app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from iexdg.team.current import declare_connected


class WorkspacesConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.workspaces"

    def ready(self) -> None:
        """Read what the installed apps declare, and say below which workspaces are connected."""
        autodiscover_modules("changes", "dependants", "audit_scope")
        # Its module needs models and can be imported only now.
        declare_connected(import_module(f"{self.name}.connected").rows_of_connected)
