"""Blocked addresses and domains: ours, and the mirror of Instantly's block list, kept equal both ways."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from iexdg.workspaces.models import Workspace


class BlockState(models.TextChoices):
    """How far a value is on its way onto Instantly's list, or off it; leads/states.py has the table of moves.

    sent: Instantly was asked and the list was not read since. confirmed: the list was read and has it.
    """

    ASKED = "asked", "asked for"
    SENT = "sent", "sent, not read back yet"
    CONFIRMED = "confirmed", "on the list"
    REFUSED = "refused", "refused"
    UNKNOWN = "unknown", "outcome unknown"


class BlockSource(models.TextChoices):
    """Where a blocked value came from."""

    INSTANTLY = "instantly", "found at Instantly"
    TYPED = "typed", "typed or pasted"
    FILE = "file", "a file"
    PERSON = "person", "a person's page"
    COMMAND = "command", "the command line"
    BOUNCE = "bounce", "policy: bounced"
    UNSUBSCRIBE = "unsubscribe", "policy: unsubscribed"
    AUTOMATION = "automation", "an automation"


OPEN_BLOCK = (BlockState.ASKED, BlockState.SENT, BlockState.UNKNOWN)


class Suppression(models.Model):
    """One address, or one whole domain, that must not be written to. It blocks here from the moment it is asked for.

    The row is the intent of the write as well: `is_leaving` is set while it is to be taken off, and the row goes once
    Instantly no longer lists the value.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="suppressions")
    value = models.CharField(max_length=320, help_text="address or domain, lower case")
    is_domain = models.BooleanField()
    remote_id = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=16, choices=BlockState.choices, default=BlockState.ASKED)
    is_leaving = models.BooleanField(default=False, help_text="it is to be taken off the list")
    source = models.CharField(max_length=16, choices=BlockSource.choices, default=BlockSource.INSTANTLY)
    why = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(null=True, help_text="asked for here, or added at Instantly")
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    synced_at = models.DateTimeField(null=True, help_text="when Instantly last listed it")

    objects: ClassVar[models.Manager["Suppression"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "value"], name="suppression_once_per_value"),
            models.CheckConstraint(condition=models.Q(state__in=BlockState.values), name="suppression_known_state"),
        ]
        indexes = [
            # What is still to be sent or read back, and the filters of the page.
            models.Index(fields=["workspace", "state"], name="suppression_by_state"),
            models.Index(fields=["workspace", "source"], name="suppression_by_source"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it is still to be sent, or to be read back."""
        return self.state in OPEN_BLOCK


class Unblocked(models.Model):
    """A value that was taken off the block list, here or at Instantly: the policy does not put it on again."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="unblocked")
    value = models.CharField(max_length=320)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["Unblocked"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "value"], name="unblocked_once_per_value")]


class BlockListPolicy(models.Model):
    """What goes on the block list of a workspace by itself; no row: nothing does."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="block_list_policy")
    takes_bounced = models.BooleanField(default=False)
    takes_unsubscribed = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["BlockListPolicy"]] = models.Manager()


class BlockListLook(models.Model):
    """When the block list of a workspace was last read completely; no row if it never was."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="block_list_look")
    read_at = models.DateTimeField()
    changes = models.IntegerField(default=0, help_text="how many reads found a list that differed from the one before")

    objects: ClassVar[models.Manager["BlockListLook"]] = models.Manager()
