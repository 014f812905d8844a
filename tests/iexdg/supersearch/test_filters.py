"""What is entered goes to Instantly by its own names, and every closed value is one that Instantly knows."""

import pytest

from iexdg.sandbox.vendor.facts import shape
from iexdg.supersearch import vendor_values as vendor
from iexdg.supersearch.filters import filter_words, lines_in, place_in, search_filters
from iexdg.supersearch.forms import SearchForm


def test_the_closed_values_are_instantlys() -> None:
    shapes = shape("SuperSearchFilters")["properties"]
    assert set(vendor.LEVELS) == set(shapes["level"]["items"]["enum"])
    assert set(vendor.DEPARTMENTS) == set(shapes["department"]["items"]["enum"])
    assert set(vendor.REVENUES) == set(shapes["revenue"]["items"]["enum"])
    assert set(vendor.FUNDING) == set(shapes["funding_type"]["items"]["enum"])
    assert set(vendor.NEWS) == set(shapes["news"]["items"]["enum"])
    assert set(vendor.INDUSTRIES) == set(shapes["industry"]["properties"]["include"]["items"]["enum"])
    assert set(vendor.SUB_INDUSTRIES) == set(shapes["subIndustry"]["properties"]["include"]["items"]["enum"])
    sizes = [one["enum"] for one in shapes["employeeCount"]["items"]["oneOf"] if one.get("type") == "string"]
    assert set(vendor.SIZES) == set(sizes[0])


def test_a_filled_form_is_what_instantly_documents() -> None:
    form = SearchForm(
        {
            "name": "CFOs", "titles": "CFO\n\nChief Financial Officer\nCFO", "not_titles": "Assistant",
            "levels": ["C-Level"], "places": "Canada\nTexas, United States\nLeeds, England, United Kingdom",
            "not_places": "Ontario, Canada", "at_company": "on", "industries": ["Retail"], "sizes": ["25 - 100"],
            "keywords": "cloud, data", "keyword_mode": "ALL", "not_keywords": "agency", "domains": "a.example.com",
            "look_alike": "b.example.com", "hiring": "Accountant", "news": ["hires"],
        }
    )  # fmt: skip
    assert form.is_valid(), form.errors
    assert form.filters == {
        "title": {"include": ["CFO", "Chief Financial Officer"], "exclude": ["Assistant"]},
        "level": ["C-Level"],
        "locations": {
            "include": [
                {"country": "Canada"},
                {"state": "Texas", "country": "United States"},
                {"city": "Leeds", "state": "England", "country": "United Kingdom"},
            ],
            "exclude": [{"state": "Ontario", "country": "Canada"}],
        },
        "location_mode": "company",
        "industry": {"include": ["Retail"]},
        "employeeCount": ["25 - 100"],
        "keyword_filter": {"include": "cloud, data", "exclude": "agency", "include_mode": "ALL"},
        "domains": ["a.example.com"],
        "look_alike": "b.example.com",
        "jobListing": ["Accountant"],
        "news": ["hires"],
    }


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"name": "All"}, "at least one filter"),
        ({"name": "All", "places": "A, B, C, D"}, "Write A, B, C, D as country"),
        ({"name": "All", "levels": ["Boss"]}, "What was chosen under “Level” is not one of the choices."),
    ],
)
def test_what_would_find_everybody_or_nobody_is_refused(entered: dict[str, object], words: str) -> None:
    form = SearchForm(entered)
    assert not form.is_valid()
    assert words in str(form.errors)


def test_filters_are_said_in_words() -> None:
    filters = search_filters({"titles": ["CFO"], "not_companies": ["Ours"], "funding": ["series_a"],
                              "places": [{"state": "Texas", "country": "United States"}]})  # fmt: skip
    assert [(one.label, one.words) for one in filter_words(filters)] == [
        ("Job titles", "CFO"),
        ("Not these companies", "Ours"),
        ("Places", "Texas, United States"),
        ("Funding", "series a"),
    ]


def test_lines_and_places() -> None:
    assert lines_in(" a \n\nb\na") == ["a", "b"]
    assert place_in("Texas,") is None
