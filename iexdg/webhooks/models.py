"""The receiver of a workspace, and every delivery to it as it came."""

from typing import ClassVar

from django.db import models

from iexdg.workspaces.models import Workspace


class EventKind(models.TextChoices):
    """What a delivery is about, whatever Instantly calls it; `iexdg/webhooks/events.py` reads it from the payload."""

    REPLY = "reply", "reply"
    SENT = "sent", "e-mail sent"
    OPENED = "opened", "e-mail opened"
    CLICKED = "clicked", "link clicked"
    BOUNCED = "bounced", "bounce"
    UNSUBSCRIBED = "unsubscribed", "unsubscribed"
    INTEREST = "interest", "interest changed"
    CAMPAIGN_COMPLETED = "campaign_completed", "campaign completed"
    ACCOUNT_ERROR = "account_error", "account error"
    ENRICHMENT = "enrichment", "enrichment completed"
    VERIFICATION = "verification", "verification result"
    TEST = "test", "test"
    UNKNOWN = "unknown", "unknown event"


class DeliveryState(models.TextChoices):
    """The state of a delivery; iexdg/webhooks/routing.py defines and makes the moves.

    stored: it waits for a worker. routed: what it hints at was asked for. ignored: nothing reads because of it.
    failed: routing it failed as often as it is tried.
    """

    STORED = "stored", "stored"
    ROUTED = "routed", "routed"
    IGNORED = "ignored", "ignored"
    FAILED = "failed", "failed"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return {"stored": "busy", "routed": "ok", "ignored": "idle", "failed": "bad"}[self.value]


class Receiver(models.Model):
    """The address of a workspace that Instantly calls, and the secret that proves a call.

    Token and secret are stored encrypted for an admin's page, and as digests for comparing. Results of verifications
    come without headers: their address has a token of its own, and nothing but such a result is taken there.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="receiver")
    token = models.TextField(help_text="last part of the address, encrypted with FIELD_KEYS")
    token_digest = models.CharField(max_length=64, unique=True)
    result_token = models.TextField(help_text="of the address for results of verifications, encrypted with FIELD_KEYS")
    result_token_digest = models.CharField(max_length=64, unique=True)
    secret = models.TextField(help_text="value of the header, encrypted with FIELD_KEYS")
    secret_digest = models.CharField(max_length=64)
    former_digest = models.CharField(max_length=64, blank=True, help_text="of the secret before the last rotation")
    former_until = models.DateTimeField(null=True, help_text="until when the former secret is accepted")
    former_header = models.CharField(max_length=64, blank=True, help_text="digest of the header with the former secret")
    made_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True)
    refused = models.PositiveIntegerField(default=0, help_text="deliveries that were proved and could not be stored")
    refused_at = models.DateTimeField(null=True, help_text="when the last of them came")
    refusal = models.CharField(max_length=100, blank=True, help_text="what was wrong with it")

    objects: ClassVar[models.Manager["Receiver"]] = models.Manager()


class Delivery(models.Model):
    """One payload as it came. The same content again only counts; nothing but reading Instantly is the truth.

    Shapes: event_type - as it came, "" for none; fingerprint - SHA-256 of the content; lead - address of the person it
        names, in lower case; due_at - when it is routed next, None once it was.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="deliveries")
    received_at = models.DateTimeField()
    again_at = models.DateTimeField(null=True, help_text="when the same content last came again")
    duplicates = models.IntegerField(default=0)
    event_type = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    fingerprint = models.CharField(max_length=64)
    body = models.JSONField()
    lead = models.CharField(max_length=320, blank=True)
    state = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.STORED)
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True, help_text="what it led to")
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Delivery"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "fingerprint"], name="delivery_once_per_content"),
            models.CheckConstraint(condition=models.Q(duplicates__gte=0), name="delivery_duplicates_not_negative"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-id"], name="delivery_newest"),
            models.Index(fields=["workspace", "kind", "-id"], name="delivery_newest_of_kind"),
            models.Index(fields=["workspace", "state", "-id"], name="delivery_newest_in_state"),
            models.Index(fields=["workspace", "lead"], name="delivery_of_person"),
            models.Index(fields=["workspace", "received_at"], name="delivery_oldest"),
            models.Index(fields=["workspace", "changed_at"], name="delivery_changed"),
            models.Index(fields=["workspace", "due_at"], name="delivery_to_route", condition=models.Q(state="stored")),
        ]

    def __str__(self) -> str:
        return self.event_type or self.get_kind_display()

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return DeliveryState(self.state).tone
