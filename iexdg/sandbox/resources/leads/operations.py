"""The lead operations that read and delete; adding is in a module of its own."""

from itertools import islice

from iexdg.sandbox.http.wire import Call, JsonObject, Reply
from iexdg.sandbox.resources.leads.lead import find_lead
from iexdg.sandbox.resources.leads.selection import selected
from iexdg.sandbox.resources.leads.view import lead_object, lead_text
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_of_texts
from iexdg.sandbox.world.audit import LEAD_DELETED
from iexdg.sandbox.world.records import Lead


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


def list_leads(call: Call) -> Reply:
    """Answer POST /leads/list; unknown keys are ignored, so a wrong campaign key lists all leads.

    Source: instantly-facts.md §5 (Campaign key) and §6.7 for the lag.
    """
    # A selector of leads/move that this operation does not have.
    body = {name: value for name, value in (call.body or {}).items() if name != "esp_code"}
    limit, after = body.get("limit", DEFAULT_PAGE), body.get("starting_after", "")
    owners = body.get("organization_user_ids")
    is_by_contact = bool(body.get("distinct_contacts"))
    found = selected(call.world, body, call.now, owners=owners, after="" if is_by_contact else after)
    shown = (lead for lead in found if lead["visible_at"] <= call.now)
    if is_by_contact:
        return _contacts(call, list(shown), limit, after)
    chosen = list(islice(shown, limit))
    items = [lead_text(call.world, lead, call.now) for lead in chosen]
    return page_of_texts(items, limit, chosen[-1]["id"] if chosen else "")


def _contacts(call: Call, leads: list[Lead], limit: int, after: str) -> Reply:
    """Answer with one lead for each address, the oldest, in the order of the addresses."""
    first = {lead["email"] or "": lead for lead in reversed(leads)}
    chosen = [email for email in sorted(first) if email > after][:limit]
    items = [lead_text(call.world, first[email], call.now) for email in chosen]
    return page_of_texts(items, limit, chosen[-1] if chosen else "")
