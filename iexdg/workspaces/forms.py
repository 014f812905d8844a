"""What an admin fills in about the connection."""

from django import forms

from iexdg.ui.forms import Form
from iexdg.workspaces.models import Mode


class ModeForm(Form):
    """The requested mode and a note."""

    mode = forms.ChoiceField(choices=Mode.choices, widget=forms.HiddenInput)
    note = forms.CharField(label="Note", required=False, max_length=2000, help_text="Stored in the audit list.")
