"""A receipt: the answer of a verification, its time and its cost."""

from typing import ClassVar

from django.conf import settings
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


class ReceiptFile(models.Model):
    """A file of receipts that an admin brought in, and what became of its lines; it holds no address."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="receipt_files")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    lines = models.IntegerField(default=0)
    stored = models.IntegerField(default=0, help_text="receipts that it added")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    objects: ClassVar[models.Manager["ReceiptFile"]] = models.Manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class Receipt(models.Model):
    """One verification of one address. While `answered_at` is null it is open; at most one is open per address.

    One that came with a file was verified elsewhere: it has its date and cost from there, and no import here paid it.
    """

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
    came_with = models.ForeignKey(ReceiptFile, null=True, on_delete=models.RESTRICT, related_name="receipts")
    origin = models.CharField(max_length=200, blank=True, help_text="where it was verified, as its file says")
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Receipt"]] = models.Manager()

    class Meta:
        constraints = [
            # What came with a file is never paid here, and never waits for an answer.
            models.CheckConstraint(
                condition=Q(came_with__isnull=True) | Q(paid_by__isnull=True, answered_at__isnull=False),
                name="receipt_imported_is_answered",
            ),
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
