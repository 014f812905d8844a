"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.inbox"
    pages: ClassVar[dict[str, str]] = {"inbox": "inbox:list", "thread": "inbox:thread"}
