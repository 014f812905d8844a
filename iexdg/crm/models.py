"""The location of a workspace at GoHighLevel with its encrypted tokens, the automations, and their ledger."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.inbox.models import Thread
from iexdg.workspaces.models import Workspace


class TokenKind(models.TextChoices):
    """What opens the location."""

    TOKEN = "token", "private integration token"
    OAUTH = "oauth", "sign-in at GoHighLevel"


class TokenSource(models.TextChoices):
    """Where the token is."""

    STORED = "stored", "stored encrypted"
    ENVIRONMENT = "environment", "in the environment"


class CrmConnection(models.Model):
    """The one location of a workspace; the row stays when it is disconnected, its tokens do not.

    `generation` counts the tokens that it has had: whoever stores new ones names the one that they replace.
    `refresh_claimed_until` is the lease of the process that renews the access token.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="crm_connection")
    kind = models.CharField(max_length=8, choices=TokenKind.choices)
    source = models.CharField(max_length=12, choices=TokenSource.choices)
    location_id = models.CharField(max_length=64)
    location_name = models.CharField(max_length=200, blank=True)
    company_id = models.CharField(max_length=64, blank=True)
    allows_duplicates = models.BooleanField(null=True)
    credential = models.TextField(blank=True, help_text="token or access token, encrypted with FIELD_KEYS")
    refresh_credential = models.TextField(blank=True, help_text="refresh token, encrypted with FIELD_KEYS")
    expires_at = models.DateTimeField(null=True, help_text="of the access token")
    generation = models.PositiveIntegerField(default=0)
    refresh_claimed_until = models.DateTimeField(null=True)
    scopes = models.JSONField(default=dict, help_text="scope -> true, false, or null where that is not known")
    limit_in_interval = models.PositiveIntegerField(null=True)
    left_in_interval = models.PositiveIntegerField(null=True)
    limit_today = models.PositiveIntegerField(null=True)
    left_today = models.PositiveIntegerField(null=True)
    limits_read_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True, help_text="when it last answered")
    tried_at = models.DateTimeField(null=True, help_text="when it was last asked")
    error = models.CharField(max_length=400, blank=True, help_text="of the last try")
    refused_at = models.DateTimeField(null=True, help_text="since when the token is not accepted")
    connected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    connected_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["CrmConnection"]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(disconnected_at=None)
                | models.Q(disconnected_at__isnull=False, credential="", refresh_credential=""),
                name="crm_no_token_once_disconnected",
            ),
            models.CheckConstraint(
                condition=~models.Q(source=TokenSource.STORED, disconnected_at=None, credential=""),
                name="crm_stored_token_while_connected",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=TokenKind.OAUTH) | models.Q(refresh_credential=""),
                name="crm_refresh_token_of_oauth_alone",
            ),
        ]

    def __str__(self) -> str:
        return self.location_name or self.location_id

    @property
    def is_connected(self) -> bool:
        """Whether it is in use."""
        return self.disconnected_at is None

    @property
    def is_refused(self) -> bool:
        """Whether its token is not accepted any more."""
        return self.refused_at is not None


class CrmLists(models.Model):
    """The workflows and pipelines of a location, as they were last read, for the form of an automation.

    Shapes: workflows - [{"id", "name", "status"}]; pipelines - [{"id", "name", "stages": [{"id", "name"}]}];
        the errors - why the last reading of each failed, "" where it did not: what was read before stays.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="crm_lists")
    location_id = models.CharField(max_length=64)
    workflows = models.JSONField(default=list)
    workflows_at = models.DateTimeField(null=True)
    workflows_error = models.CharField(max_length=400, blank=True)
    pipelines = models.JSONField(default=list)
    pipelines_at = models.DateTimeField(null=True)
    pipelines_error = models.CharField(max_length=400, blank=True)
    tried_at = models.DateTimeField()

    objects: ClassVar[models.Manager["CrmLists"]] = models.Manager()


class Trigger(models.TextChoices):
    """What starts an automation; replies are read in the mirror of the inbox, everything else in that of the leads."""

    REPLIED = "replied", "a lead replied"
    INTEREST = "interest", "the interest of a lead changed"
    FINISHED = "finished", "a lead finished the campaign"
    LOADED = "loaded", "a lead was loaded"
    BOUNCED = "bounced", "an e-mail to a lead bounced"
    UNSUBSCRIBED = "unsubscribed", "a lead unsubscribed"


# Their filter is about conversations too.
OF_CONVERSATIONS = frozenset({Trigger.REPLIED, Trigger.INTEREST})


class AutomationState(models.TextChoices):
    """The state of an automation; iexdg/crm/automations.py defines and makes the moves."""

    DRAFT = "draft", "draft"
    ACTIVE = "active", "active"
    PAUSED = "paused", "paused"


class Automation(models.Model):
    """What happens in the CRM after a trigger.

    Shapes: filter - {"campaigns": [our ids, empty for all], "excludes_automatic": bool, "labels": [interest
        codes]}, the last two only where conversations start it; actions - [{"kind": …, …}] in order; field_map -
        GoHighLevel's name, or "custom:<field id>", -> the name of a variable, or "=" and a fixed text; tag_template -
        with {campaign} and {code}; active_since - events from then on count: it is kept through pauses and changes, so
        that no reply falls between; tested_version - the version that the passed test step had; test_contact - id of
        the contact that a test step made and nobody deleted.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="automations")
    name = models.CharField(max_length=100)
    is_shipped = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=AutomationState.choices, default=AutomationState.DRAFT)
    trigger = models.CharField(max_length=16, choices=Trigger.choices, default=Trigger.REPLIED)
    filter = models.JSONField(default=dict)
    actions = models.JSONField(default=list)
    field_map = models.JSONField(default=dict)
    tag_template = models.CharField(max_length=100, blank=True)
    version = models.PositiveIntegerField(default=1)
    tested_version = models.PositiveIntegerField(default=0)
    tested_at = models.DateTimeField(null=True)
    test_contact = models.CharField(max_length=64, blank=True)
    tried_at = models.DateTimeField(null=True, help_text="when its test step was last begun")
    test_lease_until = models.DateTimeField(null=True, help_text="until when the process that runs the step has it")
    active_since = models.DateTimeField(null=True)
    walked_to = models.DateTimeField(null=True, help_text="the change of the inbox up to which events were collected")
    walked_lead_event = models.BigIntegerField(default=0, help_text="id of the event of leads up to which it is known")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    deleted_at = models.DateTimeField(null=True, help_text="it is in no list then; its entries of the ledger stay")

    objects: ClassVar[models.Manager["Automation"]] = models.Manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(is_shipped=True), name="automation_shipped_once"
            ),
            models.CheckConstraint(
                condition=models.Q(deleted_at=None) | ~models.Q(state=AutomationState.ACTIVE),
                name="automation_deleted_is_not_active",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_tested(self) -> bool:
        """Whether the test step passed as the automation is now."""
        return self.tested_at is not None and self.tested_version == self.version

    @property
    def is_being_tested(self) -> bool:
        """Whether its test step runs now."""
        return self.test_lease_until is not None and self.test_lease_until > timezone.now()

    @property
    def test_step(self) -> tuple[str, datetime | None]:
        """What its last test step came to, in words, and when."""
        if self.is_being_tested:
            return "running", self.tried_at
        if self.tried_at is not None and (self.tested_at is None or self.tried_at > self.tested_at):
            return "did not pass", self.tried_at
        if self.tested_at is None:
            return "not run", None
        return ("passed", self.tested_at) if self.is_tested else ("changed since it passed", None)

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return {AutomationState.ACTIVE: "ok", AutomationState.PAUSED: "warn"}.get(AutomationState(self.state), "idle")


class EntryState(models.TextChoices):
    """The state of an entry of the ledger; iexdg/crm/ledger.py defines and makes the moves."""

    ASKED = "asked", "asked"
    SENT = "sent", "in flight"
    DONE = "done", "done"
    REFUSED = "refused", "refused"
    UNKNOWN = "unknown", "unknown"
    SKIPPED = "skipped", "skipped"


# Why an entry was left out that says what a conversation was like before its automation was active.
WAS_THERE = "It was there before the automation was active, so nothing happened."
# After this long what was asked and does not get through may be left out.
_LONG = timedelta(minutes=15)
# What a person may have asked again.
REPLAYABLE = (EntryState.REFUSED, EntryState.UNKNOWN, EntryState.SKIPPED)


class LedgerEntry(models.Model):
    """One action of one automation for one event: the intent, then what came of it.

    Shapes: event - the trigger and its id at Instantly, or "test:…" and "cleanup:…"; request - what is sent, built
        before anything is; answer - what came back; remote_id - of what the action made; lease_until - until when the
        process that sends it has it; reads - how often what was accepted was read and not seen; due_at - when it is
        sent next, or read next where it was accepted.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="entries")
    event = models.CharField(max_length=160)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=EntryState.choices, default=EntryState.ASKED)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="+")
    thread = models.ForeignKey(Thread, null=True, on_delete=models.SET_NULL, related_name="+")
    lead = models.CharField(max_length=320)
    request = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    remote_id = models.CharField(max_length=64, blank=True)
    contact_id = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    read_back = models.BooleanField(default=False)
    reads = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    error = models.CharField(max_length=400, blank=True)

    objects: ClassVar[models.Manager["LedgerEntry"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["automation", "event", "number"], name="ledger_once_per_action"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "due_at", "id"],
                name="ledger_open",
                condition=models.Q(state__in=["asked", "sent"]),
            ),
            models.Index(
                fields=["workspace", "id"],
                name="ledger_for_a_person",
                condition=models.Q(state__in=["refused", "unknown"]),
            ),
            models.Index(
                fields=["workspace", "due_at"],
                name="ledger_to_read_back",
                condition=models.Q(state="done", read_back=False, kind__in=["contact", "tags", "note", "delete"]),
            ),
            models.Index(fields=["workspace", "-id"], name="ledger_newest"),
            models.Index(fields=["workspace", "lead", "id"], name="ledger_of_contact"),
            models.Index(fields=["workspace", "-changed_at"], name="ledger_changed"),
        ]

    @property
    def is_replayable(self) -> bool:
        """Whether a replay would ask it again; a test step is run again as a whole, and so is its clean-up."""
        return self.state in REPLAYABLE and not self._is_step and self.error != WAS_THERE

    @property
    def may_be_left_out(self) -> bool:
        """Whether a person may: it waits for one, or was asked long ago and fails, and the next ones wait for it."""
        is_stuck = self.state == EntryState.ASKED and bool(self.error) and self.asked_at <= timezone.now() - _LONG
        return (self.state in {EntryState.REFUSED, EntryState.UNKNOWN} or is_stuck) and not self._is_step

    @property
    def _is_step(self) -> bool:
        return self.event.startswith(("test:", "cleanup:"))

    @property
    def again(self) -> str:
        """What a person does to have it asked again, in words."""
        return "run the test step again" if self.event.startswith("test:") else "replay this entry"

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return {
            EntryState.DONE: "ok", EntryState.REFUSED: "bad", EntryState.UNKNOWN: "warn",
        }.get(EntryState(self.state), "idle")  # fmt: skip


class UnmatchedReason(models.TextChoices):
    """Why a reply does not reach the CRM by itself."""

    NO_CAMPAIGN = "no_campaign", "no known campaign"
    NO_LEAD = "no_lead", "no known lead"
    CONTACT = "contact", "contact refused"


class UnmatchedState(models.TextChoices):
    """The state of an unmatched reply; iexdg/crm/unmatched.py defines and makes the moves."""

    WAITING = "waiting", "waiting"
    ASSIGNED = "assigned", "assigned"
    ADDRESS_ONLY = "address_only", "sent anyway"
    SET_ASIDE = "set_aside", "set aside"
    MATCHED = "matched", "matched"


class UnmatchedReply(models.Model):
    """A conversation whose replies belong to no campaign or lead, or whose contact was refused, and what was decided.

    Shapes: address - whom the replies are from; received_at - of the newest reply when it was last judged; campaign,
        lead - what it was assigned to; note - why it was set aside; looked_at - when the lead was last asked for.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="unmatched")
    state = models.CharField(max_length=16, choices=UnmatchedState.choices, default=UnmatchedState.WAITING)
    reason = models.CharField(max_length=16, choices=UnmatchedReason.choices)
    address = models.CharField(max_length=320, blank=True)
    received_at = models.DateTimeField()
    found_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="+")
    lead = models.CharField(max_length=320, blank=True)
    note = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    objects: ClassVar[models.Manager["UnmatchedReply"]] = models.Manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="set_aside") | ~models.Q(note=""), name="unmatched_set_aside_with_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "matched"]) | models.Q(decided_at__isnull=False),
                name="unmatched_decided_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "state", "-received_at"], name="unmatched_in_state"),
            models.Index(fields=["workspace", "-changed_at"], name="unmatched_changed"),
        ]

    def __str__(self) -> str:
        return self.address or "an unknown address"

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return {UnmatchedState.WAITING: "warn", UnmatchedState.SET_ASIDE: "idle"}.get(UnmatchedState(self.state), "ok")
