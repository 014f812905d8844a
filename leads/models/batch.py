"""A batch: the intent to load some rows, and Instantly's accounting of it."""

from typing import ClassVar

from django.db import models

from leads.models.importing import Import


class BatchState(models.TextChoices):
    """Where a batch is; leads/states.py has the table of moves.

    sending: the request may have been sent; after a crash the batch is unknown and is reconciled by reading, never
    repeated blindly. sent: answered, but the accounting does not add up yet. reconciled: every row's outcome is known.
    """

    PLANNED = "planned", "planned"
    SENDING = "sending", "sending"
    SENT = "sent", "sent"
    UNKNOWN = "unknown", "unknown"
    REFUSED = "refused", "refused"
    RECONCILED = "reconciled", "reconciled"


class Batch(models.Model):
    """Up to 1,000 rows in one call."""

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="batches")
    number = models.IntegerField()
    is_canary = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=BatchState.choices, default=BatchState.PLANNED)
    size = models.IntegerField()
    planned_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True, help_text="tripwire passed: status read after it and allowed")
    reads = models.IntegerField(default=0, help_text="how often the list was read to learn its outcome")
    next_read_at = models.DateTimeField(null=True)
    accounting = models.JSONField(default=dict, help_text="Instantly's counts as they came, without the leads")
    adds_up = models.BooleanField(null=True)
    job = models.CharField(max_length=64, blank=True, help_text="a move: Instantly's id of the background job")
    job_ended_at = models.DateTimeField(null=True, help_text="a move: when its job was first read as ended")
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Batch"]] = models.Manager()

    class Meta:
        ordering = ["imported", "number"]
        constraints = [
            models.UniqueConstraint(fields=["imported", "number"], name="batch_number_per_import"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="batch_not_empty"),
        ]
