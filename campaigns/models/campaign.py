"""Mirror of one Instantly campaign."""

from typing import ClassVar

from django.db import models

from iexdg.incidents.subject import Subject
from iexdg.workspaces.models import Workspace


class CampaignStatus(models.IntegerChoices):
    """Instantly's nine codes. A code that is not listed is stored and shown as unknown, never as a draft.

    Source: reference, enums of campaign `status` (read 2026-11-22).
    """

    DRAFT = 0, "Draft"
    ACTIVE = 1, "Sending"
    PAUSED = 2, "Paused"
    COMPLETED = 3, "Completed"
    RUNNING_SUBSEQUENCES = 4, "Running subsequences"
    ACCOUNTS_UNHEALTHY = -1, "Accounts unhealthy"
    BOUNCE_PROTECT = -2, "Bounce protect"
    ACCOUNT_SUSPENDED = -99, "Account suspended"

    @classmethod
    def label_of(cls, code: int | None) -> str:
        """The label of a code; None was never read."""
        if code is None:
            return "Not read yet"
        return _LABELS.get(code, f"Unknown status {code}")

    @classmethod
    def tone_of(cls, code: int | None) -> str:
        """The tone in which a code is shown: ok, idle, warn, bad, done."""
        tones = {cls.ACTIVE: "ok", cls.RUNNING_SUBSEQUENCES: "ok", cls.COMPLETED: "done"}
        if code in {cls.DRAFT, cls.PAUSED}:
            return "idle"
        if code is None or code not in cls.values:
            return "warn"
        return tones.get(cls(code), "bad")


_LABELS: dict[int, str] = {status.value: str(status.label) for status in CampaignStatus}
# The statuses in which e-mails can be sent at any moment, also on Instantly's own decision.
SENDING = frozenset({CampaignStatus.ACTIVE, CampaignStatus.RUNNING_SUBSEQUENCES})
# Everything whose status may become "sending" without us; a completed one flips when leads arrive (Law 7).
COULD_SEND = frozenset(CampaignStatus.values) - {CampaignStatus.DRAFT}
# In every other status a campaign is shown in the lists, archived or not.
HIDEABLE = frozenset({CampaignStatus.DRAFT, CampaignStatus.PAUSED, CampaignStatus.COMPLETED})


class NotSending(models.IntegerChoices):
    """Instantly's `not_sending_status`. Source: reference, enums (read 2026-11-22)."""

    OUT_OF_SCHEDULE = 1, "outside its sending hours"
    WAITING_FOR_LEAD = 2, "waiting for leads"
    DAILY_LIMIT = 3, "daily cap reached"
    ACCOUNT_LIMIT = 4, "every sender is at its cap"
    ERROR = 99, "Instantly reports an error"


class OnDrift(models.TextChoices):
    """What happens when a live campaign is no longer what was approved, or has more leads."""

    PAUSE = "pause", "pause it"
    REPORT = "report", "only report it"


class Campaign(models.Model):
    """What was last read from Instantly, with the time. None means unknown, never zero."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="campaigns")
    remote_id = models.CharField(max_length=64)
    name = models.CharField(max_length=300)

    remote_status = models.IntegerField(null=True)
    status_read_at = models.DateTimeField(null=True)
    status_unknown_since = models.DateTimeField(null=True, help_text="first failed status read since the last good one")
    quiet_read_at = models.DateTimeField(null=True, help_text="when it was last read as not sending")
    quiet_sent = models.IntegerField(null=True, help_text="`sent` as it was last read while it was not sending")
    quiet_sent_at = models.DateTimeField(null=True)
    not_sending_status = models.IntegerField(null=True)
    status_message = models.CharField(max_length=300, blank=True, help_text="Instantly's own words, sending-status")

    schedule = models.JSONField(default=dict, help_text="campaign_schedule as Instantly returned it")
    sequences = models.JSONField(default=list, help_text="sequences as Instantly returned them; only the first is sent")
    senders = models.JSONField(default=list, help_text="email_list: sending addresses")
    flags = models.JSONField(default=dict, help_text="stop_on_reply, open_tracking and others")
    custom_variables = models.JSONField(null=True, help_text="names its leads have; None where Instantly lists none")
    daily_limit = models.IntegerField(null=True)
    daily_max_leads = models.IntegerField(null=True)

    leads_count = models.IntegerField(null=True)
    leads_count_at = models.DateTimeField(null=True)
    leads_mirrored_at = models.DateTimeField(null=True, help_text="when the list of leads was last read in full")
    sent = models.IntegerField(null=True)
    contacted = models.IntegerField(null=True)
    opened = models.IntegerField(null=True, help_text="people: open_count_unique")
    replied = models.IntegerField(null=True, help_text="people: reply_count_unique")
    replied_automatic = models.IntegerField(null=True, help_text="people: reply_count_automatic_unique")
    clicked = models.IntegerField(null=True, help_text="people: link_click_count_unique")
    bounced = models.IntegerField(null=True)
    unsubscribed = models.IntegerField(null=True)
    completed = models.IntegerField(null=True)
    interested = models.IntegerField(null=True, help_text="total_interested")
    opportunities = models.IntegerField(null=True, help_text="total_opportunities")
    opportunity_value = models.DecimalField(
        max_digits=16, decimal_places=2, null=True, help_text="total_opportunity_value, in the workspace's own currency"
    )
    analytics_read_at = models.DateTimeField(null=True)
    analytics_unknown_since = models.DateTimeField(null=True)

    synced_at = models.DateTimeField(null=True)
    sync_error = models.CharField(max_length=300, blank=True)
    unknown_since = models.DateTimeField(null=True, help_text="first failed sync since the last good one")
    vanished_at = models.DateTimeField(null=True, help_text="Instantly no longer lists it; stored for its history")

    archived_at = models.DateTimeField(null=True, help_text="hidden in the lists here while it cannot send")

    awaits_adoption_since = models.DateTimeField(
        null=True, help_text="was sending when it was first listed; not decided yet"
    )
    on_drift = models.CharField(max_length=8, choices=OnDrift.choices, default=OnDrift.PAUSE)

    objects: ClassVar[models.Manager["Campaign"]] = models.Manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["workspace", "remote_id"], name="campaign_one_per_remote")]

    def __str__(self) -> str:
        return self.name

    @property
    def as_subject(self) -> Subject:
        """What an incident about it names, and its page."""
        return Subject(self.pk, self.name, "campaign", self.pk)

    @property
    def tracks_opens(self) -> bool:
        """False where opens are certainly not tracked, so that 0 of them says nothing."""
        return self.flags.get("open_tracking") is not False

    @property
    def tracks_clicks(self) -> bool:
        """False where clicks are certainly not tracked."""
        return self.flags.get("link_tracking") is not False

    @property
    def is_hidden(self) -> bool:
        """Whether the lists leave it out: it is archived, and cannot send."""
        return self.archived_at is not None and self.remote_status in HIDEABLE

    @property
    def is_sending(self) -> bool:
        """Whether the last reading says that e-mails may leave."""
        return self.remote_status in SENDING

    @property
    def status_label(self) -> str:
        """The status as text."""
        return CampaignStatus.label_of(self.remote_status)

    @property
    def status_tone(self) -> str:
        """The tone of the status: ok, idle, warn, bad, done."""
        return CampaignStatus.tone_of(self.remote_status)
