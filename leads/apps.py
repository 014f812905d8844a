"""Django's registration of this app."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """See the package's modules."""

    name = "leads"
