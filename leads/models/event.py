"""The live log of an import."""

from typing import ClassVar

from django.db import models

from leads.models.importing import Import


class ImportEvent(models.Model):
    """One line of the log; it never contains an address."""

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    tone = models.CharField(max_length=8, default="idle", help_text="ok, idle, warn, bad")
    text = models.CharField(max_length=300)
    progress = models.CharField(max_length=16, blank=True, help_text="what it counts: the next such line replaces it")

    objects: ClassVar[models.Manager["ImportEvent"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["imported", "-id"], name="event_latest_of_import")]
