"""One line of an uploaded file."""

from typing import ClassVar

from django.db import models

from leads.models.batch import Batch
from leads.models.importing import Import
from leads.models.receipt import Receipt


class RowState(models.TextChoices):
    """Where a row is; leads/states.py has the table of moves.

    new: waits to be verified, or verified again if its receipt became stale. unknown: the answer to its batch was
    lost; reading shows whether it is loaded, or never arrived and returns to verified.
    """

    NEW = "new", "waiting"
    SKIPPED = "skipped", "skipped"
    VERIFYING = "verifying", "checking"
    VERIFIED = "verified", "verified, ready to load"
    REJECTED = "rejected", "refused"
    LOADING = "loading", "loading"
    LOADED = "loaded", "loaded"
    UNKNOWN = "unknown", "outcome unknown"
    LOAD_FAILED = "load_failed", "not loaded"


OPEN_ROW = (RowState.NEW, RowState.VERIFYING, RowState.VERIFIED, RowState.LOADING)
# Verification let these pass, whatever came of them afterwards.
EVER_VERIFIED = (RowState.VERIFIED, RowState.LOADING, RowState.LOADED, RowState.UNKNOWN, RowState.LOAD_FAILED)
# The states that are exported in the failed-rows file.
FAILED_ROW = (RowState.SKIPPED, RowState.REJECTED, RowState.LOAD_FAILED, RowState.UNKNOWN)


class Reason(models.TextChoices):
    """Why a row was not loaded; the labels are shown to the operator."""

    NO_EMAIL = "no_email", "no e-mail address"
    BAD_EMAIL = "bad_email", "not an e-mail address"
    BAD_ENCODING = "bad_encoding", "unreadable characters"
    BAD_SHAPE = "bad_shape", "more columns than the header"
    CELL_TOO_LONG = "cell_too_long", "a cell is too long"
    DUPLICATE_IN_FILE = "duplicate_in_file", "the same address is earlier in the file"
    IN_CAMPAIGN = "in_campaign", "already in this campaign"
    IN_LIST = "in_list", "already in this list"
    IN_OTHER_CAMPAIGN = "in_other_campaign", "already in another campaign"
    IN_OTHER_IMPORT = "in_other_import", "waiting or being loaded with another import"
    INVALID = "invalid", "mailbox does not exist"
    CATCH_ALL = "catch_all", "domain accepts everything"
    PENDING = "pending", "no verdict in time"
    UNKNOWN_VERDICT = "unknown_verdict", "an unknown verdict"
    VERIFY_REFUSED = "verify_refused", "Instantly refused to check it"
    IN_BLOCKLIST = "in_blocklist", "on Instantly's block list"
    DUPLICATE_AT_INSTANTLY = "duplicate_at_instantly", "Instantly has it already"
    INVALID_AT_INSTANTLY = "invalid_at_instantly", "Instantly calls it invalid"
    LOAD_REFUSED = "load_refused", "Instantly refused the batch"
    NOT_ACCOUNTED = "not_accounted", "Instantly did not report its outcome"
    NO_ROOM = "no_room", "no room in the plan (0 left)"
    HIDDEN_ROW = "hidden_row", "hidden in the sheet"
    OTHER_TABLE = "other_table", "in another table of the file"
    NOTE = "note", "a total or a note, not a person"
    MARKED_UNSUBSCRIBED = "marked_unsubscribed", "unsubscribed, says the file"
    MARKED_DO_NOT_MAIL = "marked_do_not_mail", "not to be mailed, says the file"
    MARKED_BOUNCED = "marked_bounced", "bounced before, says the file"
    MARKED_INVALID = "marked_invalid", "not valid, says the file"
    BOUNCED = "bounced", "bounced where they are"
    UNSUBSCRIBED = "unsubscribed", "unsubscribed where they are"
    REPLIED = "replied", "replied where they are"
    LEFT_SOURCE = "left_source", "no longer where they are moved from"
    ERASED = "erased", "erased on request"
    NOT_MOVED = "not_moved", "Instantly left them where they are"
    FLAGGED = "flagged", "suspicious, left out by a person"


# Why a column of the file leaves a row out.
MARKED = frozenset(
    {Reason.MARKED_UNSUBSCRIBED, Reason.MARKED_DO_NOT_MAIL, Reason.MARKED_BOUNCED, Reason.MARKED_INVALID}
)
# Rows that can be read, but that the file itself or a person says not to write to.
LEFT_OUT = MARKED | {Reason.HIDDEN_ROW, Reason.OTHER_TABLE, Reason.NOTE, Reason.FLAGGED}


class Row(models.Model):
    """One line of the file. `raw` are the original cells; the cleaned fields are what is loaded."""

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.IntegerField(help_text="line of the file on which the record begins; the header is line 1")
    raw = models.JSONField(help_text="list of cells as in the file")
    email = models.CharField(max_length=320, blank=True, help_text="lower case, normalised; empty where unusable")
    first_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    company_name = models.CharField(max_length=300, blank=True)
    job_title = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    website = models.CharField(max_length=300, blank=True)
    personalization = models.TextField(blank=True)
    custom_variables = models.JSONField(default=dict)
    flags = models.JSONField(
        default=list, help_text='remarks that do not stop it, as "code" or "code:detail"; see leads.importing.flags'
    )

    state = models.CharField(max_length=16, choices=RowState.choices, default=RowState.NEW)
    reason = models.CharField(max_length=32, blank=True, choices=Reason.choices)
    reason_detail = models.CharField(max_length=300, blank=True)
    receipt = models.ForeignKey(Receipt, null=True, on_delete=models.PROTECT, related_name="rows")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="rows")
    remote_id = models.CharField(max_length=64, blank=True, help_text="Instantly's id of the lead")

    objects: ClassVar[models.Manager["Row"]] = models.Manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["imported", "line"], name="row_one_per_line"),
            # Promise 1: nothing is loaded without a receipt.
            models.CheckConstraint(
                condition=~models.Q(state__in=["verified", "loading", "loaded"]) | models.Q(receipt__isnull=False),
                name="row_loaded_only_with_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["imported", "state", "id"], name="row_next_in_state"),
            # With the state: SQLite would read every row in a state for a few addresses otherwise.
            models.Index(fields=["imported", "email", "state"], name="row_of_address"),
        ]
