"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class SuperSearchConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.supersearch"
    pages: ClassVar[dict[str, str]] = {"supersearch": "supersearch:list", "search": "supersearch:search"}
