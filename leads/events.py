"""The live log of an import."""

from django.utils import timezone

from leads.models import Import, ImportEvent


def log(imported: Import, text: str, tone: str = "idle") -> None:
    """Add one line. It contains counts and causes, never an address."""
    ImportEvent.objects.create(imported=imported, at=timezone.now(), tone=tone, text=text[:300])
