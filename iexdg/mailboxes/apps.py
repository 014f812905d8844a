"""Django's registration of this app."""

from django.apps import AppConfig


class MailboxesConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.mailboxes"
