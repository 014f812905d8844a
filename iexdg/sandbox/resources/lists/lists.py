"""Lead lists: make, read, change and delete them, and count how their leads were verified."""

from collections import Counter

from iexdg.sandbox.http.wire import Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.grouping import LeadList, later_than_all
from iexdg.sandbox.world.verdicts import (
    CATCH_ALL,
    INVALID,
    JOB_CHANGE,
    PENDING_FINDER,
    PENDING_JOB,
    RISKY,
    VERIFIED,
    import_verdict,
)
from iexdg.sandbox.world.world import World

# Source: OpenAPI getVerificationStats.
_STATS = {
    "verified": VERIFIED,
    "invalid": INVALID,
    "risky": RISKY,
    "catch_all": CATCH_ALL,
    "job_change": JOB_CHANGE,
    "verification_job_pending_leadfinder": PENDING_FINDER,
    "verification_job_pending_user": PENDING_JOB,
}


def new_list(world: World, name: str, at: float, *, has_enrichment_task: bool = False) -> LeadList:
    """Make an empty list."""
    made: LeadList = {
        "id": world.new_id(),
        "name": name,
        "has_enrichment_task": has_enrichment_task,
        "owned_by": world.owner,
        "created": later_than_all(at, (one["created"] for one in world.lead_lists.values())),
    }
    world.lead_lists[made["id"]] = made
    world.touch()
    return made


def find_list(world: World, list_id: str) -> LeadList:
    """Return one list of this workspace, or raise NotFoundError."""
    found = world.lead_lists.get(list_id.lower())
    if found is None:
        raise NotFoundError
    return found


def list_object(world: World, lead_list: LeadList) -> JsonObject:
    """Return a list as the API shows it."""
    return {
        "id": lead_list["id"],
        "organization_id": world.organization,
        "has_enrichment_task": lead_list["has_enrichment_task"],
        "owned_by": lead_list["owned_by"],
        "name": lead_list["name"],
        "timestamp_created": iso(lead_list["created"]),
    }


def list_lists(call: Call) -> JsonObject:
    """Answer GET /lead-lists, the oldest first; the cursor is a time.

    Assumed: the order.
    """
    query, search = call.query, call.query.get("search", "").lower()
    shown = [
        list_object(call.world, one)
        for one in call.world.lead_lists.values()
        if search in one["name"].lower()
        and query.get("has_enrichment_task", one["has_enrichment_task"]) == one["has_enrichment_task"]
    ]
    limit, cursor = query.get("limit", DEFAULT_PAGE), query.get("starting_after")
    return page_behind(shown, limit, cursor, lambda one: str(one["timestamp_created"]))


def create_list(call: Call) -> JsonObject:
    """Answer POST /lead-lists."""
    made = new_list(call.world, call.body["name"], call.now)
    return _changed(call, made)


def get_list(call: Call) -> JsonObject:
    """Answer GET /lead-lists/{id}."""
    return list_object(call.world, find_list(call.world, call.params["id"]))


def patch_list(call: Call) -> JsonObject:
    """Answer PATCH /lead-lists/{id}."""
    return _changed(call, find_list(call.world, call.params["id"]))


def _changed(call: Call, lead_list: LeadList) -> JsonObject:
    body = call.body
    lead_list["name"] = body.get("name", lead_list["name"])
    if "has_enrichment_task" in body:
        lead_list["has_enrichment_task"] = bool(body["has_enrichment_task"])
    if "owned_by" in body:
        lead_list["owned_by"] = body["owned_by"]
    call.world.touch()
    return list_object(call.world, lead_list)


def delete_list(call: Call) -> JsonObject:
    """Answer DELETE /lead-lists/{id} with the list that is gone.

    Assumed: its leads are gone with it.
    """
    world, gone = call.world, find_list(call.world, call.params["id"])
    for lead in world.listed_leads(gone["id"]):
        world.drop_lead(lead)
    del world.lead_lists[gone["id"]]
    world.touch()
    return list_object(world, gone)


def verification_stats(call: Call) -> JsonObject:
    """Answer GET /lead-lists/{id}/verification-stats; leads that nobody had verified are only in the total.

    Source: instantly-facts.md §2.3.
    """
    leads = call.world.listed_leads(find_list(call.world, call.params["id"])["id"])
    verdicts = Counter(import_verdict(lead, call.now) for lead in leads)
    return {"stats": {name: verdicts[code] for name, code in _STATS.items()}, "total_leads": len(leads)}
