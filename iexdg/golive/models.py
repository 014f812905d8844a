"""Who has to approve before a campaign sends."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models import Approval
from iexdg.workspaces.models import Workspace

MOST_APPROVERS = 2
LONGEST_LIFE_H = 168


class WhoAsks(models.TextChoices):
    """The lowest role that may request a go-live."""

    OPERATOR = "operator", "operators, approvers and admins"
    APPROVER = "approver", "approvers and admins"
    ADMIN = "admin", "admins"


class WhoDecides(models.TextChoices):
    """The lowest role that may approve or reject a go-live."""

    APPROVER = "approver", "approvers and admins"
    ADMIN = "admin", "admins"


class ApprovalPolicy(models.Model):
    """The approval policy an admin has set for a workspace; without a row the defaults apply."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="approval_policy")
    approvers = models.PositiveSmallIntegerField(default=1)
    life_h = models.PositiveSmallIntegerField(null=True, help_text="hours a request is valid; None: APPROVAL_LIFE_H")
    who_asks = models.CharField(max_length=16, choices=WhoAsks.choices, default=WhoAsks.OPERATOR)
    who_decides = models.CharField(max_length=16, choices=WhoDecides.choices, default=WhoDecides.APPROVER)

    objects: ClassVar[models.Manager["ApprovalPolicy"]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approvers__gte=1, approvers__lte=MOST_APPROVERS), name="approval_policy_one_or_two"
            ),
            models.CheckConstraint(
                condition=Q(life_h__isnull=True) | Q(life_h__gte=1, life_h__lte=LONGEST_LIFE_H),
                name="approval_policy_life_of_a_week",
            ),
            models.CheckConstraint(condition=Q(who_asks__in=WhoAsks.values), name="approval_policy_known_role"),
            models.CheckConstraint(
                condition=Q(who_decides__in=WhoDecides.values), name="approval_policy_known_decider"
            ),
        ]


class ApprovalVote(models.Model):
    """One approver's vote; the request is approved with the last vote that is needed."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    objects: ClassVar[models.Manager["ApprovalVote"]] = models.Manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "member"], name="approval_vote_once_per_member"),
        ]
