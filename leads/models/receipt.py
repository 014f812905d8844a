"""A receipt: the answer of a verification, its time and its cost."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from iexdg.workspaces.models import Workspace


class Verdict(models.TextChoices):
    """The verdict on one address; `asked` is the intent, stored before anything is spent. See leads/states.py."""

    ASKED = "asked", "asked"
    PENDING = "pending", "no verdict in time"
    VERIFIED = "verified", "verified"
    INVALID = "invalid", "invalid"
    OTHER = "other", "an unknown verdict"
    REFUSED = "refused", "Instantly refused to check it"


class CatchAll(models.TextChoices):
    """Whether the domain accepts every address; unknown if Instantly did not report it."""

    NO = "no", "no"
    YES = "yes", "yes"
    PENDING = "pending", "pending"
    UNKNOWN = "unknown", "not reported"


class Receipt(models.Model):
    """One verification of one address. While `answered_at` is null it is open; at most one is open per address."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="receipts")
    email = models.CharField(max_length=320)
    verdict = models.CharField(max_length=16, choices=Verdict.choices, default=Verdict.ASKED)
    remote_verdict = models.CharField(max_length=32, blank=True, help_text="Instantly's own word")
    catch_all = models.CharField(max_length=8, choices=CatchAll.choices, default=CatchAll.UNKNOWN)
    credits_used = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, help_text="when the paid request may first have been sent")
    posted_at = models.DateTimeField(null=True, help_text="when an answer to the paid request was first seen")
    next_poll_at = models.DateTimeField(null=True)
    claim = models.CharField(max_length=32, blank=True, help_text="the worker that is verifying it now")
    polls = models.IntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    path = models.CharField(max_length=8, blank=True, help_text="which request answered: post, get or list")
    by_list = models.ForeignKey("leads.ListVerification", null=True, on_delete=models.SET_NULL, related_name="receipts")
    paid_by = models.ForeignKey("leads.Import", null=True, on_delete=models.SET_NULL, related_name="paid_receipts")
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Receipt"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=Q(answered_at__isnull=True),
                name="receipt_one_open_per_address",
            ),
            models.UniqueConstraint(fields=["workspace", "email", "asked_at"], name="receipt_per_address_and_time"),
        ]
        indexes = [
            models.Index(fields=["workspace", "email", "-answered_at"], name="receipt_freshest_of_address"),
            models.Index(fields=["workspace", "-answered_at", "-id"], name="receipt_newest"),
            models.Index(fields=["next_poll_at"], name="receipt_due", condition=Q(answered_at__isnull=True)),
            # What was sent and never answered: a handful, whatever the number of receipts.
            models.Index(
                fields=["workspace", "sent_at"],
                name="receipt_unconfirmed",
                condition=Q(answered_at__isnull=True, posted_at__isnull=True),
            ),
        ]
