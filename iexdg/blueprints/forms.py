"""The forms of drafts and campaigns: a new campaign, a file, a copy, another name, deleting."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from iexdg.blueprints.document import LONGEST_FILE
from iexdg.blueprints.drafts.content import Content, new_content
from iexdg.blueprints.schema import DAYS
from iexdg.clients.instantly.timezones import VENDOR_ZONES
from iexdg.ui.forms import Form
from iexdg.ui.widgets import LongMenu

_CLOCK = RegexValidator(r"^([01]\d|2[0-3]):[0-5]\d$", "Enter a time as 09:00.")
_DAY_CHOICES = tuple(zip(DAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_BODY = "Hi {{firstName}},\n\n"


class ShortForm(Form):
    """A new campaign of one e-mail; everything else is added in its draft."""

    name = forms.CharField(label="Name", max_length=300)
    subject = forms.CharField(label="Subject of the first e-mail", max_length=300, required=False)
    body = forms.CharField(
        label="Text",
        max_length=20_000,
        required=False,
        initial=_BODY,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="One line is one paragraph. A link is [a phrase](https://…), a variable {{firstName}}.",
    )
    senders = forms.MultipleChoiceField(label="Senders", required=False, widget=forms.CheckboxSelectMultiple)
    zone = forms.ChoiceField(
        label="Time zone",
        choices=[(zone, zone) for zone in VENDOR_ZONES],
        initial="America/Detroit",
        widget=LongMenu,
    )
    opens = forms.CharField(
        label="From", initial="09:00", validators=[_CLOCK], widget=forms.TimeInput(attrs={"type": "time"})
    )
    closes = forms.CharField(
        label="To", initial="17:00", validators=[_CLOCK], widget=forms.TimeInput(attrs={"type": "time"})
    )
    days = forms.MultipleChoiceField(
        label="Days", choices=_DAY_CHOICES, initial=list(DAYS[:5]), widget=forms.CheckboxSelectMultiple
    )
    daily = forms.IntegerField(label="E-mails a day, at most", min_value=1, max_value=1_000_000, initial=20)

    def __init__(self, *args: Any, senders: Sequence[str], **kwargs: Any) -> None:
        """Make the form. Shapes: senders - addresses of the mailboxes of the workspace."""
        super().__init__(*args, **kwargs)
        self.fields["senders"].choices = [(one, one) for one in senders]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that the hours end after they begin."""
        entered: dict[str, Any] = super().clean() or {}
        if entered.get("opens") and entered.get("closes") and entered["opens"] >= entered["closes"]:
            self.add_error("closes", "This is not after the first time.")
        return entered

    @property
    def content(self) -> Content:
        """The draft that was entered."""
        entered = self.cleaned_data
        window = {
            "zone": entered["zone"],
            "hours": f"{entered['opens']}-{entered['closes']}",
            "days": [day for day in DAYS if day in entered["days"]],
        }
        made = new_content(entered["name"].strip(), entered["subject"].strip(), entered["body"])
        return made | {
            "schedule": {"windows": [window]},
            "senders": sorted(entered["senders"]),
            "caps": {"daily": entered["daily"]},
        }


class FileForm(Form):
    """A blueprint file; every campaign of it becomes a draft."""

    file = forms.FileField(label="Blueprint", help_text="A YAML file of campaigns.")

    @property
    def text(self) -> str:
        """The text of the file. Raises: ValidationError - it is too large, or no UTF-8."""
        file = self.cleaned_data["file"]
        if file.size > LONGEST_FILE:
            raise forms.ValidationError(f"The file is longer than {LONGEST_FILE:,} characters.")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError("The file is no UTF-8 text.") from None


class CopyForm(Form):
    """The campaign that is copied."""

    campaign = forms.TypedChoiceField(label="Campaign", coerce=int, widget=LongMenu)

    def __init__(self, *args: Any, campaigns: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        """Make the form. Shapes: campaigns - (id, name)."""
        super().__init__(*args, **kwargs)
        self.fields["campaign"].choices = campaigns  # type: ignore[attr-defined]


class RenameForm(Form):
    """Another name of a campaign."""

    name = forms.CharField(label="New name", max_length=300)
    pause = forms.BooleanField(
        label="Pause it first if it may send",
        required=False,
        help_text="Without it, a campaign that may send is refused.",
    )


class TypedNameForm(Form):
    """The name of what is deleted, typed."""

    name = forms.CharField(label="Type its name to delete it", max_length=300)

    def __init__(self, *args: Any, wanted: str, **kwargs: Any) -> None:
        """Make the form. Shapes: wanted - the name that has to be typed."""
        super().__init__(*args, **kwargs)
        self.wanted = wanted

    def clean_name(self) -> str:
        """Accept nothing but the name."""
        typed = str(self.cleaned_data["name"]).strip()
        if typed != self.wanted.strip():
            raise forms.ValidationError(f"This is not its name. Type exactly: {self.wanted}")
        return typed
