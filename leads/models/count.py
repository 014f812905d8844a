"""Counts of leads, rows and receipts, kept by the transaction that changes them.

The database's own triggers write them (leads/derived/counts.py) and nothing else does, so that no way of changing a row
can forget them. `changes` only ever grows: two equal sums of it mean that nothing in between was changed.
"""

from typing import ClassVar

from django.db import models

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.models.importing import Import


class RowCount(models.Model):
    """How many rows of an import are in a state, with a reason."""

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="counts", db_index=False)
    state = models.CharField(max_length=16)
    reason = models.CharField(max_length=32, blank=True)
    number = models.IntegerField(default=0)
    changes = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager["RowCount"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["imported", "state", "reason"], name="row_count_once")]


class LeadCount(models.Model):
    """How many leads of a campaign have a status (Instantly's code as text, empty where it reported none), and how
    many of them got an e-mail.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="lead_counts", db_index=False)
    status = models.CharField(max_length=12, blank=True)
    vanished = models.BooleanField(default=False)
    contacted = models.BooleanField(default=False, help_text="an e-mail went to them")
    number = models.IntegerField(default=0)
    changes = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager["LeadCount"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "status", "vanished", "contacted"], name="lead_count_once")
        ]


class ReactionCount(models.Model):
    """How many leads of a campaign opened, clicked or replied at least once.

    Apart from LeadCount: reactions come all day, and change nothing that a finding depends on.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+", db_index=False)
    vanished = models.BooleanField(default=False)
    number = models.IntegerField(default=0)
    opened = models.IntegerField(default=0)
    clicked = models.IntegerField(default=0)
    replied = models.IntegerField(default=0)
    changes = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager["ReactionCount"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "vanished"], name="reaction_count_once")]


class ReceiptCount(models.Model):
    """How many receipts an import paid for, and their cost in hundredths of a credit.

    `payer` is the id of the import, 0 where it is not known; it is no foreign key, because receipts outlive imports.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    payer = models.BigIntegerField()
    answered = models.BooleanField(default=False)
    number = models.IntegerField(default=0)
    hundredths = models.BigIntegerField(default=0)
    changes = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager["ReceiptCount"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "payer", "answered"], name="receipt_count_once")]
        indexes = [models.Index(fields=["payer"], name="receipt_count_of_import")]


class AnswerCount(models.Model):
    """How many answers to verifications came in an hour, and of which kind.

    `hour` is UTC, "2026-11-27 12", empty for a receipt without an answer; `passed` are verified and no catch-all.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    hour = models.CharField(max_length=13, blank=True)
    passed = models.BooleanField(default=False)
    number = models.IntegerField(default=0)
    changes = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager["AnswerCount"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "hour", "passed"], name="answer_count_once")]
