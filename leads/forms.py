"""The forms of this app's pages."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from campaigns.models import Campaign
from campaigns.sending.loading import open_approvals_of, refusal_to_load, target_words
from iexdg.ui.forms import Form
from leads.importing.errors import Ask
from leads.importing.guess import with_answer
from leads.importing.mapping import CUSTOM, FIELDS, IGNORE, UNDECIDED, label_of_target
from leads.importing.marks import MARKS
from leads.importing.names import variable_name
from leads.loading.canary import CanaryPlan
from leads.models import LeadList, LoadPolicy, VerifyBy

MAP_PREFIX = "column-"
ASK_PREFIX = "ask-"
# Instantly's ids begin with the time: those of campaigns made together differ only at the end.
_SHORT_ID = 8
_SELECTED, _DISABLED = SafeString(" selected"), SafeString(" disabled")
# What `target_words` and `refusal_to_load` read of a campaign.
_SHOWN = ("name", "remote_id", "remote_status", "status_unknown_since", "vanished_at")


class TargetSelect(forms.Select):
    """A menu of campaigns or lists; campaigns into which nothing may be loaded cannot be chosen."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Return the element; written here, because Django renders two templates for each of hundreds of options."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "", '<option value="{}"{}{}>{}</option>', (self._option(one, label, chosen) for one, label in self.choices)
        )
        return format_html("<select{}>{}</select>", flatatt({"name": name, **self.attrs, **(attrs or {})}), options)

    def _option(self, value: Any, label: object, chosen: str) -> tuple[str, str, str, object]:
        place = getattr(value, "instance", None)
        is_refused = isinstance(place, Campaign) and refusal_to_load(place)
        return str(value), _SELECTED if str(value) == chosen else "", _DISABLED if is_refused else "", label


class TargetField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A campaign to load into: with its status, and with the end of its id where several share a name."""

    def show(self, campaigns: QuerySet[Campaign]) -> None:
        """Offer these campaigns."""
        named = list(campaigns.values_list("pk", "name"))
        names = Counter(name for _, name in named)
        self.repeated = frozenset(name for name, number in names.items() if number > 1)
        self.approvals = open_approvals_of([pk for pk, _ in named])
        self.queryset = campaigns.only(*_SHOWN)

    def refusal_of(self, value: Any) -> str:
        """Why the campaign that a link names cannot be chosen; "" where it can be, or where there is no such one."""
        try:
            campaign = self.to_python(value)
        except forms.ValidationError:
            return ""
        return refusal_to_load(campaign) if campaign else ""

    def label_from_instance(self, obj: Campaign) -> str:
        """ "05A Executive-Peer · Sending, approved for 216 · id …6f1c2d3e"."""
        words = f"{obj.name} · {target_words(obj, self.approvals.get(obj.pk))}"
        if refusal_to_load(obj):
            words = f"{words}: nothing can be loaded"
        return f"{words} · id …{obj.remote_id[-_SHORT_ID:]}" if obj.name in self.repeated else words


class UploadForm(Form):
    """A file and the campaign it is for; without that where it goes into a lead list."""

    campaign = TargetField(
        queryset=Campaign.objects.none(),
        empty_label="Choose a campaign",
        error_messages={"required": "Choose a campaign into which leads can be loaded."},
        widget=TargetSelect(attrs={"class": "input"}),
    )
    file = forms.FileField(
        label="Lead file",
        allow_empty_file=True,  # the file reader reports a clearer error
        help_text="CSV, Excel (.xlsx) or OpenDocument (.ods), up to 100 MB. Nothing is spent or loaded yet.",
        widget=forms.ClearableFileInput(attrs={"class": "input", "accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.ods"}),
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if campaigns is None:
            del self.fields["campaign"]
            return
        field = self.fields["campaign"]
        assert isinstance(field, TargetField)  # noqa: S101  (declared above)
        field.show(campaigns)
        if refusal := field.refusal_of(self.initial.get("campaign")):
            field.help_text = refusal


class StartForm(Form):
    """The options with which an import is started; from here on credits are spent."""

    accept_catch_all = forms.BooleanField(
        required=False, label="Accept catch-all addresses", widget=forms.CheckboxInput()
    )
    accept_no_room = forms.BooleanField(required=False)
    accept_marked = forms.BooleanField(required=False)
    policy = forms.ChoiceField(label="Loading", choices=LoadPolicy.choices, required=False, widget=forms.RadioSelect())
    verify_by = forms.ChoiceField(choices=VerifyBy.choices, required=False, widget=forms.RadioSelect())

    canary_rows = forms.IntegerField(label="People loaded first", required=False, min_value=1, max_value=1000)
    canary_hours = forms.IntegerField(
        label="Hours after the go-live, at least", required=False, min_value=0, max_value=720
    )
    canary_sends = forms.IntegerField(
        label="First e-mails without a bounce", required=False, min_value=1, max_value=1000
    )
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


class ReceiptsForm(Form):
    """A file of receipts."""

    file = forms.FileField(
        label="File of receipts",
        allow_empty_file=True,
        help_text="As an import exports it under Download receipts: CSV with the columns email, verdict, catch_all and "
        "verified_at. A time without a zone is one in UTC.",
        widget=forms.ClearableFileInput(attrs={"class": "input", "accept": ".csv,.tsv,.txt,.xlsx,.ods"}),
    )


class BlockForm(Form):
    """What is to go on the block list, typed or pasted, or as a file, and why."""

    values = forms.CharField(
        required=False,
        label="Addresses or domains",
        max_length=2_000_000,
        help_text="One on each line, or between commas. A domain blocks everyone there.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "spellcheck": "false"}),
    )
    file = forms.FileField(
        required=False,
        label="Or a CSV file",
        allow_empty_file=True,
        help_text="Every column whose name says address or domain is read.",
        widget=forms.ClearableFileInput(attrs={"class": "input", "accept": ".csv,.txt,.tsv"}),
    )
    why = forms.CharField(required=False, label="Why", max_length=300, widget=forms.TextInput(attrs={"class": "input"}))


class BlockPersonForm(Form):
    """Whether to block a person's address or everyone at its domain, and why."""

    what = forms.ChoiceField(choices=[("address", "address"), ("domain", "domain")])
    why = forms.CharField(required=False, max_length=300)


class BlockPolicyForm(Form):
    """What goes on the block list by itself."""

    bounced = forms.BooleanField(required=False)
    unsubscribed = forms.BooleanField(required=False)


class ListForm(Form):
    """The name of a lead list."""

    name = forms.CharField(
        max_length=100, label="Name", widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"})
    )


class MoveForm(Form):
    """Where people are moved to: a campaign or a list; and whether those who replied go too."""

    campaign = TargetField(
        queryset=Campaign.objects.none(),
        required=False,
        label="Move to campaign",
        empty_label="Choose a campaign",
        widget=TargetSelect(attrs={"class": "input"}),
    )
    lead_list = forms.ModelChoiceField(
        queryset=LeadList.objects.none(),
        required=False,
        label="Or to a lead list",
        empty_label="Choose a list",
        widget=TargetSelect(attrs={"class": "input"}),
    )
    takes_replied = forms.BooleanField(required=False, label="Also move people who replied")

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], lists: QuerySet[LeadList], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, lead_list = self.fields["campaign"], self.fields["lead_list"]
        assert isinstance(field, TargetField)  # noqa: S101  (declared above)
        assert isinstance(lead_list, forms.ModelChoiceField)  # noqa: S101  (declared above)
        field.show(campaigns)
        lead_list.queryset = lists

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two is where they go."""
        data = super().clean() or {}
        # What one of them refused is shown there.
        if not self.errors and (data.get("campaign") is None) == (data.get("lead_list") is None):
            is_none = data.get("campaign") is None
            words = "Choose a campaign into which leads can be loaded, or a lead list."
            self.add_error("campaign", words if is_none else "Choose either a campaign or a list, not both.")
        return data

    @property
    def into(self) -> Campaign | LeadList:
        """The campaign or the list that was chosen; of a valid form."""
        chosen: Campaign | LeadList = self.cleaned_data["campaign"] or self.cleaned_data["lead_list"]
        return chosen
