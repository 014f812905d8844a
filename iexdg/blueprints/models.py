"""Each campaign that a blueprint created or changed: what was sent, and what was read back."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace


class WriteVerb(models.TextChoices):
    """What is done at Instantly."""

    CREATE = "create", "create"
    UPDATE = "update", "change"
    VARIABLES = "variables", "add variables to"


class WriteState(models.TextChoices):
    """The state of a write; iexdg/blueprints/orders.py defines and makes the moves.

    asked: recorded only. sent: the call was made, its answer or read-back is due. unknown: no answer came, and it is
    still read. confirmed: read back as it was sent. different: Instantly accepted it and stored something else.
    refused: it was not carried out.
    """

    ASKED = "asked", "requested"
    SENT = "sent", "awaiting confirmation"
    CONFIRMED = "confirmed", "confirmed"
    DIFFERENT = "different", "stored otherwise"
    REFUSED = "refused", "refused"
    UNKNOWN = "unknown", "unknown"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        tones = {"confirmed": "ok", "different": "bad", "refused": "bad", "unknown": "warn"}
        return tones.get(self.value, "busy")


OPEN_WRITE = (WriteState.ASKED, WriteState.SENT, WriteState.UNKNOWN)


class CampaignWrite(models.Model):
    """One campaign of one application of a blueprint, recorded before anything is sent."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="campaign_writes")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.CASCADE, related_name="blueprint_writes")
    verb = models.CharField(max_length=16, choices=WriteVerb.choices)
    remote_id = models.CharField(max_length=64, blank=True, help_text="empty until what is created has an id")
    name = models.CharField(max_length=300)
    key = models.CharField(max_length=400, help_text="one campaign has one open write")
    body = models.JSONField(help_text="the fields that are sent, under Instantly's names")
    state = models.CharField(max_length=16, choices=WriteState.choices, default=WriteState.ASKED)
    differences = models.JSONField(default=list, help_text="what was read back otherwise: [{path, before, after}]")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="when Instantly accepted it")
    read_at = models.DateTimeField(null=True, help_text="when it was last read back")
    closed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["CampaignWrite"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "key"],
                condition=models.Q(state__in=OPEN_WRITE),
                name="campaign_write_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "state"], name="campaign_write_to_settle"),
            models.Index(fields=["campaign", "-id"], name="campaign_write_of_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display().capitalize()} {self.name}"

    @property
    def is_open(self) -> bool:
        """Whether the outcome is not known yet."""
        return self.state in OPEN_WRITE
