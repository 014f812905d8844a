"""Some addresses of an import that are verified at once, in a temporary lead list."""

from typing import ClassVar

from django.db import models

from iexdg.workspaces.models import Workspace
from leads.models.change import PeopleChange
from leads.models.importing import Import
from leads.models.lists import LeadList


class ListVerificationState(models.TextChoices):
    """Where it is; leads/states.py has the table of moves.

    planned: its addresses are chosen and its list is requested. created: the list is there, empty. adding: the paid
    request was sent, and whether it arrived is not known before an answer or a read. waiting: the addresses are in the
    list and their verdicts are read. closed: every verdict that came is stored, and the list is to be deleted.
    """

    PLANNED = "planned", "list requested"
    CREATED = "created", "list created"
    ADDING = "adding", "addresses sent"
    WAITING = "waiting", "waiting for verdicts"
    CLOSED = "closed", "closed"


OPEN_LIST_VERIFICATION = tuple(state for state in ListVerificationState if state != ListVerificationState.CLOSED)


class ListVerification(models.Model):
    """One temporary list; its addresses are the receipts that name it. A PeopleChange each creates and deletes it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="list_verifications")
    state = models.CharField(
        max_length=16, choices=ListVerificationState.choices, default=ListVerificationState.PLANNED
    )
    name = models.CharField(max_length=100, help_text="of the list; unique, so that a lost answer can be searched for")
    lead_list = models.ForeignKey(LeadList, null=True, on_delete=models.SET_NULL, related_name="list_verifications")
    creation = models.ForeignKey(PeopleChange, null=True, on_delete=models.SET_NULL, related_name="+")
    deletion = models.ForeignKey(PeopleChange, null=True, on_delete=models.SET_NULL, related_name="+")
    reads = models.PositiveIntegerField(default=0, help_text="reads of its counts or of its people in this state")
    planned_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, help_text="when the paid request may last have been sent")
    added_at = models.DateTimeField(null=True, help_text="when it was first known that the addresses are in the list")
    closed_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(help_text="when a worker should go on with it; a worker that does so moves it ahead")
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["ListVerification"]] = models.Manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="list_verification_name"),
            models.CheckConstraint(
                condition=models.Q(state__in=ListVerificationState.values), name="list_verification_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "next_at"],
                name="list_verification_due",
                condition=models.Q(state__in=OPEN_LIST_VERIFICATION),
            ),
        ]

    def __str__(self) -> str:
        return self.name
