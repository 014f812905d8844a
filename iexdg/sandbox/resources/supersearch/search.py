"""What the filters of SuperSearch mean; one that is misspelt finds nobody and is no error."""

from collections.abc import Iterator
from typing import Any

from iexdg.sandbox.http.schema import first_finding
from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.supersearch.people import Person, known_people
from iexdg.sandbox.vendor.facts import shape
from iexdg.sandbox.world.ids import share_of

# Filters on what these people do not have; each finds a share of them, the same for the same filter.
_OPAQUE = (
    "technologies", "news", "signals", "funding_type", "fundingType", "jobListing", "jobListingFilter", "lookAlike",
    "look_alike", "company_list_id", "subIndustry", "website_visitors",
)  # fmt: skip
_OPAQUE_SHARE = 0.25


def found_people(call: Call) -> list[Person]:
    """Return the people that a request means.

    Source: instantly-facts.md §2.6: a misspelt value of a closed filter finds nothing without an error.
    """
    filters, body = call.body["search_filters"], call.body
    if first_finding(filters, shape("SuperSearchFilters"), "") is not None:
        return []
    found: Iterator[Person] = (one for one in known_people(call.world.seed) if _matches(call.world.seed, one, filters))
    if body.get("skip_owned_leads") or filters.get("skip_owned_leads"):
        found = (one for one in found if not is_owned(call, one))
    if body.get("show_one_lead_per_company") or filters.get("show_one_lead_per_company"):
        return list({one["domain"]: one for one in found}.values())
    return list(found)


def is_owned(call: Call, person: Person) -> bool:
    """Say whether a person is a lead of the workspace already."""
    return bool(call.world.leads_with_email(person["email"]))


def _matches(seed: int, person: Person, filters: JsonObject) -> bool:
    return (
        _is_listed(person["level"], filters.get("level"))
        and _is_listed(person["department"], filters.get("department"))
        and _is_listed(person["revenue"], filters.get("revenue"))
        and _is_listed(person["domain"], filters.get("domains"))
        and _is_chosen(person["title"], filters.get("title"))
        and _is_chosen(person["company"], filters.get("company_name"))
        and _is_chosen(person["industry"], filters.get("industry"))
        and _is_named(person, filters)
        and _is_placed(person, filters.get("locations"))
        and _has_size(person, filters.get("employeeCount"))
        and _has_the_rest(seed, person, filters)
    )


def _is_listed(value: str, wanted: list[str] | None) -> bool:
    return not wanted or value in wanted


def _is_chosen(value: str, wanted: dict[str, list[str]] | None) -> bool:
    """Check include and exclude, each a list of parts of the value in any case."""
    included, excluded = ((wanted or {}).get(name) or [] for name in ("include", "exclude"))
    has = [part.lower() in value.lower() for part in included]
    return (not included or any(has)) and not any(part.lower() in value.lower() for part in excluded)


def _is_named(person: Person, filters: JsonObject) -> bool:
    name = f"{person['first_name']} {person['last_name']}".lower()
    names = filters.get("name") or []
    if names and not any(one.lower() in name for one in names):
        return False
    text = f"{name} {person['title']} {person['company']} {person['industry']}".lower()
    return _has_words(text, filters.get("keyword_filter") or {})


def _has_words(text: str, keywords: JsonObject) -> bool:
    """Check words that are separated by commas: any or all of them, and none that is excluded."""
    words = [word.strip().lower() for word in str(keywords.get("include") or "").split(",") if word.strip()]
    unwanted = str(keywords.get("exclude") or "").strip().lower()
    has = all if keywords.get("include_mode") == "ALL" else any
    return (not words or has(word in text for word in words)) and not (unwanted and unwanted in text)


def _is_placed(person: Person, wanted: Any) -> bool:
    if not wanted:
        return True
    sides = wanted if isinstance(wanted, dict) else {"include": wanted}
    included, excluded = sides.get("include") or [], sides.get("exclude") or []
    is_in = not included or any(_is_at(person, place) for place in included)
    return is_in and not any(_is_at(person, place) for place in excluded)


def _is_at(person: Person, place: dict[str, str]) -> bool:
    """Say whether a person is at a place; one that is named by an id alone is nowhere that we know."""
    where = {"city": person["city"], "state": person["state"], "country": person["country"]}
    named = {level: place[level] for level in where if place.get(level)}
    return bool(named) and all(where[level].lower() == value.lower() for level, value in named.items())


def _has_size(person: Person, wanted: list[Any] | None) -> bool:
    return not wanted or any(_is_of_size(person, one) for one in wanted)


def _is_of_size(person: Person, wanted: Any) -> bool:
    if isinstance(wanted, str):
        return person["size"] == wanted
    least, most = wanted.get("min") or 0, wanted.get("max")
    return bool(least <= person["employees"] and (most is None or person["employees"] <= most))


def _has_the_rest(seed: int, person: Person, filters: JsonObject) -> bool:
    return all(
        share_of(seed, f"{name}|{filters[name]}|{person['email']}") < _OPAQUE_SHARE
        for name in _OPAQUE
        if filters.get(name)
    )
