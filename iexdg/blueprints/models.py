"""Campaigns that are written here with their history, what was requested to apply, and what was sent and read back."""

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
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return WriteState(self.state).tone

    @property
    def is_open(self) -> bool:
        """Whether the outcome is not known yet."""
        return self.state in OPEN_WRITE


class Draft(models.Model):
    """A campaign that is written here: one campaign of a blueprint, which nothing sends before it is applied.

    `content` may be incomplete or wrong, as it was typed; the review says where. It has no `id`: that of the campaign
    is added when it is planned. `revision` grows with every save, so that nobody overwrites what they have not seen.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="drafts")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.CASCADE, related_name="drafts")
    name = models.CharField(max_length=300)
    content = models.JSONField(default=dict)
    revision = models.IntegerField(default=1)
    shown_version = models.IntegerField(default=1, help_text="number of the version that `content` is")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="when it was saved, planned or applied")

    plan = models.JSONField(null=True, help_text="what applying would do, as it was last compared with Instantly")
    plan_digest = models.CharField(max_length=64, blank=True)
    plan_revision = models.IntegerField(null=True, help_text="what was compared")
    plan_asked_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField(null=True)
    plan_error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Draft"]] = models.Manager()

    class Meta:
        ordering = ["-saved_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"], condition=models.Q(campaign__isnull=False), name="draft_one_per_campaign"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-saved_at"], name="draft_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_being_planned(self) -> bool:
        """Whether a comparison was requested that has not been made yet."""
        asked = self.plan_asked_at
        return asked is not None and not self.plan_error and (self.planned_at is None or self.planned_at < asked)


class DraftVersion(models.Model):
    """What a draft was after someone had changed it. Saves of one person within a minute are one version."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    content = models.JSONField()
    what = models.CharField(max_length=300, help_text="what was done, in a few words")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    objects: ClassVar[models.Manager["DraftVersion"]] = models.Manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="draft_version_once")]


class ApplyState(models.TextChoices):
    """The state of a request to apply; iexdg/blueprints/drafts/requests.py defines and makes the moves.

    asked: recorded only. applying: a worker has it. applied: everything reads back as it was sent. different: something
    is stored otherwise, or not confirmed yet. refused: nothing was written, or a process ended and what it had sent was
    read back.
    """

    ASKED = "asked", "requested"
    APPLYING = "applying", "applying"
    APPLIED = "applied", "applied"
    DIFFERENT = "different", "stored otherwise"
    REFUSED = "refused", "refused"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return {"applied": "ok", "different": "bad", "refused": "bad"}.get(self.value, "busy")


OPEN_APPLY = (ApplyState.ASKED, ApplyState.APPLYING)


class ApplyRequest(models.Model):
    """A blueprint of one campaign that someone requested to apply: the text that was planned, and what became of it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="apply_requests")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="apply_requests")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.CASCADE, related_name="apply_requests")
    name = models.CharField(max_length=300)
    key = models.CharField(max_length=100, help_text="one draft, or one campaign, has one open request")
    text = models.TextField(help_text="the blueprint")
    version = models.IntegerField(null=True, help_text="number of the draft's version")
    plan_digest = models.CharField(max_length=64, blank=True, help_text="the plan that was confirmed; empty: any")
    pauses_live = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=ApplyState.choices, default=ApplyState.ASKED)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["ApplyRequest"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "key"],
                condition=models.Q(state__in=OPEN_APPLY),
                name="apply_request_one_open",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "state"], name="apply_request_to_continue")]

    @property
    def is_rename(self) -> bool:
        """Whether it gives a campaign another name, and nothing else."""
        return self.key.startswith("rename:")

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return ApplyState(self.state).tone

    @property
    def is_open(self) -> bool:
        """Whether it is not closed yet."""
        return self.state in OPEN_APPLY
