"""The forms of this app's pages."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from campaigns.models import Campaign
from campaigns.sending.loading import open_approvals_of, refusal_to_load, target_words
from leads.importing.errors import Ask
from leads.importing.guess import with_answer
from leads.importing.mapping import CUSTOM, FIELDS, IGNORE, UNDECIDED, label_of_target
from leads.importing.marks import MARKS
from leads.importing.names import variable_name
from leads.loading.canary import CanaryPlan
from leads.models import LoadPolicy

MAP_PREFIX = "column-"
ASK_PREFIX = "ask-"
_SHORT_ID = 8


class TargetSelect(forms.Select):
    """The list of campaigns; those into which nothing may be loaded cannot be chosen."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return one option."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        campaign = getattr(value, "instance", None)
        if campaign is not None and refusal_to_load(campaign):
            option["attrs"]["disabled"] = True
        return option


class TargetField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A campaign to load into: with its status, and with the start of its id where several share a name."""

    def show(self, campaigns: QuerySet[Campaign]) -> None:
        """Offer these campaigns."""
        named = list(campaigns.values_list("pk", "name"))
        names = Counter(name for _, name in named)
        self.repeated = frozenset(name for name, number in names.items() if number > 1)
        self.approvals = open_approvals_of([pk for pk, _ in named])
        self.queryset = campaigns.defer("schedule", "sequences", "senders", "flags", "custom_variables")

    def label_from_instance(self, obj: Campaign) -> str:
        """ "05A Executive-Peer · Sending, approved for 216 · id 6f1c2d3e"."""
        words = f"{obj.name} · {target_words(obj, self.approvals.get(obj.pk))}"
        if refusal_to_load(obj):
            words = f"{words}: nothing can be loaded"
        return f"{words} · id {obj.remote_id[:_SHORT_ID]}" if obj.name in self.repeated else words


class UploadForm(forms.Form):
    """A file and the campaign it is for."""

    campaign = TargetField(
        queryset=Campaign.objects.none(), empty_label="Choose a campaign", widget=TargetSelect(attrs={"class": "input"})
    )
    file = forms.FileField(
        label="Lead file",
        allow_empty_file=True,  # the file reader reports a clearer error
        help_text="CSV, Excel (.xlsx) or OpenDocument (.ods), up to 100 MB. Nothing is spent or loaded yet.",
        widget=forms.ClearableFileInput(attrs={"class": "input", "accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.ods"}),
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["campaign"]
        assert isinstance(field, TargetField)  # noqa: S101  (declared above)
        field.show(campaigns)


class StartForm(forms.Form):
    """The options with which an import is started; from here on credits are spent."""

    accept_catch_all = forms.BooleanField(
        required=False, label="Accept catch-all addresses", widget=forms.CheckboxInput()
    )
    policy = forms.ChoiceField(choices=LoadPolicy.choices, required=False, widget=forms.RadioSelect())

    canary_rows = forms.IntegerField(required=False, min_value=1, max_value=1000)
    canary_hours = forms.IntegerField(required=False, min_value=0, max_value=720)
    canary_sends = forms.IntegerField(required=False, min_value=1, max_value=1000)
    canary_asks = forms.BooleanField(required=False)

    @property
    def canary(self) -> CanaryPlan | None:
        """The chosen canary release; empty fields take the default."""
        if self.cleaned_data.get("policy") != LoadPolicy.CANARY:
            return None
        default, data = CanaryPlan(), self.cleaned_data
        hours = data.get("canary_hours")
        return CanaryPlan(
            rows=data.get("canary_rows") or default.rows,
            hours=default.hours if hours is None else hours,
            sends=data.get("canary_sends") or min(default.sends, data.get("canary_rows") or default.rows),
            asks=bool(data.get("canary_asks")),
        )

    def without_policy(self) -> "StartForm":
        """Return the same form as if nothing had been chosen about loading."""
        return StartForm({name: value for name, value in self.data.items() if name != "policy"})

    def holds(self, *, by_default: bool) -> bool:
        """Whether the verified rows are held until the go-live; without a choice, as the campaign asks for."""
        policy = self.cleaned_data.get("policy")
        return policy == LoadPolicy.HOLD if policy else by_default


def column_choices(column: str, place: int, current: str, variables: Sequence[str]) -> list[tuple[str, str]]:
    """The targets offered for a column: a field, a merge variable (its own, or one of the copy), a mark, none."""
    own = variable_name(column, place)
    names = [current.removeprefix(CUSTOM)] if current.startswith(CUSTOM) else []
    names += [name for name in [own, *variables] if name and name not in names]
    merged = [(CUSTOM + name, label_of_target(CUSTOM + name)) for name in names]
    undecided = [(UNDECIDED, "choose above")] if current == UNDECIDED else []
    return [*undecided, *FIELDS.items(), *merged, *MARKS.items(), (IGNORE, "do not use the column")]


def mapping_from(data: Any, header: Sequence[str], asks: Sequence[Ask]) -> dict[str, str]:
    """Read the chosen fields of a mapping form and its answers; a column that was not sent is ignored.

    An answer counts only for a question that is open, and only if it is one of its choices.
    """
    mapping = {column: data.get(f"{MAP_PREFIX}{place}", IGNORE) for place, column in enumerate(header)}
    for number, ask in enumerate(asks):
        answer = data.get(f"{ASK_PREFIX}{number}", "")
        if answer in ask.choices:
            mapping = with_answer(mapping, ask, answer)
    return mapping
