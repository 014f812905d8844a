"""The form of a new subsequence."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from campaigns.models import Campaign
from campaigns.pages.subsequences import ACTIVITIES
from campaigns.sending.subsequences import NewSubsequence
from iexdg.clients.instantly.body import to_div_html
from iexdg.ui.forms import Form
from iexdg.ui.widgets import LongMenu

STEPS = 5
_UNITS = [("minutes", "minutes"), ("hours", "hours"), ("days", "days")]
_DAYS = [("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri"), ("6", "Sat"), ("0", "Sun")]
_CLOCK = RegexValidator(r"^([01]\d|2[0-3]):[0-5]\d$", "Enter a time as 09:00.")


class SubsequenceForm(Form):
    """A new subsequence: its campaign, when it begins, what it sends and when."""

    campaign = forms.TypedChoiceField(label="Campaign", coerce=int, widget=LongMenu)
    name = forms.CharField(label="Name", max_length=120)
    interests = forms.TypedMultipleChoiceField(
        label="Begins when the interest becomes", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    activities = forms.TypedMultipleChoiceField(
        label="Or when someone",
        coerce=int,
        required=False,
        choices=ACTIVITIES,
        widget=forms.CheckboxSelectMultiple,
    )
    reply_contains = forms.CharField(label="Or when a reply contains", max_length=200, required=False)
    own_hours = forms.BooleanField(label="Hours of its own, in the time zone of its campaign", required=False)
    opens = forms.CharField(label="From", required=False, validators=[_CLOCK])
    closes = forms.CharField(label="To", required=False, validators=[_CLOCK])
    days = forms.MultipleChoiceField(label="Days", choices=_DAYS, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, campaigns: Sequence[Campaign], interests: Sequence[tuple[int, str]], **kwargs: Any):
        """Make the form. Shapes: campaigns - those that Instantly lists; interests - (number, label)."""
        super().__init__(*args, **kwargs)
        self.campaigns = {one.pk: one for one in campaigns}
        self.fields["campaign"].choices = [(one.pk, one.name) for one in campaigns]  # type: ignore[attr-defined]
        self.fields["interests"].choices = interests  # type: ignore[attr-defined]
        for number in range(1, STEPS + 1):
            self._add_step(number)

    def _add_step(self, number: int) -> None:
        wait = "Wait before it" if number == 1 else "Wait after the one before it"
        subject = forms.CharField(label="Subject", max_length=300, required=False)
        body = forms.CharField(
            label="Text", max_length=20_000, required=number == 1, widget=forms.Textarea(attrs={"rows": 5})
        )
        delay = forms.IntegerField(label=wait, min_value=0, max_value=365, required=False)
        unit = forms.ChoiceField(label="Counted in", choices=_UNITS, initial="days", required=False)
        for name, field in (("subject", subject), ("body", body), ("delay", delay), ("unit", unit)):
            self.fields[f"{name}_{number}"] = field

    @property
    def step_fields(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The fields of each step, for the template."""
        names = ("subject", "body", "delay", "unit")
        return [(number, [self[f"{name}_{number}"] for name in names]) for number in range(1, STEPS + 1)]

    def clean(self) -> dict[str, Any]:
        """Check what no field can check alone."""
        entered: dict[str, Any] = super().clean() or {}
        if not (entered.get("interests") or entered.get("activities") or entered.get("reply_contains")):
            self.add_error("interests", "Choose when it begins: at least one condition.")
        if not entered.get("subject_1") and "body_1" in entered:
            self.add_error("subject_1", "The first e-mail needs a subject.")
        if entered.get("own_hours"):
            self._check_hours(entered)
        self._check_steps(entered)
        return entered

    def _check_steps(self, entered: dict[str, Any]) -> None:
        texts = [bool((entered.get(f"body_{number}") or "").strip()) for number in range(1, STEPS + 1)]
        for number in range(2, STEPS + 1):
            if texts[number - 1] and not texts[number - 2]:
                self.add_error(f"body_{number - 1}", "This e-mail is empty, and a later one is not.")
            if entered.get(f"subject_{number}") and not texts[number - 1]:
                self.add_error(f"body_{number}", "This e-mail has a subject and no text.")

    def _check_hours(self, entered: dict[str, Any]) -> None:
        if not entered.get("days"):
            self.add_error("days", "Choose at least one day.")
        if not entered.get("opens") or not entered.get("closes"):
            self.add_error("opens", "Enter both times.")
        elif entered["opens"] >= entered["closes"]:
            self.add_error("closes", "This is not after the first time.")
        elif not self._zone(entered):
            self.add_error("own_hours", "The time zone of the campaign is not known. Sync it first.")

    def _zone(self, entered: dict[str, Any]) -> str:
        campaign = self.campaigns.get(entered.get("campaign") or 0)
        schedules = campaign.schedule.get("schedules") if campaign else None
        first = schedules[0] if isinstance(schedules, list) and schedules else {}
        return str(first.get("timezone") or "") if isinstance(first, dict) else ""

    @property
    def new(self) -> NewSubsequence:
        """What was entered, under Instantly's names."""
        entered = self.cleaned_data
        conditions = {
            "crm_status": entered["interests"],
            "lead_activity": entered["activities"],
            "reply_contains": entered["reply_contains"],
        }
        conditions = {name: value for name, value in conditions.items() if value}
        return NewSubsequence(entered["name"].strip(), conditions, self._steps(), self._schedule())

    @property
    def chosen_campaign(self) -> Campaign:
        """The campaign that was chosen."""
        return self.campaigns[self.cleaned_data["campaign"]]

    def _steps(self) -> list[dict[str, Any]]:
        """A delay is the wait after a step at Instantly, and before it on the form; before the first: `pre_delay`."""
        entered, steps = self.cleaned_data, []
        numbers = [one for one in range(1, STEPS + 1) if (entered[f"body_{one}"] or "").strip()]
        for number in numbers:
            later = number + 1
            follows = later in numbers
            step: dict[str, Any] = {
                "type": "email",
                "delay": (entered[f"delay_{later}"] or 0) if follows else 0,
                "delay_unit": (entered[f"unit_{later}"] or "days") if follows else "days",
                "variants": [{"subject": entered[f"subject_{number}"], "body": to_div_html(entered[f"body_{number}"])}],
            }
            if number == 1 and entered["delay_1"]:
                step |= {"pre_delay": entered["delay_1"], "pre_delay_unit": entered["unit_1"] or "days"}
            steps.append(step)
        return steps

    def _schedule(self) -> dict[str, Any]:
        entered = self.cleaned_data
        if not entered["own_hours"]:
            return {}
        window = {
            "name": "Hours",
            "timing": {"from": entered["opens"], "to": entered["closes"]},
            "days": {day: day in entered["days"] for day, _ in _DAYS},
            "timezone": self._zone(entered),
        }
        return {"schedules": [window]}
