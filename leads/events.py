"""The live log of an import."""

from django.db import transaction
from django.utils import timezone

from leads.models import Import, ImportEvent


def log(imported: Import, text: str, tone: str = "idle") -> None:
    """Add one line. It contains counts and causes, never an address."""
    ImportEvent.objects.create(imported=imported, at=timezone.now(), tone=tone, text=text[:300])


def log_progress(imported: Import, kind: str, text: str, *, grouped: str = "", tone: str = "idle") -> None:
    """Add a line about what is counted, in place of the line before it if that one counts the same.

    So a long run has one line that grows, not one for every step. A new row, so that an open page sees a change.
    Shapes: text - of the first line; grouped - of one that replaces another, where it differs.
    """
    newest = ImportEvent.objects.filter(imported=imported).order_by("-id").first()
    continues = newest is not None and newest.progress == kind
    words = grouped if continues and grouped else text
    with transaction.atomic():
        if newest is not None and continues:
            newest.delete()
        ImportEvent.objects.create(imported=imported, at=timezone.now(), tone=tone, text=words[:300], progress=kind)
