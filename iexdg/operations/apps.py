"""Django's registration of this app."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.operations"
