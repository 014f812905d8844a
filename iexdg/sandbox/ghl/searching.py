"""The search over contacts: an index that lags behind what a read of one contact shows.

Source: gohighlevel-facts.md §5, Search.
"""

from collections.abc import Callable
from typing import Any

from iexdg.sandbox.ghl.contacts import Contact, contact_view, normal
from iexdg.sandbox.ghl.wire import CrmCall, CrmError, trace_of
from iexdg.sandbox.http.wire import JsonObject

_LARGEST_PAGE = 500
_SHOWN = (
    "id", "country", "source", "type", "locationId", "dnd", "dndSettings", "state", "customFields", "tags",
    "dateAdded", "dateUpdated", "additionalEmails", "phone", "companyName", "city", "dateOfBirth", "firstName",
    "lastName", "email", "assignedTo", "postalCode", "businessId",
)  # fmt: skip


def _equals(value: Any, wanted: Any) -> bool:
    return str(value or "").lower() == str(wanted).lower()


def _contains(value: Any, wanted: Any) -> bool:
    return str(wanted).lower() in str(value or "").lower()


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {"eq": _equals, "contains": _contains}


def search(call: CrmCall) -> JsonObject:
    """Answer POST /contacts/search, the newest first."""
    body = call.body
    if body["pageLimit"] > _LARGEST_PAGE:
        raise CrmError(422, [f"pageLimit must not be greater than {_LARGEST_PAGE}"])
    found = [one for one in _indexed(call) if _fits(one, body)]
    found.sort(key=lambda one: (-one["updated"], one["id"]))
    start = _start(found, body)
    page = found[start : start + body["pageLimit"]]
    return {"contacts": [_hit(one) for one in page], "total": len(found), "traceId": trace_of(str(body))}


def _indexed(call: CrmCall) -> list[Contact]:
    newest = call.now - call.options.crm_search_lag_s
    return [one for one in call.crm.contacts.values() if one["updated"] <= newest]


def _fits(contact: Contact, body: JsonObject) -> bool:
    text = str(body.get("query") or "").strip()
    shown = contact_view(contact)
    is_named = not text or any(_contains(shown.get(name), text) for name in ("name", "email", "phone", "companyName"))
    return is_named and all(_passes(shown, one) for one in body.get("filters") or [])


def _passes(shown: JsonObject, condition: JsonObject) -> bool:
    field, wanted = str(condition.get("field", "")), condition.get("value")
    compare = _OPERATORS.get(str(condition.get("operator", "eq")))
    if compare is None:
        raise CrmError(422, [f"filters operator {condition.get('operator')} is not supported"])
    if field == "tags":
        tags = shown.get("tags", [])
        wanted_tags = wanted if isinstance(wanted, list) else [wanted]
        return all(str(tag).lower() in tags for tag in wanted_tags)
    if field == "phone":
        return compare(normal("phone", shown.get("phone")), normal("phone", wanted))
    return compare(shown.get(field), wanted)


def _start(found: list[Contact], body: JsonObject) -> int:
    after = body.get("searchAfter")
    if after:
        places = {one["id"]: place for place, one in enumerate(found)}
        return places.get(str(after[-1]), len(found)) + 1
    page = body.get("page") or 1
    return (max(page, 1) - 1) * int(body["pageLimit"])


def _hit(contact: Contact) -> JsonObject:
    shown = contact_view(contact)
    after = [int(contact["updated"] * 1000), contact["id"]]
    return {name: shown[name] for name in _SHOWN if name in shown} | {"searchAfter": after}
