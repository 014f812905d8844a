"""Counting and previewing the people of a search, which costs nothing; and the words of signals."""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.supersearch.people import Person
from iexdg.sandbox.resources.supersearch.search import found_people, is_owned

_MOST_SHOWN = 50
# Assumed: the vendor's categories and fields beyond its own example; the words and numbers are invented.
_KEYWORDS = {
    ("linkedin_post_contact", "tags"): {
        "artificial intelligence": 22_418,
        "leadership": 18_020,
        "hiring": 9_311,
        "ai adoption": 4_207,
    },
    ("job_change", "title"): {"director": 5_120, "manager": 4_890, "chief people officer": 310},
}


def count_leads(call: Call) -> JsonObject:
    """Answer POST /supersearch-enrichment/count-leads-from-supersearch."""
    return {"number_of_leads": len(found_people(call))}


def preview_leads(call: Call) -> JsonObject:
    """Answer POST /supersearch-enrichment/preview-leads-from-supersearch with the first ones, without addresses."""
    found = found_people(call)
    return {
        "number_of_leads": len(found),
        "number_of_redacted_results": 0,
        "leads": [_shown(call, person) for person in found[:_MOST_SHOWN]],
    }


def signal_keywords(call: Call) -> JsonObject:
    """Answer POST /supersearch-enrichment/signal-keywords-facet, the most frequent first.

    Raises: ApiError 400 - the vendor has no such pair of category and field.
    """
    words = _KEYWORDS.get((call.body["category"], call.body["field"]))
    if words is None:
        raise ApiError(400, "Unknown category or field")
    prefix, most = call.body.get("prefix", "").lower(), int(call.body.get("limit", 20))
    found = sorted(((count, word) for word, count in words.items() if word.startswith(prefix)), reverse=True)
    return {"keywords": [{"keyword": word, "count": count} for count, word in found[:most]]}


def _shown(call: Call, person: Person) -> JsonObject:
    slug = f"{person['first_name']}-{person['last_name']}".lower()
    return {
        "firstName": person["first_name"],
        "lastName": person["last_name"],
        "fullName": f"{person['first_name']} {person['last_name']}",
        "jobTitle": person["title"],
        "location": f"{person['city']}, {person['state']}, {person['country']}",
        "linkedIn": f"social.example.com/in/{slug}",
        "companyName": person["company"],
        "companyLogo": f"https://{person['domain']}/logo.png",
        "companyId": person["company_id"],
        "isOwned": is_owned(call, person),
    }
