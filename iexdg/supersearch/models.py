"""Searches for people, and the enrichments that were paid for."""

from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.models import Import, LeadList


class Search(models.Model):
    """What was searched for, and what Instantly found without spending anything. `count` None: never read."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="searches")
    name = models.CharField(max_length=120)
    filters = models.JSONField(default=dict, help_text="search_filters by Instantly's names")
    skip_owned = models.BooleanField(default=True, help_text="without people who are leads of the workspace")
    one_per_company = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    count = models.IntegerField(null=True, help_text="people found, as Instantly counts")
    people = models.JSONField(default=list, help_text="the first people, without addresses")
    asked_at = models.DateTimeField(help_text="when it was last requested to be read")
    read_at = models.DateTimeField(null=True)
    unknown_since = models.DateTimeField(null=True, help_text="first failed reading since the last good one")
    error = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Search"]] = models.Manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["workspace", "-id"], name="search_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_waiting(self) -> bool:
        """Whether the answer to the newest request has not come yet."""
        tried = max((moment for moment in (self.read_at, self.unknown_since) if moment is not None), default=None)
        return tried is None or (tried < self.asked_at and not self.error)


class EnrichmentState(models.TextChoices):
    """The state of an enrichment; iexdg/supersearch/orders.py defines and makes the moves.

    asked: recorded only, nothing was spent. sent: the call was made. unknown: no answer came; its list is looked for.
    running: Instantly is at it. listing: it has ended, and its people are being listed. imported: they are an import
    here. listed: they are in their lead list alone. overdue: no end within the limit; nobody looks until asked to.
    abandoned: no answer and no list, and a person closed it; whether credits were spent is not known.
    """

    ASKED = "asked", "requested"
    SENT = "sent", "awaiting answer"
    UNKNOWN = "unknown", "unknown"
    RUNNING = "running", "in progress"
    LISTING = "listing", "being listed"
    IMPORTED = "imported", "import prepared"
    LISTED = "listed", "in the lead list"
    OVERDUE = "overdue", "no end seen"
    FAILED = "failed", "failed at Instantly"
    REFUSED = "refused", "refused"
    ABANDONED = "abandoned", "abandoned, outcome unknown"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        tones = {"imported": "ok", "unknown": "warn", "overdue": "warn", "listed": "warn", "abandoned": "warn"}
        return tones.get(self.value, "bad" if self.value in {"failed", "refused"} else "busy")


# Until then an enrichment without an answer is looked for closely; afterwards a person may abandon it.
LOST_AFTER = timedelta(minutes=30)
OPEN_ENRICHMENT = (
    EnrichmentState.ASKED,
    EnrichmentState.SENT,
    EnrichmentState.UNKNOWN,
    EnrichmentState.RUNNING,
    EnrichmentState.LISTING,
)


class Enrichment(models.Model):
    """Credits that a person decided to spend on the people of a search. The row is there before anything is spent."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="enrichments")
    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="enrichments")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    most = models.IntegerField(help_text="people at most")
    price = models.DecimalField(max_digits=12, decimal_places=2, help_text="credits at most, as confirmed")
    list_name = models.CharField(max_length=200, unique=True, help_text="of the list at Instantly that holds them")
    state = models.CharField(max_length=16, choices=EnrichmentState.choices, default=EnrichmentState.ASKED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="when its end was read")
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    resource_remote_id = models.CharField(max_length=64, blank=True, help_text="id of its list at Instantly")
    job_remote_id = models.CharField(max_length=64, blank=True)
    progress = models.FloatField(null=True, help_text="0-100, as Instantly reports it")
    credits_before = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    credits_after = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    lead_list = models.ForeignKey(LeadList, null=True, on_delete=models.SET_NULL, related_name="+")
    imported = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="+")
    found = models.IntegerField(null=True, help_text="people in its list")
    with_address = models.IntegerField(null=True, help_text="of these, with an address")
    error = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(help_text="when it is looked at next")
    watch_until = models.DateTimeField(null=True, help_text="how long its end is awaited")
    lease_until = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Enrichment"]] = models.Manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["search"], condition=models.Q(state__in=OPEN_ENRICHMENT), name="enrichment_one_open"
            ),
            models.CheckConstraint(condition=models.Q(most__gt=0), name="enrichment_of_someone"),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="enrichment_due")]

    def __str__(self) -> str:
        return self.list_name

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return EnrichmentState(self.state).tone

    @property
    def is_lost(self) -> bool:
        """Whether no answer and no list of it came, and none is likely to come any more."""
        if self.state != EnrichmentState.UNKNOWN or self.sent_at is None:
            return False
        return timezone.now() - self.sent_at > LOST_AFTER

    @property
    def may_be_looked_for(self) -> bool:
        """Whether a person may ask to look for it again."""
        return self.state in {EnrichmentState.OVERDUE, EnrichmentState.ABANDONED}

    @property
    def is_open(self) -> bool:
        """Whether a worker goes on with it."""
        return self.state in OPEN_ENRICHMENT

    @property
    def spent(self) -> Decimal | None:
        """How much lower the balance was after it; other work may have spent, too. None: not known."""
        if self.credits_before is None or self.credits_after is None:
            return None
        return self.credits_before - self.credits_after
