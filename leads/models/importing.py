"""An import: one uploaded file and the processing of its rows."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from campaigns.models import Campaign
from iexdg.incidents.subject import Subject
from iexdg.workspaces.models import Workspace
from leads.models.lists import LeadList


class ImportState(models.TextChoices):
    """Where an import is; leads/states.py has the table of moves.

    uploaded: the file is stored and its shape is known. mapped: the columns are chosen, every line is staged and
    checked, nothing was spent. verifying: addresses are being verified. verified: every answer is there and rows are
    held here (policy hold, or a flip stopped the load). loading, settling: batches are sent, then the status is
    watched. stopped: a person or the worker stopped it; it resumes in the state `resume_to`. failed: the file cannot
    be used, for the reason in `error`. done: nothing is open.
    """

    UPLOADED = "uploaded", "Uploaded"
    CHECKING = "checking", "Checking"
    MAPPED = "mapped", "Checked"
    VERIFYING = "verifying", "Verifying"
    VERIFIED = "verified", "Held"
    LOADING = "loading", "Loading"
    SETTLING = "settling", "Settle watch"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Failed"

    @classmethod
    def tone_of(cls, state: str) -> str:
        """The tone in which a state is shown: ok, idle, warn, bad, done, busy."""
        tones = {cls.DONE: "ok", cls.FAILED: "bad", cls.STOPPED: "warn", cls.VERIFIED: "warn"}
        return tones.get(cls(state), "busy" if state in WORKING else "idle")


# States in which a worker has something to do; the sweep selects these.
WORKING = (ImportState.CHECKING, ImportState.VERIFYING, ImportState.LOADING, ImportState.SETTLING)


class MappedBy(models.TextChoices):
    """Where a mapping comes from: guessed from the header, remembered from an earlier file, or chosen by a person."""

    HEADER = "header", "guessed from the column names"
    MEMORY = "memory", "as you chose it for the last such file"
    YOU = "you", "chosen by you"


class LoadPolicy(models.TextChoices):
    """What happens to verified rows."""

    NOW = "now", "load as soon as everything is verified"
    HOLD = "hold", "hold here until the go-live is approved"
    CANARY = "canary", "load a few, the rest if no one bounced"


class VerifyBy(models.TextChoices):
    """How addresses are verified: each by a request of its own, or up to 1,000 at once in a temporary lead list."""

    ADDRESS = "address", "one by one"
    LIST = "list", "in lists of up to 1,000"


class Import(models.Model):
    """One file for one campaign or one lead list. Counters are never stored: they are counted from the rows."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="imports")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="imports")
    lead_list = models.ForeignKey(
        LeadList, null=True, on_delete=models.PROTECT, related_name="imports", help_text="where its people go instead"
    )
    state = models.CharField(max_length=16, choices=ImportState.choices, default=ImportState.UPLOADED)
    resume_to = models.CharField(max_length=16, blank=True)
    stop_reason = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=500, blank=True)

    source_campaign = models.ForeignKey(
        Campaign, null=True, on_delete=models.PROTECT, related_name="moves", help_text="a move: where its people are"
    )
    source_list = models.ForeignKey(
        LeadList, null=True, on_delete=models.PROTECT, related_name="moves", help_text="a move: the list they are in"
    )
    takes_replied = models.BooleanField(default=False, help_text="a move: people who replied are moved too")
    file_name = models.CharField(max_length=255)
    file_path = models.CharField(max_length=300, help_text="relative to MEDIA_ROOT")
    file_size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=32, blank=True)
    delimiter = models.CharField(max_length=8, blank=True, help_text="one character; empty for a workbook")
    sheet = models.CharField(max_length=255, blank=True, help_text="name of the sheet; empty for a text file")
    header_line = models.PositiveIntegerField(
        default=0, help_text="line of the column names, 0 to find it; lines above are not read"
    )
    header = models.JSONField(default=list, help_text="column names as in the file")
    mapping = models.JSONField(default=dict, help_text="column name -> target; see leads.importing.mapping")
    mapped_by = models.CharField(max_length=8, choices=MappedBy.choices, default=MappedBy.HEADER)
    asks = models.JSONField(
        default=list, help_text="open questions, [{what, choices, say}]; not checked while one is open"
    )
    reading = models.JSONField(
        default=dict, help_text="what the page shows of how the file was read; see leads.importing.sniffing.Table"
    )
    column_remarks = models.JSONField(default=list, help_text="sentences about the columns, shown with the mapping")
    flags = models.JSONField(
        default=dict, help_text="code of a flag -> rows that have it; kept by the transactions that stage and leave out"
    )
    rows_total = models.IntegerField(default=0, help_text="lines staged, header and blank lines apart")

    policy = models.CharField(max_length=8, choices=LoadPolicy.choices, default=LoadPolicy.NOW)
    verify_by = models.CharField(max_length=8, choices=VerifyBy.choices, default=VerifyBy.ADDRESS)
    accept_catch_all = models.BooleanField(default=False)
    catch_all_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    canary_rows = models.PositiveIntegerField(null=True, help_text="policy canary: how many people are loaded first")
    canary_hours = models.PositiveIntegerField(default=0, help_text="hours after the go-live before the rest")
    canary_sends = models.PositiveIntegerField(default=0, help_text="first e-mails without a bounce before the rest")
    canary_asks = models.BooleanField(default=False, help_text="a person resumes it, instead of the sweep")
    canary_released_at = models.DateTimeField(null=True, help_text="since when the rest may be loaded")
    credit_ceiling = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    loaded_at = models.DateTimeField(null=True)
    settle_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    flips = models.IntegerField(default=0)

    due_at = models.DateTimeField(null=True, help_text="when a worker should process it next")
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)

    objects: ClassVar[models.Manager["Import"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            # Catch-all addresses are only ever accepted by a named person.
            models.CheckConstraint(
                condition=models.Q(accept_catch_all=False) | models.Q(catch_all_accepted_by__isnull=False),
                name="import_catch_all_has_a_name",
            ),
            models.CheckConstraint(
                # Checked for null explicitly: a comparison with null alone would pass.
                condition=~models.Q(policy="canary") | models.Q(canary_rows__isnull=False, canary_rows__gt=0),
                name="import_canary_has_a_size",
            ),
            models.CheckConstraint(
                condition=models.Q(campaign__isnull=False, lead_list__isnull=True)
                | models.Q(campaign__isnull=True, lead_list__isnull=False),
                name="import_goes_to_one_place",
            ),
            # A list sends nothing: there is no go-live to hold for, and no bounce to wait for.
            models.CheckConstraint(
                condition=models.Q(lead_list__isnull=True) | models.Q(policy="now"),
                name="import_into_list_is_loaded_at_once",
            ),
            models.CheckConstraint(
                condition=models.Q(source_campaign__isnull=True) | models.Q(source_list__isnull=True),
                name="import_moves_from_one_place",
            ),
            models.CheckConstraint(
                condition=models.Q(source_campaign__isnull=True) | ~models.Q(source_campaign=models.F("campaign")),
                name="import_moves_somewhere_else",
            ),
            models.CheckConstraint(
                condition=models.Q(source_list__isnull=True) | ~models.Q(source_list=models.F("lead_list")),
                name="import_moves_to_another_list",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="import_due_for_work")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def as_subject(self) -> Subject:
        """The subject of an incident about it: its campaign, if it has one, and the import's own page."""
        name = self.campaign.name if self.campaign is not None else ""
        return Subject(self.campaign_id, name, "import", self.pk)

    @property
    def into(self) -> str:
        """The name of the campaign or the list that its people go into."""
        return str(self.campaign.name if self.campaign is not None else self.lead_list)

    @property
    def target(self) -> Campaign | LeadList:
        """The campaign or the list that its people go into."""
        return self.campaign or self.to_list

    @property
    def to_campaign(self) -> Campaign:
        """The campaign that its people go into, where only that can be meant.

        Raises: ValueError - they go into a list.
        """
        if self.campaign is None:
            raise ValueError(f"Import {self.pk} goes into a list, which has no campaign.")
        return self.campaign

    @property
    def to_list(self) -> LeadList:
        """The list that its people go into, where only that can be meant.

        Raises: ValueError - they go into a campaign.
        """
        if self.lead_list is None:
            raise ValueError(f"Import {self.pk} goes into a campaign.")
        return self.lead_list

    @property
    def to_remote_id(self) -> str:
        """Instantly's id of the campaign or the list that its people go into."""
        return self.target.remote_id

    @property
    def is_move(self) -> bool:
        """Whether its people come from a campaign or a list, and leave it when they are loaded."""
        return self.source_campaign_id is not None or self.source_list_id is not None

    @property
    def source_name(self) -> str:
        """The name of the campaign or the list that people are moved from; "" where it is no move."""
        return str(self.source_campaign or self.source_list or "")

    @property
    def state_label(self) -> str:
        """The display name of the state."""
        return str(ImportState(self.state).label)


class SavedMapping(models.Model):
    """The mapping that a member last chose on the page for a campaign or list and a header; offered for the next such
    file.
    """

    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.CASCADE, related_name="+")
    lead_list = models.ForeignKey(LeadList, null=True, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    header_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    objects: ClassVar[models.Manager["SavedMapping"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "member", "header_sha256"], name="saved_mapping_of_member_for_header"
            ),
            models.UniqueConstraint(
                fields=["lead_list", "member", "header_sha256"], name="saved_mapping_of_member_for_list_and_header"
            ),
            models.CheckConstraint(
                condition=models.Q(campaign__isnull=False, lead_list__isnull=True)
                | models.Q(campaign__isnull=True, lead_list__isnull=False),
                name="saved_mapping_is_for_one_place",
            ),
        ]
