"""What people enter about placement tests."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from iexdg.clients.instantly.body import to_div_html
from iexdg.clients.instantly.timezones import VENDOR_ZONES
from iexdg.placement.verbs import NewTest, variable_refusal
from iexdg.ui.forms import Form

_DAYS = [("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri"), ("6", "Sat"), ("0", "Sun")]
_CLOCK = RegexValidator(r"^([01]\d|2[0-3]):[0-5]\d$", "Enter a time as 09:00.")
ONCE, WEEKLY = "once", "weekly"


class PlacementForm(Form):
    """A new test: who sends what to whom, and when."""

    name = forms.CharField(label="Name", max_length=120)
    senders = forms.MultipleChoiceField(label="Mailboxes", widget=forms.CheckboxSelectMultiple)
    subject = forms.CharField(label="Subject", max_length=300)
    body = forms.CharField(
        label="Text",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Write as to a lead, without variables: a filter judges these words.",
    )
    text_only = forms.BooleanField(label="Without open tracking", required=False, initial=True)
    one_by_one = forms.BooleanField(label="Send one by one instead of all together", required=False, initial=True)
    seed_kinds = forms.MultipleChoiceField(
        label="Seed mailboxes (none chosen: all kinds)", required=False, widget=forms.CheckboxSelectMultiple
    )
    runs = forms.ChoiceField(
        label="Runs",
        choices=[(ONCE, "once, now"), (WEEKLY, "every week on the days below")],
        initial=ONCE,
        widget=forms.RadioSelect,
    )
    days = forms.MultipleChoiceField(label="Days", choices=_DAYS, required=False, widget=forms.CheckboxSelectMultiple)
    at = forms.CharField(label="At", required=False, validators=[_CLOCK], help_text="Such as 09:00.")
    zone = forms.ChoiceField(
        label="Time zone",
        required=False,
        initial="America/Detroit",
        choices=[(one, one) for one in sorted(VENDOR_ZONES)],
        help_text="Those that Instantly accepts.",
    )
    at_once = forms.BooleanField(label="Also run it now", required=False)

    def __init__(self, *args: Any, mailboxes: Sequence[str], kinds: Sequence[Mapping[str, str]], **kwargs: Any) -> None:
        """Make the form. Shapes: mailboxes - addresses; kinds - of seed mailboxes, as Instantly lists them."""
        super().__init__(*args, **kwargs)
        self.kinds = {str(number): one for number, one in enumerate(kinds)}
        self.fields["senders"].choices = [(one, one) for one in mailboxes]  # type: ignore[attr-defined]
        self.fields["seed_kinds"].choices = [  # type: ignore[attr-defined]
            (number, f"{one['esp']}, {str(one['type']).lower()}, {one['sub_region']}")
            for number, one in self.kinds.items()
        ]

    def clean_subject(self) -> str:
        """Refuse a variable."""
        return self._without_variables("subject")

    def clean_body(self) -> str:
        """Refuse a variable."""
        return self._without_variables("body")

    def _without_variables(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        if refusal := variable_refusal(text):
            raise forms.ValidationError(refusal)
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for days and a time where it runs every week."""
        entered = super().clean() or {}
        if entered.get("runs") == WEEKLY:
            if not entered.get("days"):
                self.add_error("days", "Choose at least one day.")
            if not entered.get("at") and "at" not in self.errors:
                self.add_error("at", "Enter a time as 09:00.")
        return entered

    @property
    def new(self) -> NewTest:
        """What was entered."""
        entered = self.cleaned_data
        is_weekly = entered["runs"] == WEEKLY
        schedule = {
            "days": {number: number in entered["days"] for number, _ in _DAYS},
            "timing": {"from": entered["at"]},
            "timezone": entered["zone"],
        }
        return NewTest(
            name=entered["name"],
            senders=entered["senders"],
            subject=entered["subject"],
            body=to_div_html(entered["body"]),
            is_one_by_one=entered["one_by_one"],
            text_only=entered["text_only"],
            seed_kinds=[self.kinds[number] for number in entered["seed_kinds"]],
            schedule=schedule if is_weekly else {},
            at_once=is_weekly and entered["at_once"],
        )


class DeleteForm(Form):
    """Whether a test is deleted."""

    confirmed = forms.BooleanField(label="Delete it at Instantly, with its results")
