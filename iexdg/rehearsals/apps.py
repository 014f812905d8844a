"""Django's registration of this app."""

from typing import ClassVar

from django.apps import AppConfig


class RehearsalsConfig(AppConfig):
    """See the package's modules."""

    name = "iexdg.rehearsals"
    pages: ClassVar[dict[str, str]] = {"rehearsal": "rehearsals:rehearsal"}
