"""Lists of Instantly as they were last read, and the changes that were requested here."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from iexdg.workspaces.models import Workspace


class ObjectKind(models.TextChoices):
    """What is listed, or changed."""

    TAG = "tag", "tag"
    TAGGED = "tagged", "use of a tag"
    LABEL = "label", "label"
    KEY = "key", "API key"
    WEBHOOK = "webhook", "webhook"
    WEBHOOK_EVENT = "webhook_event", "delivery to a webhook"
    JOB = "job", "background job"
    AUDIT = "audit", "entry of Instantly's audit log"
    SUBSEQUENCE = "subsequence", "subsequence"
    PLACEMENT = "placement", "placement test"
    CAMPAIGN = "campaign", "campaign"
    SEED_KIND = "seed_kind", "kind of seed mailbox"


class ListReading(models.Model):
    """One list of a workspace. `items` None: never read. A secret is never part of an item."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="list_readings")
    kind = models.CharField(max_length=16, choices=ObjectKind.choices)
    items = models.JSONField(null=True)
    read_at = models.DateTimeField(null=True)
    unknown_since = models.DateTimeField(null=True, help_text="first failed reading since the last good one")
    error = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(null=True, help_text="when a reading last differed from the one before")

    objects: ClassVar[models.Manager["ListReading"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "kind"], name="list_reading_one_per_kind")]


class Verb(models.TextChoices):
    """What is to be done; the label completes "Request to …"."""

    CREATE = "create", "create"
    EDIT = "edit", "change"
    DELETE = "delete", "delete"
    ASSIGN = "assign", "assign"
    UNASSIGN = "unassign", "take away"
    TEST = "test", "test"
    RESUME = "resume", "resume"
    PAUSE = "pause", "pause"


class ObjectState(models.TextChoices):
    """The state of a change; iexdg/workspace_objects/orders.py defines and makes the moves.

    asked: recorded only. sent: the call was made, its answer or read-back is due. unknown: no answer came, and it is
    still read. refused: Instantly refused, or still reads as something else.
    """

    ASKED = "asked", "requested"
    SENT = "sent", "awaiting confirmation"
    CONFIRMED = "confirmed", "confirmed"
    REFUSED = "refused", "refused"
    UNKNOWN = "unknown", "unknown"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return {"asked": "busy", "sent": "busy", "confirmed": "ok", "refused": "bad", "unknown": "warn"}[self.value]


OPEN_CHANGE = (ObjectState.ASKED, ObjectState.SENT, ObjectState.UNKNOWN)


class ObjectChange(models.Model):
    """One change of one object that someone requested, or that was made automatically."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="object_changes")
    kind = models.CharField(max_length=16, choices=ObjectKind.choices)
    verb = models.CharField(max_length=16, choices=Verb.choices)
    remote_id = models.CharField(max_length=64, blank=True, help_text="empty until what is created has an id")
    name = models.CharField(max_length=300, help_text="what it is called on screens")
    key = models.CharField(max_length=200, help_text="an object has one open change with the same key")
    values = models.JSONField(default=dict, help_text="what is wanted, under our names; never a secret")
    sealed = models.TextField(blank=True, help_text="the address of a webhook, encrypted, until the change is closed")
    result = models.JSONField(default=dict, help_text="what the answer said, for the page; never a secret")
    state = models.CharField(max_length=16, choices=ObjectState.choices, default=ObjectState.ASKED)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="when Instantly accepted it")
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["ObjectChange"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "key"],
                condition=models.Q(state__in=OPEN_CHANGE),
                name="object_change_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "-id"], name="object_change_of_kind"),
            models.Index(fields=["state", "asked_at"], name="object_change_to_continue"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display().capitalize()} {self.get_kind_display()} {self.name}"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return ObjectState(self.state).tone

    @property
    def is_open(self) -> bool:
        """Whether the outcome is not known yet."""
        return self.state in OPEN_CHANGE
