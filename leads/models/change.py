"""Changes of lead lists and of people that someone requested, and the erasure of a person."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.models.lead import Lead
from leads.models.lists import LeadList, ListedLead


class PeopleWanted(models.TextChoices):
    """What is to be changed; the label completes "Request to …"."""

    CREATE_LIST = "create_list", "create a list"
    RENAME_LIST = "rename_list", "rename a list"
    DELETE_LIST = "delete_list", "delete a list"
    VARIABLES = "variables", "change the variables of a person"
    REMOVE = "remove", "remove a person"
    DELETE_EMAIL = "delete_email", "delete an e-mail"


class PeopleChangeState(models.TextChoices):
    """The state of a change; leads/states.py has the table of moves.

    asked: recorded only. sent: the call was made, and its read-back is due. unknown: no answer came, and it is still
    read. refused: Instantly refused, still reads as something else, or a person stopped it.
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


OPEN_PEOPLE_CHANGE = (PeopleChangeState.ASKED, PeopleChangeState.SENT, PeopleChangeState.UNKNOWN)


class PeopleChange(models.Model):
    """One write to Instantly about one list or one person; those requested at once share their group.

    Who it is about is found through `lead` or `listed`: no address is copied, so that an erasure leaves none behind.
    An e-mail that is to be deleted has the number of its conversation in `values`.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="people_changes")
    group = models.BigIntegerField(default=0, help_text="id of the first change that was requested at once with it")
    wanted = models.CharField(max_length=16, choices=PeopleWanted.choices)
    state = models.CharField(max_length=16, choices=PeopleChangeState.choices, default=PeopleChangeState.ASKED)
    lead_list = models.ForeignKey(LeadList, null=True, on_delete=models.SET_NULL, related_name="changes")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="+")
    lead = models.ForeignKey(Lead, null=True, on_delete=models.SET_NULL, related_name="changes")
    listed = models.ForeignKey(ListedLead, null=True, on_delete=models.SET_NULL, related_name="changes")
    erasure = models.ForeignKey("leads.Erasure", null=True, on_delete=models.SET_NULL, related_name="changes")
    remote_id = models.CharField(max_length=64, blank=True, help_text="Instantly's id of the list, lead or e-mail")
    values = models.JSONField(default=dict, help_text="new values under Instantly's names")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["PeopleChange"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=PeopleChangeState.values), name="people_change_state"),
            models.UniqueConstraint(
                fields=["workspace", "wanted", "remote_id"],
                condition=models.Q(state__in=OPEN_PEOPLE_CHANGE) & ~models.Q(remote_id=""),
                name="people_change_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "state", "id"], name="people_change_next"),
            models.Index(fields=["group", "id"], name="people_change_of_group"),
            models.Index(fields=["workspace", "-changed_at"], name="people_change_newest"),
        ]

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return PeopleChangeState(self.state).tone

    @property
    def place(self) -> str:
        """Where it is: "05A", "05A, conversation 12", or "" where that is not known."""
        place, conversation = str(self.campaign or self.lead_list or ""), self.values.get("conversation")
        if self.wanted != PeopleWanted.DELETE_EMAIL or not conversation:
            return place
        return f"{place}, conversation {conversation}" if place else f"Conversation {conversation}"

    @property
    def is_open(self) -> bool:
        """Whether the outcome is not known yet."""
        return self.state in OPEN_PEOPLE_CHANGE


class Erasure(models.Model):
    """The erasure of one person from this workspace, here and at Instantly, and the certificate of it.

    `email` is kept until it is done, since without it nothing could be found; afterwards only its digest is left.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="erasures")
    email = models.CharField(max_length=320, blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the address in lower case, in hex")
    keeps_blocked = models.BooleanField(default=True, help_text="the address stays on the block list")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict, help_text="what was erased -> how many; see leads.erasure")
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Erasure"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "digest"],
                condition=models.Q(finished_at__isnull=True),
                name="erasure_one_open_per_address",
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True) | models.Q(email=""), name="erasure_forgets_the_address"
            ),
        ]
