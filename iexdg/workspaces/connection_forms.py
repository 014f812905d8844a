"""What an admin enters to connect a workspace."""

from dataclasses import dataclass

from django import forms

from iexdg.connections.addresses import presets
from iexdg.connections.models import Transport
from iexdg.ui.forms import Form

_OTHERS = {"other": Transport.DIRECT, "other-maton": Transport.MATON}


@dataclass(frozen=True)
class Way:
    """How Instantly is to be reached."""

    transport: str
    base_url: str


class ConnectForm(Form):
    """A name, the way to Instantly, and the key. The key is in no answer, also where the form is shown again."""

    name = forms.CharField(label="Name", max_length=120)
    way = forms.ChoiceField(label="Reached through")
    base_url = forms.CharField(label="Address", max_length=200, required=False, help_text="https://…")
    key = forms.CharField(
        label="Key",
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["way"] = forms.ChoiceField(
            label="Reached through",
            choices=[
                *((preset.code, preset.label) for preset in presets()),
                ("other", "Another address of Instantly"),
                ("other-maton", "Another Maton gateway"),
            ],
        )

    def clean(self) -> dict[str, object]:
        """Ask for the address where it is none of the known ones."""
        found = super().clean() or {}
        if found.get("way") in _OTHERS and not found.get("base_url"):
            self.add_error("base_url", "Enter the address.")
        return found

    @property
    def chosen(self) -> Way:
        """The way of a valid form."""
        code = self.cleaned_data["way"]
        if code in _OTHERS:
            return Way(_OTHERS[code], self.cleaned_data["base_url"])
        preset = next(one for one in presets() if one.code == code)
        return Way(preset.transport, preset.base_url)


class MatonConnectionForm(Form):
    """Which connection of the account, and what the workspace is called."""

    name = forms.CharField(label="Name", max_length=120)
    maton_connection = forms.CharField(max_length=64, widget=forms.HiddenInput)
