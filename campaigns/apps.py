"""Django's registration of this app."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """See the package's modules."""

    name = "campaigns"
