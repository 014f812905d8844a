"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.operations"
    pages: ClassVar[dict[str, str]] = {
        "readiness": "operations:ready",
    }
