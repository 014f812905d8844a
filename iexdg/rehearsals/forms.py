"""What is entered to rehearse a campaign."""

from typing import Any, ClassVar

from django import forms

from iexdg.ui.forms import Form

_CAMPAIGN, _FILE = "campaign", "file"


class RehearseForm(Form):
    """Whose e-mails are played, and from which day on."""

    people: ClassVar[Any] = forms.ChoiceField(
        label="People",
        choices=[(_CAMPAIGN, "Those it has and has not e-mailed yet, as last read"), (_FILE, "Those of a file")],
        initial=_CAMPAIGN,
    )
    file: ClassVar[Any] = forms.FileField(
        label="File", required=False, help_text="CSV, .xlsx or .ods, by the rules of an import. It is not kept."
    )
    pairs: ClassVar[Any] = forms.CharField(
        label="Columns",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only where the file leaves a question open: Column=field, one a line.",
    )
    starts_on: ClassVar[Any] = forms.DateField(
        label="First day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: now.",
    )

    def clean(self) -> dict[str, Any]:
        """A file is needed where its people are meant."""
        entered = super().clean() or {}
        if entered.get("people") == _FILE and not entered.get("file") and "file" not in self.errors:
            self.add_error("file", "Choose the file.")
        entered["pairs"] = [line.strip() for line in str(entered.get("pairs") or "").splitlines() if line.strip()]
        return entered

    @property
    def upload(self) -> Any:
        """The file that is meant; None for the people of the campaign."""
        return self.cleaned_data["file"] if self.cleaned_data["people"] == _FILE else None
