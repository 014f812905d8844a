"""Mirror of Instantly's subsequences: what a campaign writes to a lead once something has happened."""

from typing import ClassVar

from django.db import models

from campaigns.models.campaign import SENDING, Campaign, CampaignStatus
from iexdg.incidents.subject import Subject
from iexdg.workspaces.models import Workspace


class Subsequence(models.Model):
    """What was last read from Instantly, with the time; its status has the codes of a campaign. None is unknown.

    It sends only under an approval of its campaign that names it (campaigns/sending/subsequences.py).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="subsequences")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.CASCADE, related_name="subsequences")
    remote_id = models.CharField(max_length=64)
    campaign_remote_id = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=300)
    remote_status = models.IntegerField(null=True)
    conditions = models.JSONField(default=dict, help_text="as Instantly returned them")
    schedule = models.JSONField(default=dict, help_text="subsequence_schedule as Instantly returned it")
    steps = models.JSONField(default=list, help_text="steps of its first sequence as Instantly returned them")
    daily_limit_mode = models.CharField(max_length=16, blank=True)
    daily_limit = models.IntegerField(null=True)
    read_at = models.DateTimeField(null=True)
    unknown_since = models.DateTimeField(null=True, help_text="first failed reading since the last good one")
    error = models.CharField(max_length=300, blank=True)
    vanished_at = models.DateTimeField(null=True, help_text="Instantly no longer lists it")
    awaits_adoption_since = models.DateTimeField(
        null=True, help_text="was running when it was first listed; not decided yet"
    )
    sent = models.IntegerField(null=True)
    opened = models.IntegerField(null=True, help_text="people: unique_opens")
    replied = models.IntegerField(null=True, help_text="people: unique_replies")
    step_figures = models.JSONField(default=list, help_text="per step and variant, both counted from 0")
    figures_read_at = models.DateTimeField(null=True)
    figures_error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Subsequence"]] = models.Manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["workspace", "remote_id"], name="subsequence_one_per_remote")]

    def __str__(self) -> str:
        return self.name

    @property
    def as_subject(self) -> Subject:
        """What an incident about it names, and its page."""
        return Subject(self.campaign_id, self.campaign.name if self.campaign else "", "subsequence", self.pk)

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
