"""Django's registration of this app."""

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.workspaces"
