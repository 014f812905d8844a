"""The form of an automation: simple fields, read into the columns of the model and back."""

import re
from typing import Any

from django import forms

from campaigns.models import Campaign
from iexdg.crm.actions import CONTACT, CUSTOM, FIXED, NOTE, OPPORTUNITY, TAGS, WORKFLOW
from iexdg.crm.models import Automation, Trigger
from iexdg.workspace_objects.interests import interest_choices
from iexdg.workspaces.models import Workspace

_LINE = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,60}|custom:[A-Za-z0-9_-]{1,64})\s*<-\s*(.{1,300})")
_MOST_FIELDS = 40


class AutomationForm(forms.Form):
    """Trigger, filter, field map and the actions in their fixed order: contact, tags, note, workflow, opportunity."""

    name = forms.CharField(max_length=100)
    trigger = forms.ChoiceField(choices=Trigger.choices, label="Starts when")
    campaigns = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label="Only these campaigns", help_text="None chosen: all of them."
    )
    excludes_automatic = forms.BooleanField(required=False, label="Leave automatic replies out")
    labels = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label="Only these interests", help_text="None chosen: any."
    )
    field_map = forms.CharField(
        label="Fields of the contact",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="One a line: field <- variable. custom:ID <- variable for a custom field, field <- =text for a text.",
    )
    tag_template = forms.CharField(
        max_length=100,
        required=False,
        label="Tags",
        help_text="Separated by commas. {code} is the beginning of the campaign's name, {campaign} all of it.",
    )
    adds_note = forms.BooleanField(required=False, label="Add a note with the reply")
    workflow_id = forms.CharField(
        max_length=64, required=False, label="Add to the workflow", help_text="Its id at GoHighLevel; empty for none."
    )
    pipeline_id = forms.CharField(
        max_length=64, required=False, label="Opportunity in the pipeline", help_text="Its id; empty for none."
    )
    stage_id = forms.CharField(max_length=64, required=False, label="Stage of the opportunity")

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        """Offer the campaigns and interests of the workspace."""
        super().__init__(*args, **kwargs)
        listed = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("name", "pk")
        self.fields["campaigns"].choices = list(listed.values_list("pk", "name"))  # type: ignore[attr-defined]
        self.fields["labels"].choices = interest_choices(workspace)  # type: ignore[attr-defined]

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

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of the model; valid only after `is_valid`."""
        typed = self.cleaned_data
        actions: list[dict[str, str]] = [{"kind": CONTACT}]
        actions += [{"kind": TAGS}] if typed["tag_template"].strip(" ,") else []
        actions += [{"kind": NOTE}] if typed["adds_note"] else []
        if typed["workflow_id"]:
            actions.append({"kind": WORKFLOW, "workflow_id": typed["workflow_id"]})
        if typed["pipeline_id"]:
            stage = typed["stage_id"]
            actions.append({"kind": OPPORTUNITY, "pipeline_id": typed["pipeline_id"], "stage_id": stage})
        filters = {name: typed[name] for name in ("campaigns", "excludes_automatic", "labels")}
        return {name: typed[name] for name in ("name", "trigger", "field_map", "tag_template")} | {
            "filter": filters,
            "actions": actions,
        }


def initial_of(automation: Automation) -> dict[str, Any]:
    """Return what the form shows of an automation."""
    by_kind = {action["kind"]: action for action in automation.actions}
    return {
        "name": automation.name,
        "trigger": automation.trigger,
        **automation.filter,
        "field_map": "\n".join(f"{name} <- {source}" for name, source in automation.field_map.items()),
        "tag_template": automation.tag_template,
        "adds_note": NOTE in by_kind,
        "workflow_id": by_kind.get(WORKFLOW, {}).get("workflow_id", ""),
        "pipeline_id": by_kind.get(OPPORTUNITY, {}).get("pipeline_id", ""),
        "stage_id": by_kind.get(OPPORTUNITY, {}).get("stage_id", ""),
    }


def words_of(source: str) -> str:
    """Return where a field of the map comes from, in words."""
    return f"the text {source.removeprefix(FIXED)}" if source.startswith(FIXED) else source


def name_of(field: str) -> str:
    """Return the name of a field of the map, in words."""
    return f"Custom field {field.removeprefix(CUSTOM)}" if field.startswith(CUSTOM) else field
