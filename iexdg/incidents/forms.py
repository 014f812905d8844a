"""What people fill in about incidents."""

from collections.abc import Container

from django import forms

from iexdg.incidents.notifications import Choice
from iexdg.incidents.queries import may_be_owner


class ResolveForm(forms.Form):
    """The closing note of an incident."""

    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What it was and what was done. Stored permanently.",
    )


class OwnerForm(forms.Form):
    """The new owner."""

    owner = forms.ModelChoiceField(queryset=may_be_owner(), label="Owner")


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
