"""Mirror of Instantly's lead lists and of the people in them. Nobody in a list is written to."""

from typing import ClassVar

from django.db import models

from iexdg.workspaces.models import Workspace

_LISTED = models.Q(vanished_at__isnull=True)


class LeadList(models.Model):
    """One list. `people` and `stats` are Instantly's own counts; None and {} where they were never read."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="lead_lists")
    remote_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(null=True)
    people = models.IntegerField(null=True)
    stats = models.JSONField(default=dict, help_text="verdict -> people, as Instantly reports it; see lists.queries")
    stats_read_at = models.DateTimeField(null=True)
    stats_error = models.CharField(max_length=300, blank=True)
    people_read_at = models.DateTimeField(null=True, help_text="when the people in it were last listed completely")
    synced_at = models.DateTimeField()
    vanished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["LeadList"]] = models.Manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["workspace", "remote_id"], name="lead_list_once_per_workspace")]

    def __str__(self) -> str:
        return self.name or "list without a name"


class ListedLead(models.Model):
    """One person in one list, as Instantly last listed them; some have no address."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="listed_leads")
    lead_list = models.ForeignKey(LeadList, on_delete=models.CASCADE, related_name="listed")
    remote_id = models.CharField(max_length=64)
    email = models.CharField(max_length=320, blank=True)
    first_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    company_name = models.CharField(max_length=300, blank=True)
    job_title = models.CharField(max_length=300, blank=True)
    variables = models.JSONField(default=dict)
    status = models.IntegerField(null=True)
    verification_status = models.IntegerField(null=True, help_text="Instantly's code for how it verified the address")
    synced_at = models.DateTimeField()
    vanished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["ListedLead"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["lead_list", "remote_id"], name="listed_lead_once_per_list")]
        indexes = [
            models.Index(fields=["lead_list", "-id"], name="listed_lead_newest", condition=_LISTED),
            models.Index(fields=["lead_list", "email"], name="listed_lead_of_list"),
            models.Index(fields=["workspace", "email"], name="listed_lead_by_address"),
        ]
