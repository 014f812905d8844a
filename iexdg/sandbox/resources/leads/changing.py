"""Changing one lead: its fields, its interest, its subsequence, and merging it into another."""

from typing import Any

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.leads.lead import PERSON_FIELDS, allow_variables, find_lead, leave_subsequence
from iexdg.sandbox.resources.leads.view import lead_object
from iexdg.sandbox.resources.subsequences.subsequence import find_subsequence
from iexdg.sandbox.sending.conditions import enrol
from iexdg.sandbox.sending.engagement import note_event, note_interest
from iexdg.sandbox.sending.news import announce_interest
from iexdg.sandbox.world.audit import LEAD_DELETED
from iexdg.sandbox.world.records import Lead
from iexdg.sandbox.world.world import World

_INTERESTED = 1
# Source: instantly-facts.md §2.0, lt_interest_status.
STATIC_INTERESTS = frozenset({0, 1, 2, 3, 4, -1, -2, -3, -4})


def patch_lead(call: Call) -> JsonObject:
    """Answer PATCH /leads/{id}; null takes a field away, and variables are added to those that are there."""
    lead, body = find_lead(call.world, call.params["id"]), call.body
    for name in PERSON_FIELDS:
        if name in body:
            _set(lead["person"], name, body[name])
    if "custom_variables" in body:
        lead["variables"].update(body["custom_variables"])
        allow_variables(call.world, lead)
    if "lt_interest_status" in body:
        set_interest(call.world, lead, body["lt_interest_status"], call.now)
    lead["updated"] = call.now
    call.world.touch()
    return lead_object(call.world, lead, call.now)


def update_interest(call: Call) -> JsonObject:
    """Answer POST /leads/update-interest-status: 202, which promises nothing.

    Assumed: every lead with the address is meant where neither campaign nor list is named, what is accepted is done at
        once, and a value is refused that neither the vendor nor a label of the workspace has.
    """
    body, world = call.body, call.world
    value = body["interest_value"]
    leads = [lead for lead in world.leads_with_email(body["lead_email"].strip()) if _is_meant(lead, body)]
    if not leads:
        raise ApiError(400, "Invalid lead email", exact={"error": "Invalid lead email"})
    if value is not None and value not in known_interests(world):
        raise ApiError(400, "Invalid interest value", exact={"error": "Invalid interest value"})
    for lead in leads:
        set_interest(world, lead, value, call.now)
    return {"message": "Lead interest status update background job submitted"}


def known_interests(world: World) -> set[int]:
    """Return every interest that a lead can have here."""
    return {*STATIC_INTERESTS, *(label["interest"] for label in world.labels.values())}


def set_interest(world: World, lead: Lead, value: int | None, at: float) -> None:
    """Set the interest of a lead; one that becomes interested in a campaign is an opportunity of it."""
    campaign = world.campaigns.get(lead["campaign"] or "")
    if value == _INTERESTED and lead["interest"] != _INTERESTED and campaign is not None:
        note_event(world, campaign, lead, at=at, kind="interested", step=max(lead["step"] - 1, 0))
    if value != lead["interest"]:
        label = next((one["label"] for one in world.labels.values() if one["interest"] == value), "")
        announce_interest(world, lead, value, at, label=label)
    note_interest(lead, value, at)
    lead["updated"] = at
    world.touch()


def merge_leads(call: Call) -> JsonObject:
    """Answer POST /leads/merge with the lead that is left.

    Assumed: what the destination does not know comes from the other one, whose activity is added; that one is gone.
    """
    source, kept = (find_lead(call.world, call.body[name]) for name in ("lead_id", "destination_lead_id"))
    if source["id"] == kept["id"]:
        raise ApiError(400, "A lead cannot be merged into itself")
    kept["person"] = source["person"] | kept["person"]
    kept["variables"] = source["variables"] | kept["variables"]
    kept["email"] = kept["email"] or source["email"]
    kept["interest"] = source["interest"] if kept["interest"] is None else kept["interest"]
    for kind, count in source["counts"].items():
        kept["counts"][kind] = kept["counts"].get(kind, 0) + count
    kept["last"] = {
        kind: max(lead["last"].get(kind, 0.0) for lead in (source, kept)) for kind in {*source["last"], *kept["last"]}
    }
    kept["updated"] = call.now
    call.world.drop_lead(source)
    call.world.index_email(kept)
    call.world.write_audit(
        LEAD_DELETED, call.now, campaign_id=source["campaign"], list_id=source["list_id"], user_agent=call.user_agent
    )
    return lead_object(call.world, kept, call.now)


def move_to_subsequence(call: Call) -> JsonObject:
    """Answer POST /leads/subsequence/move.

    Assumed: a subsequence of another campaign than the lead's is refused.
    """
    lead = find_lead(call.world, call.body["id"])
    subsequence = find_subsequence(call.world, call.body["subsequence_id"])
    if subsequence["parent"] != lead["campaign"]:
        raise ApiError(400, "The subsequence belongs to another campaign")
    enrol(call.world, lead, subsequence, call.now)
    call.world.touch()
    return lead_object(call.world, lead, call.now)


def remove_from_subsequence(call: Call) -> JsonObject:
    """Answer POST /leads/subsequence/remove; a lead that is in none stays as it is."""
    lead = find_lead(call.world, call.body["id"])
    if "subsequence" in lead:
        leave_subsequence(call.world, lead)
        lead["updated"] = call.now
        call.world.touch()
    return lead_object(call.world, lead, call.now)


def _is_meant(lead: Lead, body: JsonObject) -> bool:
    campaign_id, list_id = (str(body.get(name) or "").lower() for name in ("campaign_id", "list_id"))
    return (not campaign_id or lead["campaign"] == campaign_id) and (not list_id or lead["list_id"] == list_id)


def _set(person: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        person.pop(name, None)
    else:
        person[name] = value
