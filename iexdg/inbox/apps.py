"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import import_string


class InboxConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.inbox"
    pages: ClassVar[dict[str, str]] = {"inbox": "inbox:list", "thread": "inbox:thread"}

    def ready(self) -> None:
        """Have the search index created after every migration, and checked by the doctor."""
        pre_migrate.connect(import_string("iexdg.inbox.search.drop_triggers"), sender=self)
        post_migrate.connect(import_string("iexdg.inbox.search.keep_index"), sender=self)
        import_string("iexdg.inbox.doctor.declare")()
