"""Every status that was read from Instantly, and why it was read."""

from typing import ClassVar

from django.db import models

from campaigns.models.campaign import Campaign


class ReadingWhy(models.TextChoices):
    """Why a status was read."""

    SYNC = "sync", "regular sync"
    SCAN = "scan", "minute watch"
    TRIPWIRE = "tripwire", "after a batch"
    SETTLE = "settle", "settle watch"
    READ_BACK = "read_back", "read back after an action"
    PREFLIGHT = "preflight", "before a go-live"
    APPLY = "apply", "around a blueprint"


class StatusReading(models.Model):
    """One reading of one campaign's status. `status` None: the read failed and `error` says how."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField()
    status = models.IntegerField(null=True)
    why = models.CharField(max_length=16, choices=ReadingWhy.choices)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["StatusReading"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["campaign", "-id"], name="reading_latest_of_campaign")]
