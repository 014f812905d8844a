"""Go-live approvals."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models.campaign import Campaign


class ApprovalState(models.TextChoices):
    """Whether the campaign may send; campaigns/sending/approvals.py draws and makes the moves.

    approved is the only live state: the campaign may send. void: the campaign is no longer what was approved,
    or someone paused it; `void_reason` says which.
    """

    REQUESTED = "requested", "waiting for approval"
    APPROVED = "approved", "approved"
    REJECTED = "rejected", "rejected"
    EXPIRED = "expired", "expired"
    VOID = "void", "void"


class GoLiveStage(models.TextChoices):
    """How far carrying out an approval has come; campaigns/sending/approvals.py draws and makes the moves."""

    WAITING = "waiting", "waiting for the decision"
    LOADING = "loading", "loading held leads"
    ACTIVATING = "activating", "activating"
    LIVE = "live", "read back as sending"
    FAILED = "failed", "did not happen"


class Approval(models.Model):
    """One request to let a campaign send, bound to a fingerprint of everything that was reviewed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="approvals")
    state = models.CharField(max_length=16, choices=ApprovalState.choices, default=ApprovalState.REQUESTED)
    stage = models.CharField(max_length=16, choices=GoLiveStage.choices, default=GoLiveStage.WAITING)
    stage_error = models.CharField(max_length=300, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    note = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    expires_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64)
    fingerprint_parts = models.JSONField(default=dict, help_text="copy, schedule, senders, caps, flags as reviewed")
    subsequences = models.JSONField(
        null=True,
        help_text="what may run under it: remote id -> name, digest; None: made before they were named",
    )
    audience_cap = models.IntegerField(default=0)
    void_reason = models.CharField(max_length=300, blank=True)
    live_at = models.DateTimeField(null=True)
    approvals_needed = models.PositiveSmallIntegerField(
        default=1, help_text="how many approvers, when it was requested"
    )
    break_glass_reason = models.TextField(
        blank=True, help_text="the reason of an admin who approved alone; never deleted"
    )
    adopted = models.BooleanField(default=False, help_text="was sending before we were connected; one person decided")

    objects: ClassVar[models.Manager["Approval"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(state__in=["requested", "approved"]),
                name="approval_one_open_per_campaign",
            ),
            # No one approves their own request, admins included: the database itself refuses. Break-glass
            # needs a written reason; adopting is exempt.
            models.CheckConstraint(
                condition=~Q(state="approved")
                | ~Q(decided_by=models.F("requested_by"))
                | Q(adopted=True)
                | ~Q(break_glass_reason=""),
                name="approval_not_by_requester",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(decided_by__isnull=False), name="approval_has_decider"
            ),
        ]
