"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules, import_string


class WebhooksConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.webhooks"
    pages: ClassVar[dict[str, str]] = {"deliveries": "webhooks:deliveries"}

    def ready(self) -> None:
        """Read what deliveries lead to: each app declares its own in `webhook_handlers`; and have the doctor check."""
        autodiscover_modules("webhook_handlers")
        import_string("iexdg.webhooks.doctor.declare")()
