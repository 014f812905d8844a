"""Mirror of Instantly's sending accounts, what each did day by day, and the changes that were requested here."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from iexdg.workspaces.models import Workspace


class Mailbox(models.Model):
    """One sending account. Unknown status codes are stored as received."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="mailboxes")
    email = models.EmailField()
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    status = models.IntegerField(null=True)
    warmup_status = models.IntegerField(null=True)
    warmup_score = models.FloatField(null=True)
    daily_limit = models.IntegerField(null=True)
    sending_gap = models.IntegerField(null=True, help_text="minutes between two e-mails")
    warmup_limit = models.IntegerField(null=True, help_text="warm-up e-mails a day, at most")
    warmup_reply_rate = models.FloatField(null=True, help_text="share of warm-up e-mails that are answered, 0 to 1")
    warmup_increment = models.CharField(max_length=16, blank=True, help_text="0 to 4, or disabled; empty is unknown")
    provider_code = models.IntegerField(null=True)
    tracking_domain = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="status_message in Instantly's own words")
    setup_pending = models.BooleanField(default=False)
    sent_today = models.IntegerField(null=True, help_text="campaign e-mails on the UTC day of sent_read_at")
    sent_read_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, help_text="the last problem; stays after it is over")
    problem_at = models.DateTimeField(null=True, help_text="when the last problem was first read")
    disconnected_at = models.DateTimeField(null=True, help_text="when it was first read as failing after it had worked")
    figures_read_at = models.DateTimeField(null=True, help_text="when its days were last read")
    vitals = models.JSONField(default=dict, help_text="which mail records its domain has, as last read")
    vitals_asked_at = models.DateTimeField(null=True)
    vitals_read_at = models.DateTimeField(null=True)
    vitals_error = models.CharField(max_length=300, blank=True)
    synced_at = models.DateTimeField(null=True)
    vanished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Mailbox"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "email"], name="mailbox_one_per_address")]

    def __str__(self) -> str:
        return self.email


class MailboxDay(models.Model):
    """What one mailbox did on one UTC day; None was not reported."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    sent = models.IntegerField(null=True, help_text="e-mails of campaigns")
    bounced = models.IntegerField(null=True)
    warmup_sent = models.IntegerField(null=True)
    warmup_inbox = models.IntegerField(null=True)
    warmup_spam = models.IntegerField(null=True)
    warmup_received = models.IntegerField(null=True)

    objects: ClassVar[models.Manager["MailboxDay"]] = models.Manager()

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "day"], name="mailbox_day_one_per_day")]


class Wanted(models.TextChoices):
    """What is to be changed; the label completes "Request to …"."""

    WARMUP_ON = "warmup_on", "enable warm-up"
    WARMUP_OFF = "warmup_off", "disable warm-up"
    PAUSE = "pause", "pause"
    RESUME = "resume", "resume"
    FIX = "fix", "mark as fixed"
    LIMITS = "limits", "change limits"
    CONNECT = "connect", "connect"
    DELETE = "delete", "delete"

    @property
    def about(self) -> str:
        """What it is about; a mailbox has one open change about the same thing."""
        return _ABOUT[self.value]


_ABOUT = {
    "warmup_on": "warmup", "warmup_off": "warmup", "pause": "sending", "resume": "sending", "fix": "sending",
    "limits": "limits", "connect": "presence", "delete": "presence",
}  # fmt: skip


class ChangeState(models.TextChoices):
    """The state of a change; iexdg/mailboxes/orders.py defines and makes the moves.

    asked: recorded only. sent: the call was made, its job, answer or read-back is due. unknown: no answer came, and it
    is still read. refused: Instantly refused, or still reads as something else.
    """

    ASKED = "asked", "requested"
    SENT = "sent", "awaiting confirmation"
    CONFIRMED = "confirmed", "confirmed"
    REFUSED = "refused", "refused"
    UNKNOWN = "unknown", "unknown"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return {"asked": "busy", "sent": "busy", "confirmed": "ok", "refused": "bad", "unknown": "warn"}[self.value]


OPEN_CHANGE = (ChangeState.ASKED, ChangeState.SENT, ChangeState.UNKNOWN)


class MailboxChange(models.Model):
    """One change of one mailbox that someone requested; those requested at once share their group."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="mailbox_changes")
    email = models.EmailField(help_text="empty while someone signs in to connect one")
    group = models.BigIntegerField(default=0, help_text="id of the first change that was requested at once with it")
    wanted = models.CharField(max_length=16, choices=Wanted.choices)
    about = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=ChangeState.choices, default=ChangeState.ASKED)
    before = models.JSONField(default=dict)
    values = models.JSONField(default=dict, help_text="new settings under Instantly's names; never a login")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="when Instantly accepted it; its job may still run")
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    job = models.CharField(max_length=64, blank=True, help_text="Instantly's id of the background job")
    progress = models.FloatField(null=True, help_text="of the job, 0 to 100")
    attempts = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["MailboxChange"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "email", "about"],
                condition=models.Q(state__in=OPEN_CHANGE) & ~models.Q(email=""),
                name="mailbox_change_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "email", "-id"], name="mailbox_change_of_mailbox"),
            models.Index(fields=["group"], name="mailbox_change_of_group"),
        ]

    def __str__(self) -> str:
        return f"{self.wanted} {self.email}"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return ChangeState(self.state).tone

    @property
    def is_open(self) -> bool:
        """Whether the outcome is not known yet."""
        return self.state in OPEN_CHANGE
