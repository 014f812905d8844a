"""The forms about campaigns."""

from collections.abc import Sequence
from typing import Any

from django import forms

from campaigns.guardrails.rules import SPECS, Setting
from campaigns.models import GuardrailKind, GuardrailMode
from iexdg.ui.forms import Form

_MODES = [("", "as inherited"), *GuardrailMode.choices]


class GuardrailForm(Form):
    """One guardrail; empty fields are inherited."""

    kind = forms.ChoiceField(choices=GuardrailKind.choices, widget=forms.HiddenInput)
    mode = forms.ChoiceField(label="Mode", choices=_MODES, required=False)
    limit = forms.FloatField(label="Limit", required=False, min_value=0, max_value=1_000_000)
    floor = forms.IntegerField(label="Minimum sample", required=False, min_value=1, max_value=1_000_000)
    count = forms.IntegerField(label="At least", required=False, min_value=1, max_value=1_000_000)
    _least, _most = 0.0, 1_000_000.0

    def __init__(
        self, *args: Any, kind: GuardrailKind | None = None, inherited: Setting | None = None, **kwargs: Any
    ) -> None:
        """Drop the fields this kind does not have, label the others, and show inherited values as placeholders."""
        if kind is not None:
            kwargs["auto_id"] = f"id_{kind.value}_%s"
            kwargs["initial"] = {"kind": kind.value, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if kind is None:
            return
        spec = SPECS[kind]
        self._least, self._most = spec.least, spec.most
        self.fields["limit"].label = f"Limit: {spec.limit_words}{f' ({spec.unit})' if spec.unit else ''}"
        for name, words in (("floor", spec.floor_words), ("count", spec.count_words)):
            self.fields[name].label = f"{words[:1].upper()}{words[1:]}"
            if not words:
                del self.fields[name]
        if kind == GuardrailKind.STATUS_CODE:
            del self.fields["limit"]
        for name in ("limit", "floor", "count"):
            if inherited is not None and name in self.fields:
                self.fields[name].widget.attrs["placeholder"] = f"{getattr(inherited, name):g}"

    def clean_limit(self) -> float | None:
        """Refuse a limit that would always trip, or never."""
        limit: float | None = self.cleaned_data.get("limit")
        if limit is not None and not self._least <= limit <= self._most:
            raise forms.ValidationError(f"Choose a limit from {self._least:,g} to {self._most:,g}.")
        return limit


class RearmForm(Form):
    """Why a campaign may continue although a guardrail tripped."""

    trip = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Reason", max_length=2000, help_text="Stored with the trip and in the audit log.")


HERE, ALL = "here", "all"


class StopForm(Form):
    """Stopping everything: the word, so that it cannot happen by accident, and the reason.

    Where a member may see several workspaces, also which of them: the current one, or all.
    """

    where = forms.ChoiceField(label="Where", initial=HERE)

    word = forms.CharField(label="Type STOP", max_length=8, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    reason = forms.CharField(label="Reason", max_length=300, help_text="Stored in the audit log and on every campaign.")

    field_order = ("where", "word", "reason")

    def __init__(self, *args: Any, here: str = "", names: Sequence[str] = (), where: str = "", **kwargs: Any) -> None:
        """Make the form. Shapes: here - name of the current workspace; names - of all that the member may see."""
        super().__init__(*args, **kwargs)
        if len(names) < 2:
            del self.fields["where"]
            return
        every = f"All {len(names)} workspaces: {', '.join(names)}"
        self.fields["where"].choices = [(HERE, f"Only {here}"), (ALL, every)]  # type: ignore[attr-defined]
        self.fields["where"].initial = ALL if where == ALL else HERE

    def clean_word(self) -> str:
        """Accept the word in any case; nothing else."""
        word = str(self.cleaned_data["word"]).strip()
        if word.upper() != "STOP":
            raise forms.ValidationError("Type the word STOP. Nothing was stopped.")
        return word


class LiftForm(Form):
    """Lifting the kill switch: why it is safe to send again."""

    reason = forms.CharField(label="Reason", max_length=300, help_text="Why it is safe to send again.")
