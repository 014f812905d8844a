"""What happened to people in campaigns, in the order in which the mirror saw it."""

from typing import ClassVar

from django.db import models

from iexdg.workspaces.models import Workspace
from leads.models.lead import Lead


class LeadEventKind(models.TextChoices):
    """What happened: a batch loaded the lead, or its status or interest at Instantly became another one."""

    LOADED = "loaded", "loaded"
    FINISHED = "finished", "finished the campaign"
    BOUNCED = "bounced", "bounced"
    UNSUBSCRIBED = "unsubscribed", "unsubscribed"
    INTEREST = "interest", "interest changed"


class LeadEvent(models.Model):
    """One thing that happened to one lead. The same can be here twice: who reads it knows it by lead and `detail`.

    The ids are a watermark, except for what a transaction writes that began before and ends after a reading: `at` is
    when it was written, so a reader goes back for as long as a transaction can take. The oldest are deleted once every
    reader knows them; what is about to come has a higher id even then.

    Shapes: interest - what it became; happened_at - when, as Instantly says; detail - both, ":1:2026-11-29T…", by which
        one change of a lead's interest differs from others. All are empty for other kinds.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=LeadEventKind.choices)
    at = models.DateTimeField()
    interest = models.IntegerField(null=True)
    happened_at = models.DateTimeField(null=True)
    detail = models.CharField(max_length=64, blank=True)

    objects: ClassVar[models.Manager["LeadEvent"]] = models.Manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["workspace", "kind", "id"], name="lead_event_of_kind")]
