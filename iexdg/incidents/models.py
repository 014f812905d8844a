"""Incidents: things that need a person's attention."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from iexdg.incidents.kinds import IncidentKind, kind_of
from iexdg.workspaces.models import Workspace


class IncidentState(models.TextChoices):
    """Where an incident is; iexdg/incidents/record.py draws and makes the moves."""

    OPEN = "open", "open"
    ACKNOWLEDGED = "acknowledged", "acknowledged"
    RESOLVED = "resolved", "resolved"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return {"open": "bad", "acknowledged": "warn", "resolved": "done"}[self.value]


# A cause that is already acknowledged opens no second incident.
UNRESOLVED = (IncidentState.OPEN, IncidentState.ACKNOWLEDGED)


class Incident(models.Model):
    """One cause, one row: `dedupe_key` is unique until the incident is resolved."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="incidents")
    kind = models.CharField(max_length=32, help_text="code of a declared kind (kinds.py)")
    state = models.CharField(max_length=16, choices=IncidentState.choices, default=IncidentState.OPEN)
    dedupe_key = models.CharField(max_length=120)
    campaign_ref = models.BigIntegerField(null=True, help_text="our id of the campaign it is about")
    campaign_name = models.CharField(max_length=300, blank=True)
    summary = models.CharField(max_length=300)
    detail = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True, help_text="page on which it is dealt with")
    opened_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["Incident"]] = models.Manager()

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "dedupe_key"],
                condition=models.Q(state__in=UNRESOLVED),
                name="incident_one_unresolved_per_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign_ref", "-opened_at"], name="incident_campaign_timeline"),
            models.Index(fields=["workspace", "state", "-opened_at"], name="incident_list"),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return IncidentState(self.state).tone

    @property
    def declared(self) -> IncidentKind:
        """What its app declares about this kind."""
        return kind_of(self.kind)

    @property
    def closes_itself(self) -> bool:
        """Whether it closes with its cause, and only with it."""
        return self.declared.closes_itself


class Channel(models.TextChoices):
    """How someone is notified."""

    EMAIL = "email", "e-mail"
    WEBHOOK = "webhook", "webhook"


class NotificationPreference(models.Model):
    """What one member chose for one kind; without a row the role's default applies (notifications.py)."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32, help_text="code of a declared kind (kinds.py)")
    email = models.BooleanField()
    webhook = models.BooleanField()

    objects: ClassVar[models.Manager["NotificationPreference"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind"], name="notification_preference_one_per_kind"),
        ]


class NotificationState(models.TextChoices):
    """Where a notification is; iexdg/incidents/delivery.py draws and makes the moves."""

    DUE = "due", "on its way"
    SENT = "sent", "sent"
    FAILED = "failed", "not delivered"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return {"due": "busy", "sent": "ok", "failed": "bad"}[self.value]


class Notification(models.Model):
    """One message about an incident to one recipient. No incident: a test; no member: the team's webhook."""

    incident = models.ForeignKey(Incident, null=True, on_delete=models.CASCADE, related_name="notifications")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=NotificationState.choices, default=NotificationState.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Notification"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "member", "channel"], name="notification_one_per_cause"),
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(channel=Channel.WEBHOOK, incident__isnull=False),
                name="notification_one_webhook_per_cause",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_try_at"], name="notification_due")]

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return NotificationState(self.state).tone
