"""What was read for a comparison, what was counted for it, and who gets the weekly report."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace


class RangeReading(models.Model):
    """What Instantly counts for one campaign from `first` to `last`, both included (UTC days); None is unknown.

    The row is made when someone asks for the range; a worker reads it and reads it again while it is looked at.
    Shapes: steps - [{step, variant, sent, opened, replied, automatic, clicked}], None where they were not read.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="range_readings")
    first = models.DateField()
    last = models.DateField()
    wanted_at = models.DateTimeField(help_text="when someone last looked at it")
    try_at = models.DateTimeField(help_text="when a worker should read it next")
    read_at = models.DateTimeField(null=True)
    unknown_since = models.DateTimeField(null=True, help_text="first failed read since the last good one")
    error = models.CharField(max_length=300, blank=True)

    sent = models.IntegerField(null=True)
    contacted = models.IntegerField(null=True)
    opened = models.IntegerField(null=True, help_text="people")
    replied = models.IntegerField(null=True, help_text="people, automatic replies apart")
    replied_automatic = models.IntegerField(null=True, help_text="people")
    interested = models.IntegerField(null=True, help_text="people with a positive reply")
    bounced = models.IntegerField(null=True)
    clicked = models.IntegerField(null=True, help_text="people")
    unsubscribed = models.IntegerField(null=True)
    opportunities = models.IntegerField(null=True)
    opportunity_value = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    steps = models.JSONField(null=True)

    objects: ClassVar[models.Manager["RangeReading"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "first", "last"], name="range_reading_once"),
            models.CheckConstraint(condition=models.Q(first__lte=models.F("last")), name="range_reading_is_a_range"),
        ]
        indexes = [models.Index(fields=["workspace", "try_at"], name="range_reading_due")]


class ProviderCount(models.Model):
    """How many people of a campaign get their e-mails from one provider, and what became of them; since the start.

    Shapes: provider - Instantly's code, None where it reported none; changes - the sum of the counters of its
    leads when this was counted: while it is the same, nothing has to be counted again.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    provider = models.IntegerField(null=True)
    people = models.IntegerField()
    contacted = models.IntegerField(help_text="people e-mailed")
    replied = models.IntegerField(help_text="people who replied, as the list of leads counts")
    bounced = models.IntegerField()
    changes = models.BigIntegerField()
    counted_at = models.DateTimeField()

    objects: ClassVar[models.Manager["ProviderCount"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["campaign", "provider"], name="provider_count_of_campaign")]


class WeeklyChoice(models.Model):
    """A member who wants the weekly report of a workspace by e-mail."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    chosen_at = models.DateTimeField()

    objects: ClassVar[models.Manager["WeeklyChoice"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "member"], name="weekly_choice_once")]


class WeeklyState(models.TextChoices):
    """The state of one report; iexdg/analytics/weekly.py makes the moves.

    due: to be sent at `try_at`. sending: a worker sends it now. unknown: the worker that sent it crashed, so it may
    have been sent, and is not sent again.
    """

    DUE = "due", "due"
    SENDING = "sending", "sending"
    SENT = "sent", "sent"
    FAILED = "failed", "not sent"
    UNKNOWN = "unknown", "unknown"


class WeeklyReport(models.Model):
    """The report of one week for one member: the row makes it be sent once."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    week = models.DateField(help_text="its Monday")
    state = models.CharField(max_length=16, choices=WeeklyState.choices, default=WeeklyState.DUE)
    attempts = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["WeeklyReport"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member", "week"], name="weekly_report_once"),
        ]
        indexes = [
            models.Index(
                fields=["state", "try_at"],
                name="weekly_report_to_send",
                condition=models.Q(state__in=["due", "sending"]),
            )
        ]
