"""The lead operations that read and delete; adding is in a module of its own."""

from collections.abc import Iterator
from typing import Any

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.leads.filters import matches_filter
from iexdg.sandbox.resources.leads.lead import find_lead
from iexdg.sandbox.resources.leads.view import lead_object
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page
from iexdg.sandbox.world.audit import LEAD_DELETED
from iexdg.sandbox.world.records import Lead
from iexdg.sandbox.world.world import World


def get_lead(call: Call) -> JsonObject:
    """Answer GET /leads/{id}; a new lead is found here at once, unlike in the list."""
    return lead_object(call.world, find_lead(call.world, call.params["id"]), call.now)


def delete_lead(call: Call) -> JsonObject:
    """Answer DELETE /leads/{id} with the lead that is gone."""
    lead = find_lead(call.world, call.params["id"])
    gone = lead_object(call.world, lead, call.now)
    call.world.drop_lead(lead)
    call.world.write_audit(LEAD_DELETED, call.now, campaign_id=lead["campaign"], user_agent=call.user_agent)
    return gone


def list_leads(call: Call) -> JsonObject:
    """Answer POST /leads/list; unknown keys are ignored, so a wrong campaign key lists all leads.

    Source: instantly-facts.md §5 (Campaign key) and §6.7 for the lag.
    """
    body = call.body or {}
    limit = body.get("limit", DEFAULT_PAGE)
    by_contact = body.get("distinct_contacts", False)
    chosen: list[Lead] = []
    for lead in _candidates(call.world, body, by_contact):
        if lead["visible_at"] <= call.now and _is_listed(lead, body):
            chosen.append(lead)
            if len(chosen) == limit:
                break
    items = [lead_object(call.world, lead, call.now) for lead in chosen]
    cursor = (chosen[-1]["email"] if by_contact else chosen[-1]["id"]) if chosen else ""
    return page(items, limit, cursor or "")


def _candidates(world: World, body: JsonObject, by_contact: bool) -> Iterator[Lead]:
    after = body.get("starting_after", "")
    if "campaign" in body:
        ids: Any = world.leads_in.get(body["campaign"].lower(), {})
    else:
        ids = world.leads
    if by_contact:
        contacts = {world.leads[lead_id]["email"] or "": world.leads[lead_id] for lead_id in reversed(list(ids))}
        yield from (contacts[email] for email in sorted(contacts) if email > after)
        return
    yield from (world.leads[lead_id] for lead_id in ids if lead_id > after)


def _is_listed(lead: Lead, body: JsonObject) -> bool:
    email = lead["email"] or ""
    if "ids" in body and lead["id"] not in body["ids"]:
        return False
    if lead["id"] in body.get("excluded_ids", ()):
        return False
    if "contacts" in body and email not in {contact.lower() for contact in body["contacts"]}:
        return False
    if "list_id" in body and lead["list_id"] != body["list_id"]:
        return False
    if body.get("in_campaign", bool(lead["campaign"])) != bool(lead["campaign"]):
        return False
    if body.get("in_list", bool(lead["list_id"])) != bool(lead["list_id"]):
        return False
    return _is_found(lead, body.get("search", "").lower()) and matches_filter(lead, body.get("filter"))


def _is_found(lead: Lead, search: str) -> bool:
    named = (str(lead["person"].get(name, "")).lower() for name in ("first_name", "last_name"))
    return any(search in text for text in (lead["email"] or "", *named))
