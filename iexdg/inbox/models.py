"""Mirror of Instantly's conversations, how far it was read, and the answers that people write here."""

from datetime import UTC, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace

# Before every e-mail: where a conversation without any time stands in a list by time.
FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(models.IntegerChoices):
    """Instantly's ue_type. Source: docs/api/instantly-facts.md §2.0 (read 2026-11-22)."""

    SENT = 1, "Sent by the campaign"
    RECEIVED = 2, "Received"
    MANUAL = 3, "Sent by hand"
    SCHEDULED = 4, "Scheduled"


class Stream(models.TextChoices):
    """What is listed at Instantly by itself; what a campaign sent is read with its conversation."""

    RECEIVED = "received", "received"
    MANUAL = "manual", "written by hand"


class InboxReading(models.Model):
    """How far the inbox of a workspace was read, and how much of the budget for listing was used.

    `budget_until`: the theoretical arrival time of the next list call (iexdg/inbox/budget.py).
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="inbox_reading")
    read_at = models.DateTimeField(null=True, help_text="when the newest e-mails were last read")
    changed_at = models.DateTimeField(null=True, help_text="when a reading last changed something")
    wanted_at = models.DateTimeField(null=True, help_text="when a webhook last said that a reply came; None once read")
    hint_read_at = models.DateTimeField(null=True, help_text="when replies were last read because of a webhook")
    lease_until = models.DateTimeField(null=True)
    budget_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["InboxReading"]] = models.Manager()


class StreamReading(models.Model):
    """Up to which e-mail the newest ones of a stream were read."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    stream = models.CharField(max_length=16, choices=Stream.choices)
    newest_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["StreamReading"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "stream"], name="inbox_one_reading_per_stream")]


class Gap(models.Model):
    """A stretch of a stream that was not read yet: a long history, or pages that failed. Read from newer to older.

    `older_at` None: back to the first e-mail.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    stream = models.CharField(max_length=16, choices=Stream.choices)
    newer_at = models.DateTimeField()
    older_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Gap"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-newer_at"], name="inbox_gap_newest")]


class Thread(models.Model):
    """One conversation with one person. Everything but whom it is assigned to is derived from its messages.

    `waits_since`: when the oldest reply of a person came that nobody answered; None where none waits.
    `complete_at`: when all of its e-mails were last read, those of the campaign too.
    `listed_at`: `newest_at`, or FIRST_MOMENT where no e-mail has a time: databases sort None differently, and none of
        them walks an index that says where None goes.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="threads")
    remote_id = models.CharField(max_length=128)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="threads")
    lead = models.CharField(max_length=320, blank=True)
    mailbox = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    preview = models.CharField(max_length=200, blank=True)
    interest = models.IntegerField(null=True)
    unread = models.IntegerField(default=0)
    has_unread = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False, help_text="only automatic replies came")
    is_answered = models.BooleanField(default=False, help_text="someone wrote by hand after the last reply")
    newest_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField(default=FIRST_MOMENT)
    received_at = models.DateTimeField(null=True)
    waits_since = models.DateTimeField(null=True)
    complete_at = models.DateTimeField(null=True)
    wanted_at = models.DateTimeField(null=True, help_text="when someone last opened it and it was not fresh")
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[models.Manager["Thread"]] = models.Manager()

    class Meta:
        ordering = ["-listed_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["workspace", "remote_id"], name="thread_once_per_workspace")]
        indexes = [
            models.Index(fields=["workspace", "waits_since"], name="thread_waiting_oldest"),
            models.Index(fields=["workspace", "-listed_at", "-id"], name="thread_listed"),
            models.Index(
                fields=["workspace", "-listed_at", "-id"], name="thread_unread", condition=models.Q(has_unread=True)
            ),
            models.Index(
                fields=["workspace", "-listed_at", "-id"],
                name="thread_automatic",
                condition=models.Q(is_automatic=True),
            ),
            models.Index(fields=["workspace", "assigned_to", "-listed_at", "-id"], name="thread_assigned"),
            models.Index(fields=["workspace", "campaign", "-listed_at", "-id"], name="thread_of_campaign"),
            models.Index(fields=["workspace", "mailbox", "-listed_at", "-id"], name="thread_of_mailbox"),
            models.Index(fields=["workspace", "interest", "-listed_at", "-id"], name="thread_of_interest"),
            models.Index(fields=["workspace", "lead", "-listed_at", "-id"], name="thread_of_person"),
            models.Index(fields=["workspace", "wanted_at"], name="thread_wanted"),
        ]

    def __str__(self) -> str:
        return self.subject or "(no subject)"


class ThreadWords(models.Model):
    """The different words of a conversation, for the search: see iexdg/inbox/search.py. Derived from its messages."""

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, primary_key=True, related_name="+")
    words = models.TextField(blank=True)

    objects: ClassVar[models.Manager["ThreadWords"]] = models.Manager()


class Message(models.Model):
    """One e-mail as Instantly listed it. Shapes: files - names of attachments; step - "sequence_step_variant"."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    remote_id = models.CharField(max_length=64)
    kind = models.IntegerField(null=True)
    at = models.DateTimeField(null=True)
    sender = models.CharField(max_length=320, blank=True)
    recipients = models.CharField(max_length=1000, blank=True)
    cc = models.CharField(max_length=1000, blank=True)
    mailbox = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    preview = models.CharField(max_length=200, blank=True)
    files = models.JSONField(default=list)
    step = models.CharField(max_length=32, blank=True)
    campaign_remote_id = models.CharField(max_length=64, blank=True)
    lead = models.CharField(max_length=320, blank=True)
    interest = models.IntegerField(null=True)
    is_automatic = models.BooleanField(default=False)
    is_unread = models.BooleanField(default=False)
    read_at = models.DateTimeField(help_text="when this was last read from Instantly")

    objects: ClassVar[models.Manager["Message"]] = models.Manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["thread", "remote_id"], name="message_once_per_thread")]
        indexes = [
            models.Index(fields=["thread", "at"], name="message_of_thread"),
            models.Index(fields=["remote_id"], name="message_by_remote_id"),
        ]


class ReplyState(models.TextChoices):
    """The state of an answer; iexdg/inbox/replies.py defines and makes the moves.

    draft: being written. waiting: leaves at `due_at` unless it is undone. sending: the call was made. sent: Instantly
    accepted it, or it was found in the thread. unknown: no answer came; it is looked for and never sent again.
    """

    DRAFT = "draft", "draft"
    WAITING = "waiting", "waiting"
    SENDING = "sending", "sending"
    SENT = "sent", "sent"
    REFUSED = "refused", "not sent"
    UNKNOWN = "unknown", "unknown"


class ReplyKind(models.TextChoices):
    """What it does with the e-mail that it is about."""

    REPLY = "reply", "reply"
    FORWARD = "forward", "forward"


class Reply(models.Model):
    """An answer written here: a draft, then the intent to send it, then what came of it.

    Shapes: to - for a forward, addresses separated by commas; cc, bcc - the same; known_message - the newest message of
        the thread that was mirrored when it was sent: what is older cannot be this answer.
    """

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="replies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=ReplyKind.choices, default=ReplyKind.REPLY)
    state = models.CharField(max_length=16, choices=ReplyState.choices, default=ReplyState.DRAFT)
    answers = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    mailbox = models.CharField(max_length=320, blank=True)
    to = models.CharField(max_length=1000, blank=True)
    cc = models.CharField(max_length=1000, blank=True)
    bcc = models.CharField(max_length=1000, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True, help_text="when the thread was last read to find it")
    known_message = models.BigIntegerField(default=0)
    remote_id = models.CharField(max_length=64, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Reply"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "by", "kind"], condition=models.Q(state="draft"), name="reply_one_draft_of_a_kind"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "due_at"],
                name="reply_to_carry_out",
                condition=models.Q(state__in=["waiting", "sending", "unknown"]),
            ),
            models.Index(fields=["thread", "-id"], name="reply_of_thread"),
        ]


class AnswerTemplate(models.Model):
    """A text to begin an answer with; {{firstName}} and other variables are filled in when it is inserted."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="answer_templates")
    name = models.CharField(max_length=100)
    text = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[models.Manager["AnswerTemplate"]] = models.Manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="answer_template_one_of_a_name")]

    def __str__(self) -> str:
        return self.name
