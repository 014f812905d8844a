"""Mirror of the people in Instantly's campaigns."""

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace

# Instead of a time where Instantly has none for the interest of a lead: before every change that it has a time of.
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_LISTED = models.Q(vanished_at__isnull=True)
_ELSEWHERE = models.Q(is_elsewhere=True)


class LeadStatus(models.IntegerChoices):
    """Instantly's lead codes. Source: reference, enums of Lead.status (read 2026-11-22)."""

    ACTIVE = 1, "Active"
    PAUSED = 2, "Paused"
    COMPLETED = 3, "Completed"
    BOUNCED = -1, "Bounced"
    UNSUBSCRIBED = -2, "Unsubscribed"
    SKIPPED = -3, "Skipped"


class Verification(models.TextChoices):
    """What the newest answered receipt of an address says, in one word."""

    VERIFIED = "verified", "Verified"
    CATCH_ALL = "catch_all", "Catch-all"
    INVALID = "invalid", "Invalid"
    PENDING = "pending", "No verdict"
    NONE = "none", "No receipt"


class Lead(models.Model):
    """One person in one campaign, as Instantly last listed them.

    `interest_changed_at`: Instantly's time of the last change of `interest`; NO_TIME where it has none, None where the
        interest was never read. It only grows: what is read late does not undo a later change.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="leads")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="leads")
    remote_id = models.CharField(max_length=64)
    email = models.CharField(max_length=320)
    first_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    company_name = models.CharField(max_length=300, blank=True)
    job_title = models.CharField(max_length=300, blank=True)
    company_domain = models.CharField(max_length=255, blank=True)
    variables = models.JSONField(default=dict, help_text="payload: merge variables in camelCase")
    status = models.IntegerField(null=True)
    verification_status = models.IntegerField(null=True)
    provider_code = models.IntegerField(null=True, help_text="esp_code: who receives the e-mails of this address")
    opens = models.IntegerField(default=0)
    replies = models.IntegerField(default=0)
    clicks = models.IntegerField(default=0)
    interest = models.IntegerField(null=True, help_text="lt_interest_status, or the number of a label")
    interest_changed_at = models.DateTimeField(null=True)
    last_contact_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField()
    vanished_at = models.DateTimeField(null=True)
    # Written by triggers only, see leads/derived/marks.py: a list is filtered by them without reading anything else.
    verification = models.CharField(
        max_length=16, choices=Verification.choices, default=Verification.NONE, help_text="its newest answered receipt"
    )
    is_elsewhere = models.BooleanField(default=False, help_text="the address is active in another campaign too")

    objects: ClassVar[models.Manager["Lead"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "email"], name="lead_once_per_campaign")]
        indexes = [
            # With the status: SQLite, which keeps no statistics, would take a list by status for these otherwise.
            models.Index(fields=["workspace", "email", "status"], name="lead_by_address"),
            models.Index(fields=["workspace", "company_domain", "status"], name="lead_by_company"),
            # The lists of leads, newest first; people who vanished are in none of them.
            models.Index(fields=["workspace", "-id"], name="lead_list_newest"),
            models.Index(fields=["campaign", "-id"], name="lead_list_of_campaign", condition=_LISTED),
            models.Index(fields=["workspace", "status", "-id"], name="lead_list_by_status", condition=_LISTED),
            models.Index(fields=["campaign", "status", "-id"], name="lead_list_in_status", condition=_LISTED),
            models.Index(
                fields=["workspace", "verification", "-id"], name="lead_list_by_verification", condition=_LISTED
            ),
            models.Index(
                fields=["campaign", "verification", "-id"], name="lead_list_in_verification", condition=_LISTED
            ),
            models.Index(fields=["workspace", "-id"], name="lead_list_elsewhere", condition=_LISTED & _ELSEWHERE),
            models.Index(fields=["campaign", "-id"], name="lead_list_of_two_campaigns", condition=_LISTED & _ELSEWHERE),
            models.Index(
                fields=["workspace", "-interest_changed_at", "-id"],
                name="lead_by_interest_change",
                condition=_LISTED & models.Q(interest__isnull=False),
            ),
        ]
