"""Analytics as Instantly counts them, per day and per step. Dates are Instantly's (UTC) days."""

from typing import ClassVar

from django.db import models

from campaigns.models.campaign import Campaign

# What is counted for a day, in the order in which it is shown.
DAY_FIELDS = (
    "sent",
    "contacted",
    "new_leads_contacted",
    "opened",
    "unique_opened",
    "replies",
    "unique_replies",
    "replies_automatic",
    "unique_replies_automatic",
    "clicks",
    "unique_clicks",
    "unique_opportunities",
)
# Counted only while tracking is on: field of a day -> the property of its campaign.
TRACKED_FIELDS = {
    "opened": "tracks_opens",
    "unique_opened": "tracks_opens",
    "clicks": "tracks_clicks",
    "unique_clicks": "tracks_clicks",
}


class DailyStat(models.Model):
    """One campaign on one day."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="daily_stats")
    date = models.DateField()
    sent = models.IntegerField(default=0)
    contacted = models.IntegerField(default=0)
    new_leads_contacted = models.IntegerField(default=0)
    opened = models.IntegerField(default=0)
    unique_opened = models.IntegerField(default=0)
    replies = models.IntegerField(default=0)
    unique_replies = models.IntegerField(default=0)
    replies_automatic = models.IntegerField(default=0)
    unique_replies_automatic = models.IntegerField(default=0)
    clicks = models.IntegerField(default=0)
    unique_clicks = models.IntegerField(default=0)
    unique_opportunities = models.IntegerField(default=0)

    objects: ClassVar[models.Manager["DailyStat"]] = models.Manager()

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["campaign", "date"], name="daily_stat_one_per_day")]


class StepStat(models.Model):
    """One variant of one step since the campaign began; step counts from 1, variant from 0 (= A)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="step_stats")
    step = models.CharField(max_length=8)
    variant = models.CharField(max_length=8)
    sent = models.IntegerField(default=0)
    opened = models.IntegerField(default=0)
    unique_opened = models.IntegerField(default=0)
    replies = models.IntegerField(default=0)
    unique_replies = models.IntegerField(default=0)
    unique_replies_automatic = models.IntegerField(default=0)
    clicks = models.IntegerField(default=0)
    unique_clicks = models.IntegerField(default=0)

    objects: ClassVar[models.Manager["StepStat"]] = models.Manager()

    class Meta:
        ordering = ["step", "variant"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "step", "variant"], name="step_stat_one_per_variant")
        ]
