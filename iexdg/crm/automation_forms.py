"""The form of an automation: simple fields, read into the columns of the model and back."""

import re
from typing import Any

from django import forms
from django.utils.text import capfirst

from campaigns.models import Campaign
from iexdg.crm.actions import (
    CONTACT,
    CUSTOM,
    EMAIL,
    FIXED,
    NOTE,
    NOTIFY,
    OPPORTUNITY,
    SUPPRESS,
    TAGS,
    WEBHOOK,
    WORKFLOW,
)
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.lead_events import INTEREST_COUNTS, LOADS_COUNT
from iexdg.crm.list_fields import pipeline_fields, stages_of, workflow_field
from iexdg.crm.models import OF_CONVERSATIONS, Automation, CrmLists, Trigger
from iexdg.crm.notifying import channels_off
from iexdg.crm.rules import require_sound
from iexdg.team.queries import members_of
from iexdg.team.roles import Role
from iexdg.ui.forms import Form
from iexdg.workspace_objects.interests import interest_choices
from iexdg.workspaces.models import Workspace

_LINE = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,60}|custom:[A-Za-z0-9_-]{1,64})\s*<-\s*(.{1,300})")
_MOST_FIELDS = 40


class AutomationForm(Form):
    """Trigger, filter, field map, and the actions in their fixed order: those in GoHighLevel, then our own."""

    name = forms.CharField(max_length=100)
    trigger = forms.ChoiceField(
        choices=[(one.value, capfirst(one.label)) for one in Trigger],
        label="Starts when",
        help_text=(
            f"Where the interest changed: {INTEREST_COUNTS[0].lower()}{INTEREST_COUNTS[1:]} "
            f"Where a lead was loaded: {LOADS_COUNT[0].lower()}{LOADS_COUNT[1:]}"
        ),
    )
    campaigns = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label="Only these campaigns", help_text="None chosen: all of them."
    )
    excludes_automatic = forms.BooleanField(
        required=False,
        label="Leave automatic replies out",
    )
    labels = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        label="Only these interests",
        help_text="None chosen: any.",
    )
    saves_contact = forms.BooleanField(
        required=False,
        label="Create or update the contact",
        help_text="Everything else in GoHighLevel needs it, and is left out without it.",
    )
    field_map = forms.CharField(
        label="Fields of the contact",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="One a line: field <- variable. custom:ID <- variable for a custom field, field <- =text for a text.",
    )
    tag_template = forms.CharField(
        max_length=100,
        required=False,
        label="Tags",
        help_text=(
            "Separated by commas. {code} is the beginning of the campaign's name, {campaign} all of it. A tag without "
            "them, such as instantly-05a, is the same for every campaign of a family."
        ),
    )
    adds_note = forms.BooleanField(required=False, label="Add a note with the reply, or with what happened")
    notify_roles = forms.MultipleChoiceField(
        required=False,
        choices=Role.choices,
        label="Everyone with these roles, by e-mail",
        widget=forms.CheckboxSelectMultiple,
    )
    notify_members = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label="These members, by e-mail", help_text="In addition to the roles."
    )
    notifies_webhook = forms.BooleanField(required=False, label="The team's webhook")
    suppresses = forms.BooleanField(
        required=False,
        label="Put the address of the lead on the block list",
        help_text="No campaign writes to it any more, here and at Instantly.",
    )

    def __init__(self, *args: Any, workspace: Workspace, lists: CrmLists | None = None, **kwargs: Any) -> None:
        """Offer what the workspace has.

        Shapes: lists - what was read of the location; None or an empty one where nothing was: then ids are typed.
        """
        super().__init__(*args, **kwargs)
        self.lists = lists
        listed = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("name", "pk")
        self._offer("campaigns", listed.values_list("pk", "name"))
        self._offer("labels", interest_choices(workspace))
        self._offer("notify_members", ((one.pk, one.name) for one in members_of(workspace)))
        self.fields["workflow_id"] = workflow_field(lists, chosen=self.initial.get("workflow_id", ""))
        pipelines = pipeline_fields(
            lists, pipeline=self.initial.get("pipeline_id", ""), stage=self.initial.get("stage_id", "")
        )
        self.fields["pipeline_id"], self.fields["stage_id"] = pipelines

    @property
    def unread(self) -> list[str]:
        """Why a list is not there, or is older than the last try; one sentence each."""
        lists = self.lists
        found = [("workflows", lists.workflows_error), ("pipelines", lists.pipelines_error)] if lists else []
        return [f"The list of {name} could not be read: {error}" for name, error in found if error]

    @property
    def channels_off(self) -> list[str]:
        """Which ways of notifying are switched off here; one sentence each."""
        return channels_off()

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean_field_map(self) -> dict[str, str]:
        """Return the map; a line that is none is named."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["field_map"].splitlines():
            if not line.strip():
                continue
            match = _LINE.fullmatch(line.strip())
            if match is None or len(found) >= _MOST_FIELDS:
                raise forms.ValidationError(f"This is no field <- variable: {line.strip()[:60]}")
            found[match[1]] = match[2].strip()
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse what does not make sense together, in the words of the rules."""
        typed: dict[str, Any] = super().clean() or {}
        if self.errors:
            return typed
        stages = stages_of(self.lists, typed["pipeline_id"])
        if typed["stage_id"] and not typed["pipeline_id"]:
            self.add_error("stage_id", "A stage belongs to a pipeline: choose the pipeline too.")
        elif typed["stage_id"] and stages and typed["stage_id"] not in stages:
            self.add_error("stage_id", "This stage is in another pipeline. Choose one of the pipeline above.")
        if self.errors:
            return typed
        try:
            require_sound(self.facts)
        except CrmRefusedError as refusal:
            self.add_error(None, str(refusal))
        return typed

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of the model; valid only after `is_valid`."""
        typed = self.cleaned_data
        # What the form hides for the chosen trigger does not count, whatever it was before.
        of_replies = typed["trigger"] in OF_CONVERSATIONS
        filters = {
            "campaigns": typed["campaigns"],
            "excludes_automatic": of_replies and typed["excludes_automatic"],
            "labels": typed["labels"] if of_replies else [],
        }
        return {name: typed[name] for name in ("name", "trigger", "field_map", "tag_template")} | {
            "filter": filters,
            "actions": [*_in_crm(typed), *_own(typed)],
        }


def initial_of(automation: Automation) -> dict[str, Any]:
    """Return what the form shows of an automation."""
    by_kind = {action["kind"]: action for action in automation.actions}
    mails = [one for one in automation.actions if one["kind"] == NOTIFY and one.get("channel") != WEBHOOK]
    return {
        "name": automation.name,
        "trigger": automation.trigger,
        **automation.filter,
        "saves_contact": CONTACT in by_kind,
        "field_map": "\n".join(f"{name} <- {source}" for name, source in automation.field_map.items()),
        "tag_template": automation.tag_template,
        "adds_note": NOTE in by_kind,
        "workflow_id": by_kind.get(WORKFLOW, {}).get("workflow_id", ""),
        "pipeline_id": by_kind.get(OPPORTUNITY, {}).get("pipeline_id", ""),
        "stage_id": by_kind.get(OPPORTUNITY, {}).get("stage_id", ""),
        "notify_roles": mails[0].get("roles", []) if mails else [],
        "notify_members": mails[0].get("members", []) if mails else [],
        "notifies_webhook": any(one.get("channel") == WEBHOOK for one in automation.actions),
        "suppresses": SUPPRESS in by_kind,
    }


def words_of(source: str) -> str:
    """Return where a field of the map comes from, in words."""
    return f"the text {source.removeprefix(FIXED)}" if source.startswith(FIXED) else source


def name_of(field: str) -> str:
    """Return the name of a field of the map, in words."""
    return f"Custom field {field.removeprefix(CUSTOM)}" if field.startswith(CUSTOM) else field


def _in_crm(typed: dict[str, Any]) -> list[dict[str, Any]]:
    if not typed["saves_contact"]:
        return []
    actions: list[dict[str, Any]] = [{"kind": CONTACT}]
    actions += [{"kind": TAGS}] if typed["tag_template"].strip(" ,") else []
    actions += [{"kind": NOTE}] if typed["adds_note"] else []
    if typed["workflow_id"]:
        actions.append({"kind": WORKFLOW, "workflow_id": typed["workflow_id"]})
    if typed["pipeline_id"]:
        actions.append({"kind": OPPORTUNITY, "pipeline_id": typed["pipeline_id"], "stage_id": typed["stage_id"]})
    return actions


def _own(typed: dict[str, Any]) -> list[dict[str, Any]]:
    roles, members = typed["notify_roles"], typed["notify_members"]
    actions: list[dict[str, Any]] = []
    if roles or members:
        actions.append({"kind": NOTIFY, "channel": EMAIL, "roles": roles, "members": members})
    if typed["notifies_webhook"]:
        actions.append({"kind": NOTIFY, "channel": WEBHOOK})
    return [*actions, {"kind": SUPPRESS}] if typed["suppresses"] else actions
