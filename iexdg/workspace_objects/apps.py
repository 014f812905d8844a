"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkspaceObjectsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.workspace_objects"
    pages: ClassVar[dict[str, str]] = {"objects": "objects:change", "webhooks": "objects:webhooks"}

    def ready(self) -> None:
        """Read which objects there are: each app declares its own in its module `workspace_object_kinds`."""
        autodiscover_modules("workspace_object_kinds")
