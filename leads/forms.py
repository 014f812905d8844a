"""What people may send to this app's pages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from campaigns.models import Campaign
from leads.importing.encoding import ENCODINGS
from leads.importing.mapping import CUSTOM, FIELDS, IGNORE, variable_name
from leads.importing.records import WORKBOOK, Shape
from leads.importing.sniffing import DELIMITERS
from leads.loading.canary import CanaryPlan
from leads.models import Import, LoadPolicy

MAP_PREFIX = "column-"


class UploadForm(forms.Form):
    """A file and the campaign it is for."""

    campaign = forms.ModelChoiceField(
        queryset=Campaign.objects.none(), empty_label="Choose a campaign", widget=forms.Select(attrs={"class": "input"})
    )
    file = forms.FileField(
        label="Lead file",
        allow_empty_file=True,  # the reader says it better
        help_text="CSV or Excel (.xlsx), up to 100 MB, with a header line. Nothing is spent or loaded yet.",
        widget=forms.ClearableFileInput(attrs={"class": "input", "accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["campaign"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (declared above)
        field.queryset = campaigns


class ShapeForm(forms.Form):
    """How to read the stored file, for when the guess was wrong."""

    encoding = forms.ChoiceField(
        choices=list(ENCODINGS.items()), widget=forms.Select(attrs={"class": "input"}), required=False
    )
    delimiter = forms.ChoiceField(
        choices=[(mark, label.capitalize()) for mark, label in DELIMITERS.items()],
        widget=forms.Select(attrs={"class": "input"}),
        required=False,
    )

    def shape(self, imported: Import) -> Shape:
        """The chosen shape; what was not sent stays as it is. A workbook is what it is."""
        if imported.encoding == WORKBOOK:
            return Shape(WORKBOOK, "")
        return Shape(
            self.cleaned_data.get("encoding") or imported.encoding,
            self.cleaned_data.get("delimiter") or imported.delimiter,
        )


class StartForm(forms.Form):
    """The decision to spend."""

    accept_catch_all = forms.BooleanField(
        required=False, label="Accept catch-all addresses", widget=forms.CheckboxInput()
    )
    policy = forms.ChoiceField(
        choices=LoadPolicy.choices, initial=LoadPolicy.NOW, required=False, widget=forms.RadioSelect()
    )

    canary_rows = forms.IntegerField(required=False, min_value=1, max_value=1000)
    canary_hours = forms.IntegerField(required=False, min_value=0, max_value=720)
    canary_sends = forms.IntegerField(required=False, min_value=1, max_value=1000)
    canary_asks = forms.BooleanField(required=False)

    @property
    def canary(self) -> CanaryPlan | None:
        """The canary release that was chosen; what was left empty is the default."""
        if self.cleaned_data.get("policy") != LoadPolicy.CANARY:
            return None
        default, told = CanaryPlan(), self.cleaned_data
        hours = told.get("canary_hours")
        return CanaryPlan(
            rows=told.get("canary_rows") or default.rows,
            hours=default.hours if hours is None else hours,
            sends=told.get("canary_sends") or min(default.sends, told.get("canary_rows") or default.rows),
            asks=bool(told.get("canary_asks")),
        )

    @property
    def holds(self) -> bool:
        """Whether the verified rows are to be held here."""
        return bool(self.cleaned_data.get("policy") == LoadPolicy.HOLD)


def column_choices(column: str, current: str, variables: Sequence[str]) -> list[tuple[str, str]]:
    """What a column may become: a field, a merge variable (its own, or one that the copy uses), or nothing."""
    own = variable_name(column)
    names = [current.removeprefix(CUSTOM)] if current.startswith(CUSTOM) else []
    names += [name for name in [own, *variables] if name and name not in names]
    merged = [(CUSTOM + name, f"variable {{{{{name}}}}}") for name in names]
    return [*FIELDS.items(), *merged, (IGNORE, "leave out")]


def mapping_from(data: Any, header: Sequence[str]) -> dict[str, str]:
    """Read the chosen fields of a mapping form; a column that was not sent is left out."""
    return {column: data.get(f"{MAP_PREFIX}{place}", IGNORE) for place, column in enumerate(header)}
