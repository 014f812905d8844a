"""What people fill in about campaigns."""

from typing import Any

from django import forms

from campaigns.guardrails.rules import SPECS
from campaigns.models import GuardrailKind, GuardrailMode

_MODES = [("", "as inherited"), *GuardrailMode.choices]


class GuardrailForm(forms.Form):
    """One guardrail; what is left empty is inherited."""

    kind = forms.ChoiceField(choices=GuardrailKind.choices, widget=forms.HiddenInput)
    mode = forms.ChoiceField(label="Mode", choices=_MODES, required=False)
    limit = forms.FloatField(label="Limit", required=False, min_value=0, max_value=1_000_000)
    floor = forms.IntegerField(label="Judged from", required=False, min_value=1, max_value=1_000_000)
    count = forms.IntegerField(label="At least", required=False, min_value=1, max_value=1_000_000)

    def __init__(self, *args: Any, kind: GuardrailKind | None = None, **kwargs: Any) -> None:
        """Leave out what this kind does not have, and name the rest in its own words."""
        if kind is not None:
            kwargs["auto_id"] = f"id_{kind.value}_%s"
            kwargs["initial"] = {"kind": kind.value, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if kind is None:
            return
        spec = SPECS[kind]
        self.fields["limit"].label = f"Limit: {spec.limit_words}{f' ({spec.unit})' if spec.unit else ''}"
        for name, words in (("floor", spec.floor_words), ("count", spec.count_words)):
            self.fields[name].label = f"{words[:1].upper()}{words[1:]}"
            if not words:
                del self.fields[name]
        if kind == GuardrailKind.STATUS_CODE:
            del self.fields["limit"]


class RearmForm(forms.Form):
    """Why a campaign may go on although a guardrail tripped."""

    trip = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Reason", max_length=2000, help_text="Kept with the trip and in the audit list.")
