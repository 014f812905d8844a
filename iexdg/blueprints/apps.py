"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class BlueprintsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.blueprints"
    pages: ClassVar[dict[str, str]] = {"drafts": "blueprints:drafts", "draft": "blueprints:draft"}
