"""What people enter about SuperSearch."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from iexdg.supersearch import vendor_values as vendor
from iexdg.supersearch.filters import ALL, ANY, lines_in, place_in, search_filters, value_words
from iexdg.ui.forms import Form
from iexdg.ui.widgets import LongMenu, LongMenuOfSeveral

_LINES = forms.Textarea(attrs={"rows": 2})
_PLACES = "One per line: Canada, or Texas, United States, or Leeds, England, United Kingdom."


class LinesField(forms.CharField):
    """A text with one value a line; cleaned to the values."""

    widget = _LINES

    def __init__(self, **kwargs: Any) -> None:
        """Make the field; nothing need be entered."""
        super().__init__(**{"required": False, "max_length": 5000, "help_text": "One per line.", **kwargs})

    def clean(self, value: Any) -> list[str]:
        """Return the lines, each once."""
        return lines_in(super().clean(value))


class PlacesField(LinesField):
    """Places, one a line; cleaned to those of `place_in`."""

    def clean(self, value: Any) -> list[dict[str, str]]:  # type: ignore[override]
        """Refuse a line that is no place."""
        lines = super().clean(value)
        found = [(line, place_in(line)) for line in lines]
        wrong = [line for line, place in found if place is None]
        if wrong:
            raise forms.ValidationError(f"Write {wrong[0][:80]} as country, or state and country, or all three.")
        return [place for _, place in found if place is not None]


def _boxes(label: str, values: Sequence[str]) -> forms.MultipleChoiceField:
    choices = [(one, value_words(one)) for one in values]
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


def _menu(label: str, values: Sequence[str]) -> forms.MultipleChoiceField:
    choices = [(one, one) for one in values]
    widget = LongMenuOfSeveral(attrs={"class": "input", "size": 6})
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=widget)


class SearchForm(Form):
    """A new search. What is a closed list at Instantly is chosen and never typed: a misspelt value finds nobody."""

    name = forms.CharField(label="Name of the search", max_length=120)
    titles = LinesField(label="Job titles")
    not_titles = LinesField(label="Not these job titles")
    names = LinesField(label="Names of people")
    levels = _boxes("Level", vendor.LEVELS)
    departments = _boxes("Department", vendor.DEPARTMENTS)
    places = PlacesField(label="Places", help_text=_PLACES)
    not_places = PlacesField(label="Not these places", help_text=_PLACES)
    at_company = forms.BooleanField(label="Places of the company, not of the person", required=False)
    companies = LinesField(label="Companies")
    not_companies = LinesField(label="Not these companies")
    domains = LinesField(label="Company domains")
    look_alike = forms.CharField(label="Companies like this domain", max_length=253, required=False)
    industries = _boxes("Industry", vendor.INDUSTRIES)
    not_industries = _menu("Not these industries", vendor.INDUSTRIES)
    sub_industries = _menu("Sub-industries", vendor.SUB_INDUSTRIES)
    not_sub_industries = _menu("Not these sub-industries", vendor.SUB_INDUSTRIES)
    sizes = _boxes("Employees", vendor.SIZES)
    revenues = _boxes("Revenue", vendor.REVENUES)
    keywords = forms.CharField(label="Keywords, separated by commas", max_length=500, required=False)
    keyword_mode = forms.ChoiceField(
        label="Keywords must occur", choices=[(ANY, "any of them"), (ALL, "all of them")], initial=ANY, required=False
    )
    not_keywords = forms.CharField(label="Not these keywords", max_length=500, required=False)
    technologies = LinesField(label="Technologies")
    hiring = LinesField(label="Hiring for")
    funding = _boxes("Funding", vendor.FUNDING)
    news = _boxes("Company news", vendor.NEWS)
    skip_owned = forms.BooleanField(label="Without leads of this workspace", required=False, initial=True)
    one_per_company = forms.BooleanField(label="One lead of each company", required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a search for everybody."""
        entered = super().clean() or {}
        if not self.errors and not search_filters(entered):
            raise forms.ValidationError("Choose at least one filter: this would find everybody.")
        return entered

    @property
    def filters(self) -> dict[str, Any]:
        """What was entered, by Instantly's names."""
        return search_filters(self.cleaned_data)


class EnrichForm(Form):
    """How many people are paid for, into which campaign they are to go, and the price that was shown."""

    campaign = forms.TypedChoiceField(label="Import into", coerce=int, widget=LongMenu)
    most = forms.IntegerField(label="Leads at most", min_value=1)
    price = forms.DecimalField(min_value=Decimal(0), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, campaigns: Sequence[tuple[int, str]], most: int, **kwargs: Any) -> None:
        """Make the form. Shapes: campaigns - (id, name); most - people that can be paid for."""
        super().__init__(*args, **kwargs)
        self.fields["campaign"].choices = [("", "Choose a campaign"), *campaigns]  # type: ignore[attr-defined]
        self.fields["most"].widget.attrs["max"] = most
