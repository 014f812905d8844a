"""Incidents: things that a person must look at."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from iexdg.workspaces.models import Workspace


class IncidentKind(models.TextChoices):
    """Why somebody is called."""

    FLIP = "flip", "turned active by itself"
    UNRECONCILED = "unreconciled", "a load does not add up"
    PAUSE_UNCONFIRMED = "pause_unconfirmed", "a pause is not confirmed"
    GO_LIVE_FAILED = "go_live_failed", "a go-live did not happen"


class IncidentState(models.TextChoices):
    """open -> resolved."""

    OPEN = "open", "open"
    RESOLVED = "resolved", "resolved"


class Incident(models.Model):
    """One cause, one row: `dedupe_key` is unique while the incident is open."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="incidents")
    kind = models.CharField(max_length=32, choices=IncidentKind.choices)
    state = models.CharField(max_length=16, choices=IncidentState.choices, default=IncidentState.OPEN)
    dedupe_key = models.CharField(max_length=120)
    campaign_ref = models.BigIntegerField(null=True, help_text="our id of the campaign it is about")
    campaign_name = models.CharField(max_length=300, blank=True)
    summary = models.CharField(max_length=300)
    detail = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True, help_text="page on which it is dealt with")
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["Incident"]] = models.Manager()

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "dedupe_key"],
                condition=models.Q(state=IncidentState.OPEN),
                name="incident_one_open_per_cause",
            ),
        ]
        indexes = [models.Index(fields=["campaign_ref", "-opened_at"], name="incident_campaign_timeline")]

    def __str__(self) -> str:
        return self.summary
