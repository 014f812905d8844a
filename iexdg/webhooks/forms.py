"""What people enter about the receiver."""

from django import forms

from iexdg.ui.forms import Form
from iexdg.webhooks.subscribing import ALL_EVENTS, NEEDED, needed_words
from iexdg.workspace_objects.webhooks import EVENTS, event_words


class SubscribeForm(Form):
    """Which events the receiver gets; what the product reads because of is chosen already."""

    events = forms.MultipleChoiceField(
        label="Events",
        choices=[
            *((name, needed_words(name)) for name in NEEDED),
            *((name, event_words(name).capitalize()) for name in EVENTS if name not in NEEDED),
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text="Each becomes a webhook at Instantly. All events includes every other one, automatic replies too.",
        error_messages={"required": "Choose an event."},
    )

    @property
    def chosen(self) -> list[str]:
        """The events, without those that all events includes."""
        events: list[str] = self.cleaned_data["events"]
        return [ALL_EVENTS] if ALL_EVENTS in events else events


class RotateForm(Form):
    """Whether the secret is rotated."""

    confirmed = forms.BooleanField(
        label="Make a new secret", error_messages={"required": "Tick this box to make a new secret."}
    )
