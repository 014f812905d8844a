"""The form of the approval policy."""

from django import forms

from iexdg.golive.models import LONGEST_LIFE_H, WhoAsks, WhoDecides
from iexdg.ui.forms import Form


class PolicyForm(Form):
    """How many approvers a go-live needs, how long a request is valid, who may request and approve."""

    approvers = forms.ChoiceField(label="Approvers", choices=[("1", "one"), ("2", "two")])
    life_h = forms.IntegerField(label="A request is valid for (hours)", min_value=1, max_value=LONGEST_LIFE_H)
    who_asks = forms.ChoiceField(label="May request", choices=WhoAsks.choices)
    who_decides = forms.ChoiceField(label="May approve", choices=WhoDecides.choices)
