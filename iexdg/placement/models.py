"""Mirror of Instantly's placement tests, and of where their e-mails landed."""

from typing import ClassVar

from django.db import models

from iexdg.incidents.subject import Subject
from iexdg.workspaces.models import Workspace


class PlacementStatus(models.IntegerChoices):
    """Source: docs/api/instantly-facts.md §2.6, inbox-placement-tests."""

    ACTIVE = 1, "Active"
    PAUSED = 2, "Paused"
    COMPLETED = 3, "Completed"


class PlacementKind(models.IntegerChoices):
    """Source: as `PlacementStatus`."""

    ONE_TIME = 1, "once"
    AUTOMATED = 2, "by schedule"


_TONES: dict[int | None, str] = {
    PlacementStatus.ACTIVE: "busy",
    PlacementStatus.PAUSED: "warn",
    PlacementStatus.COMPLETED: "ok",
}


class PlacementTest(models.Model):
    """What was last read of one test; its results are read apart, with a time of their own. None is unknown."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="placement_tests")
    remote_id = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    status = models.IntegerField(null=True)
    kind = models.IntegerField(null=True)
    senders = models.JSONField(default=list, help_text="addresses in lower case")
    seeds = models.IntegerField(null=True, help_text="seed mailboxes that each sender writes to")
    schedule = models.JSONField(default=dict, help_text="as Instantly returned it")
    made_at = models.DateTimeField(null=True, help_text="when it was created at Instantly")
    next_run_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    unknown_since = models.DateTimeField(null=True, help_text="first failed reading since the last good one")
    error = models.CharField(max_length=300, blank=True)
    vanished_at = models.DateTimeField(null=True, help_text="Instantly no longer lists it")
    last_active_at = models.DateTimeField(null=True, help_text="when it was last read as active")
    results_read_at = models.DateTimeField(null=True)
    results_tried_at = models.DateTimeField(null=True)
    results_unknown_since = models.DateTimeField(null=True)
    results_error = models.CharField(max_length=300, blank=True)
    is_cut = models.BooleanField(default=False, help_text="there are more results than are read")
    vendor_sums = models.JSONField(default=dict, help_text="received, inbox, spam, category as Instantly counts")
    reports = models.JSONField(default=list, help_text="the newest report of each sending domain")

    objects: ClassVar[models.Manager["PlacementTest"]] = models.Manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["workspace", "remote_id"], name="placement_one_per_remote")]

    def __str__(self) -> str:
        return self.name

    @property
    def status_label(self) -> str:
        """The status in words; a code that we do not know is shown as such."""
        if self.status is None:
            return "unknown"
        return dict(PlacementStatus.choices).get(self.status, f"status {self.status}")

    @property
    def status_tone(self) -> str:
        """Tone word of the status."""
        return _TONES.get(self.status, "idle")

    @property
    def as_subject(self) -> Subject:
        """The subject of an incident about it: no campaign, and its own page."""
        return Subject(None, "", "placement-test", self.pk)

    @property
    def is_there(self) -> bool:
        """Whether Instantly lists it."""
        return self.vanished_at is None


class PlacementTally(models.Model):
    """The e-mails of one test from one sender to one provider, summed over its runs."""

    test = models.ForeignKey(PlacementTest, on_delete=models.CASCADE, related_name="tallies")
    sender = models.EmailField()
    provider = models.IntegerField(help_text="Instantly's code of the receiving provider; 0 where it named none")
    sent = models.IntegerField(default=0)
    received = models.IntegerField(default=0)
    inbox = models.IntegerField(default=0, help_text="neither in spam nor in a category")
    spam = models.IntegerField(default=0)
    category = models.IntegerField(default=0, help_text="sorted into a category such as Promotions")
    unauthentic = models.IntegerField(default=0, help_text="received with a failed SPF, DKIM or DMARC check")

    objects: ClassVar[models.Manager["PlacementTally"]] = models.Manager()

    class Meta:
        ordering = ["sender", "provider"]
        constraints = [
            models.UniqueConstraint(fields=["test", "sender", "provider"], name="placement_tally_one_per_cell")
        ]
        indexes = [models.Index(fields=["sender", "test"], name="placement_tally_of_mailbox")]
