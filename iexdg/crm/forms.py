"""What an admin enters to connect a workspace to its location."""

from django import forms

from iexdg.ui.forms import Form


class TokenForm(Form):
    """The location and the token. The token is in no answer, also where the form is shown again."""

    location_id = forms.CharField(
        label="Location id", max_length=64, help_text="It stands in the address of the location at GoHighLevel."
    )
    token = forms.CharField(
        label="Private integration token",
        max_length=4096,
        help_text="Settings, Private Integrations at GoHighLevel; it begins with pit-.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
