"""Django's registration of this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.team.audit"
