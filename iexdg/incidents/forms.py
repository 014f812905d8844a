"""What people fill in about incidents."""

from collections.abc import Container
from typing import Any

from django import forms

from iexdg.incidents.notifications import Choice
from iexdg.team.models import Member
from iexdg.team.queries import members_of
from iexdg.ui.forms import Form
from iexdg.workspaces.models import Workspace


class ResolveForm(Form):
    """The closing note of an incident."""

    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What it was and what was done. Stored permanently.",
    )


class OwnerForm(Form):
    """The new owner."""

    owner = forms.ModelChoiceField(queryset=Member.objects.none(), label="Owner")

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        """Make the form for an incident of a workspace: its owner has a role there."""
        super().__init__(*args, **kwargs)
        of_workspace = [member.pk for member in members_of(workspace)]
        self.fields["owner"].queryset = Member.objects.filter(pk__in=of_workspace)  # type: ignore[attr-defined]


def wanted_choices(sent: Container[str], before: list[Choice]) -> list[Choice]:
    """Read the boxes of the notifications table; one that is absent is off, one that is fixed stays on."""
    return [
        Choice(
            kind=choice.kind,
            email=choice.is_fixed or f"email-{choice.kind.code}" in sent,
            webhook=f"webhook-{choice.kind.code}" in sent,
            is_fixed=choice.is_fixed,
        )
        for choice in before
    ]
