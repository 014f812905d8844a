"""Rules that pause a campaign automatically: what was set, what was measured, and each time one tripped."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models.campaign import Campaign
from campaigns.models.request import StatusRequest
from iexdg.workspaces.models import Workspace


class GuardrailKind(models.TextChoices):
    """What a guardrail checks."""

    HARD_BOUNCE = "hard_bounce", "Hard bounces"
    STATUS_CODE = "status_code", "Stopped by Instantly"
    UNSUBSCRIBE = "unsubscribe", "Unsubscribes"
    NO_CLICKS = "no_clicks", "No clicks on the link"
    SENDER = "sender", "Senders"
    DAILY_CAP = "daily_cap", "Daily cap"
    CREDITS = "credits", "Verification credits"
    STALE_SYNC = "stale_sync", "Age of the last sync"


# Counted since the last re-arming; the other kinds check the current state.
WINDOWED = frozenset({GuardrailKind.HARD_BOUNCE, GuardrailKind.UNSUBSCRIBE, GuardrailKind.NO_CLICKS})


class GuardrailMode(models.TextChoices):
    """active: a trip pauses. dry run: a trip is only recorded. off: nothing is judged."""

    ACTIVE = "active", "active"
    DRY_RUN = "dry_run", "dry run"
    OFF = "off", "off"


class GuardrailRule(models.Model):
    """A change to the defaults: for a workspace (`campaign` None) or for one campaign. None and "" inherit."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="guardrail_rules")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.CASCADE, related_name="guardrail_rules")
    kind = models.CharField(max_length=16, choices=GuardrailKind.choices)
    mode = models.CharField(max_length=8, choices=GuardrailMode.choices, blank=True)
    limit = models.FloatField(null=True)
    floor = models.IntegerField(null=True)
    count = models.IntegerField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    objects: ClassVar[models.Manager["GuardrailRule"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind"], condition=Q(campaign__isnull=True), name="guardrail_one_default_per_kind"
            ),
            models.UniqueConstraint(
                fields=["campaign", "kind"],
                condition=Q(campaign__isnull=False),
                name="guardrail_one_override_per_kind",
            ),
        ]


class GuardrailSample(models.Model):
    """What was known of a campaign at one time; None was unknown. Windows and dry runs are computed from these."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="guardrail_samples")
    at = models.DateTimeField()
    status = models.IntegerField(null=True)
    sent = models.IntegerField(null=True)
    contacted = models.IntegerField(null=True)
    bounced = models.IntegerField(null=True)
    unsubscribed = models.IntegerField(null=True)
    clicked = models.IntegerField(null=True)
    sent_today = models.IntegerField(null=True)
    daily_limit = models.IntegerField(null=True)
    cap_days = models.IntegerField(default=1, help_text="the campaign's days that fall into the UTC day of sent_today")
    senders_lost = models.IntegerField(null=True)
    lowest_score = models.FloatField(null=True)
    credits = models.FloatField(null=True)
    sync_age_min = models.FloatField(null=True)
    has_tracked_link = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["GuardrailSample"]] = models.Manager()

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["campaign", "at"], name="guardrail_sample_history")]


class GuardrailReading(models.Model):
    """What one guardrail of one campaign read when it was last checked; campaigns/guardrails/kept.py writes it.

    `rank` and `place` order the readings of a kind, the worst first. The last three fields are about the last 30 days,
    by the workspace's own limit; `replayed_at` None: not counted by that limit yet.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=GuardrailKind.choices)
    state = models.CharField(max_length=16)
    words = models.CharField(max_length=300)
    value = models.FloatField(null=True)
    is_over = models.BooleanField()
    is_stopped = models.BooleanField(help_text="the campaign stands still because of it")
    rank = models.SmallIntegerField()
    place = models.FloatField()
    would_have = models.IntegerField(default=0, help_text="how often it would have paused the campaign")
    sampled_since = models.DateTimeField(null=True, help_text="None: it was not sending")
    replayed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["GuardrailReading"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "kind"], name="guardrail_one_reading")]
        indexes = [
            models.Index(fields=["workspace", "kind", "rank", "place", "campaign"], name="guardrail_worst_reading"),
            models.Index(
                fields=["workspace", "kind", "rank", "place", "campaign"],
                condition=Q(is_stopped=True),
                name="guardrail_stopped_reading",
            ),
        ]


class TripState(models.TextChoices):
    """The state of a trip; campaigns/guardrails/trips.py defines and makes the moves."""

    OPEN = "open", "open"
    ACKNOWLEDGED = "acknowledged", "acknowledged"
    CLEARED = "cleared", "cleared"


class TripEffect(models.TextChoices):
    """What a trip did. A reported trip becomes a paused one when writing is turned on while it is open."""

    PAUSED = "paused", "paused the campaign"
    REPORTED = "reported", "only reported: observe mode"
    DRY_RUN = "dry_run", "only recorded: dry run"


class GuardrailTrip(models.Model):
    """One time that a guardrail was broken. While it is open and not a dry run, the campaign cannot be activated."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="guardrail_trips")
    kind = models.CharField(max_length=16, choices=GuardrailKind.choices)
    state = models.CharField(max_length=16, choices=TripState.choices, default=TripState.OPEN)
    effect = models.CharField(max_length=16, choices=TripEffect.choices)
    at = models.DateTimeField()
    reading = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    words = models.CharField(max_length=300)
    request = models.ForeignKey(StatusRequest, null=True, on_delete=models.SET_NULL, related_name="+")
    incident_ref = models.BigIntegerField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    baseline = models.JSONField(default=dict, help_text="counters at the re-arming; the window counts from them")

    objects: ClassVar[models.Manager["GuardrailTrip"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind"], condition=Q(state="open"), name="guardrail_one_open_trip"
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged") | (Q(acknowledged_by__isnull=False) & ~Q(reason="")),
                name="guardrail_acknowledged_by_somebody",
            ),
        ]

    @property
    def restarts_window(self) -> bool:
        """Whether re-arming starts a new window; the other kinds check the current state."""
        return self.kind in WINDOWED


class GuardrailLook(models.Model):
    """Since when a workspace was checked without a gap: after a gap, old figures do not count as stale.

    `kept_at` is the last check of every campaign whose readings were kept, `changed_at` when one of them last changed.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="guardrail_look")
    since = models.DateTimeField()
    at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["GuardrailLook"]] = models.Manager()
