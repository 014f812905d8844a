"""The workspaces at Instantly."""

from itertools import count
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.text import slugify


class Mode(models.TextChoices):
    """What the product may do at the vendor automatically or for a member."""

    OBSERVE = "observe", "observe mode"
    WRITE = "write", "write mode"


def slug_of(name: str, transport: str, *, is_demo: bool) -> str:
    """The slug that a workspace would like to have, at most 50 characters: its name; of the demo sandbox, "demo"."""
    if is_demo:
        return "demo" if transport == "direct" else f"demo-{transport}"
    return slugify(name)[:50].strip("-_") or "workspace"


class Workspace(models.Model):
    """One workspace at Instantly, known by its id there. The key is never stored, only where it is read from."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(
        max_length=64, unique=True, help_text="names it in addresses and commands; set once, whatever the name becomes"
    )
    base_url = models.CharField(max_length=200)
    transport = models.CharField(max_length=16, default="direct")
    key_source = models.CharField(max_length=16, help_text="file, environment, sandbox or stored")
    is_sandbox = models.BooleanField(default=False)
    remote_id = models.CharField(max_length=64, blank=True)
    connected_as = models.CharField(
        max_length=64, blank=True, help_text="digest of the connection that was identified as this workspace"
    )
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.OBSERVE)
    credits_left = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    credits_read_at = models.DateTimeField(null=True)
    plan = models.CharField(max_length=120, blank=True, help_text="name of the plan, as last read")
    scopes = models.CharField(max_length=300, blank=True, help_text="what the key may read, in words")
    scopes_read_at = models.DateTimeField(null=True)
    plan_room = models.PositiveIntegerField(null=True, help_text="how many more leads the plan takes, as last read")
    plan_room_read_at = models.DateTimeField(null=True)
    plan_read_at = models.DateTimeField(null=True, help_text="when the plan and its limits were last read")
    credits_total = models.DecimalField(max_digits=12, decimal_places=2, null=True, help_text="what the plan includes")
    lead_limit = models.PositiveIntegerField(null=True, help_text="how many leads the plan takes in all")
    lead_count = models.PositiveIntegerField(null=True, help_text="how many of them are taken")
    credits_error = models.CharField(max_length=300, blank=True)
    synced_at = models.DateTimeField(null=True)
    sync_started_at = models.DateTimeField(null=True)
    sync_error = models.CharField(max_length=300, blank=True)
    unknown_since = models.DateTimeField(null=True, help_text="first failed sync since the last good one")
    created_at = models.DateTimeField(auto_now_add=True)
    first_look_at = models.DateTimeField(null=True, help_text="when its campaigns were listed for the first time")
    kill_switch_at = models.DateTimeField(null=True, help_text="set while all sending is stopped")
    kill_switch_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    kill_switch_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Workspace"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["remote_id", "is_sandbox"],
                condition=~models.Q(remote_id=""),
                name="workspace_one_per_remote_id",
            ),
            models.UniqueConstraint(
                fields=["connected_as"], condition=~models.Q(connected_as=""), name="workspace_one_per_connection"
            ),
            models.CheckConstraint(
                condition=models.Q(connected_as="") | ~models.Q(remote_id=""), name="workspace_connected_is_identified"
            ),
            models.CheckConstraint(condition=~models.Q(slug=""), name="workspace_has_slug"),
            models.CheckConstraint(condition=models.Q(mode__in=Mode.values), name="workspace_known_mode"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new row its slug."""
        if not self.slug:
            self.slug = self._free_slug()
        super().save(*args, **kwargs)

    def _free_slug(self) -> str:
        wanted = slug_of(self.name, self.transport, is_demo=self.key_source == "sandbox")
        taken = set(Workspace.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
        numbered = (f"{wanted}-{number}" for number in count(2))
        return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)

    @property
    def may_write(self) -> bool:
        """Whether the product may load, activate and act automatically."""
        return self.mode == Mode.WRITE

    @property
    def is_stopped(self) -> bool:
        """Whether the kill switch is on: nothing may be loaded or activated, whatever was approved."""
        return settings.KILL_SWITCH or self.kill_switch_at is not None


class CreditReading(models.Model):
    """How many verification credits a workspace had at a moment; iexdg/workspaces/credits.py writes and thins them."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="credit_readings")
    at = models.DateTimeField()
    credits = models.DecimalField(max_digits=12, decimal_places=2)

    objects: ClassVar[models.Manager["CreditReading"]] = models.Manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["workspace", "at"], name="credit_reading_of_days")]
