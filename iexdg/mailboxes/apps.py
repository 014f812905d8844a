"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MailboxesConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.mailboxes"
    pages: ClassVar[dict[str, str]] = {
        "mailboxes": "mailboxes:list",
        "mailbox": "mailboxes:detail",
        "mailbox-changes": "mailboxes:group",
    }

    def ready(self) -> None:
        """Read which campaigns the app above knows to be served by mailboxes."""
        autodiscover_modules("mailbox_page")
