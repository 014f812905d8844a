"""What an admin fills in about the connection."""

from django import forms

from iexdg.workspaces.models import Mode


class ModeForm(forms.Form):
    """The mode wanted, and for writing the word typed."""

    mode = forms.ChoiceField(choices=Mode.choices, widget=forms.HiddenInput)
    note = forms.CharField(label="Note", required=False, max_length=2000, help_text="Kept in the audit list.")
