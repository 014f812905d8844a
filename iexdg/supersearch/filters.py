"""The filters of SuperSearch: from what a person enters to Instantly's names, and back into words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Our name of a filter -> (Instantly's name, how it is written there, what it is called).
_LISTS = {
    "names": ("name", "Names"),
    "levels": ("level", "Levels"),
    "departments": ("department", "Departments"),
    "sizes": ("employeeCount", "Employees"),
    "revenues": ("revenue", "Revenue"),
    "domains": ("domains", "Company domains"),
    "funding": ("funding_type", "Funding"),
    "news": ("news", "Company news"),
    "technologies": ("technologies", "Technologies"),
    "hiring": ("jobListing", "Hiring for"),
}
# Filters with two sides: ours is the name and `not_` before it.
_SIDES = {
    "titles": ("title", "Job titles"),
    "companies": ("company_name", "Companies"),
    "industries": ("industry", "Industries"),
    "sub_industries": ("subIndustry", "Sub-industries"),
    "places": ("locations", "Places"),
}
_PLACE = (("country",), ("state", "country"), ("city", "state", "country"))
_READ_AS = {"250 - 1000": "250 - 1,000"}
ANY, ALL = "ANY", "ALL"


@dataclass(frozen=True)
class FilterWords:
    """One filter as a page shows it."""

    label: str
    words: str


def lines_in(text: str) -> list[str]:
    """Return the lines of a text that say something, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def place_in(line: str) -> dict[str, str] | None:
    """Read a place: "Canada", "Texas, United States", "Leeds, England, United Kingdom"; None where it is none."""
    parts = [part.strip() for part in line.split(",")]
    if not 1 <= len(parts) <= len(_PLACE) or not all(parts):
        return None
    return dict(zip(_PLACE[len(parts) - 1], parts, strict=True))


def search_filters(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered by Instantly's names; what is empty is left out.

    Shapes: entered - lists under our names, places as of `place_in`; keywords, not_keywords, keyword_mode,
        look_alike, at_company.
    """
    lists = {remote: list(entered[ours]) for ours, (remote, _) in _LISTS.items() if entered.get(ours)}
    look_alike = {"look_alike": entered["look_alike"]} if entered.get("look_alike") else {}
    return lists | _sides(entered) | _keywords(entered) | look_alike


def _sides(entered: Mapping[str, Any]) -> dict[str, Any]:
    filters: dict[str, Any] = {}
    for ours, (remote, _) in _SIDES.items():
        sides = {"include": entered.get(ours), "exclude": entered.get(f"not_{ours}")}
        if any(sides.values()):
            filters[remote] = {side: list(values) for side, values in sides.items() if values}
    if entered.get("places") and entered.get("at_company"):
        filters["location_mode"] = "company"
    return filters


def _keywords(entered: Mapping[str, Any]) -> dict[str, Any]:
    named = {"include": entered.get("keywords"), "exclude": entered.get("not_keywords")}
    words = {side: text for side, text in named.items() if text}
    if "include" in words:
        words["include_mode"] = entered["keyword_mode"] or ANY
    return {"keyword_filter": words} if words else {}


def value_words(value: str) -> str:
    """Return a closed value as people read it: "series_a" is "series a", "250 - 1000" is "250 - 1,000"."""
    return _READ_AS.get(value) or value.replace("_", " ")


def filter_words(filters: Mapping[str, Any]) -> list[FilterWords]:
    """Say in words what a search looks for, filter by filter."""
    return [FilterWords(label, words) for label, words in _words(filters) if words]


def _words(filters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for remote, label in _SIDES.values():
        sides = _object(filters.get(remote))
        yield label, _joined(sides.get("include"))
        yield f"Not these {label.lower()}", _joined(sides.get("exclude"))
    for remote, label in _LISTS.values():
        yield label, _joined(filters.get(remote))
    keywords = _object(filters.get("keyword_filter"))
    mode = "all of" if keywords.get("include_mode") == ALL else "any of"
    yield "Keywords", f"{mode} {keywords['include']}" if keywords.get("include") else ""
    yield "Not these keywords", str(keywords.get("exclude") or "")
    yield "Companies like", str(filters.get("look_alike") or "")
    yield "Places are", "of the company" if filters.get("location_mode") == "company" else ""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _joined(values: Any) -> str:
    listed: Sequence[Any] = values if isinstance(values, list) else []
    return " · ".join(_one(value) for value in listed)


def _one(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(str(value[name]) for name in _PLACE[-1] if value.get(name))
    return value_words(str(value))
