"""Changing many leads at once: deleting, moving and assigning those that a request selects."""

from itertools import cycle, islice

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.campaigns.campaign import find_campaign, welcome_leads
from iexdg.sandbox.resources.jobs.operations import job_object
from iexdg.sandbox.resources.leads.adding import remaining_in_plan
from iexdg.sandbox.resources.leads.lead import allow_variables, copied, restart
from iexdg.sandbox.resources.leads.selection import selected
from iexdg.sandbox.resources.lists.lists import find_list
from iexdg.sandbox.sending.engagement import note_interest
from iexdg.sandbox.world.audit import LEAD_DELETED, LEAD_MOVED
from iexdg.sandbox.world.jobs import Job, JobFailedError, start_job
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.records import Lead
from iexdg.sandbox.world.verdicts import PENDING_FINDER, PENDING_JOB, import_verdict
from iexdg.sandbox.world.world import World

MOVE = "move-leads"
# Source: instantly-facts.md §2.6, background-jobs.
_MOST_NAMED = 10_000
# Source: OpenAPI bulkAssignLeads; other selectors are ignored.
_ASSIGNED_BY = (
    "campaign", "list_id", "in_campaign", "in_list", "ids", "search", "filter", "smart_view_id", "queries",
)  # fmt: skip


def delete_leads(call: Call) -> JsonObject:
    """Answer DELETE /leads; without ids, status or limit everybody in the campaign or list is deleted.

    Source: instantly-facts.md §2.2.
    """
    body, world = call.body, call.world
    campaign_id = find_campaign(world, body["campaign_id"])["id"] if "campaign_id" in body else None
    list_id = find_list(world, body["list_id"])["id"] if "list_id" in body else None
    place = {"campaign": campaign_id} if campaign_id else {"list_id": list_id}
    asked = place | ({"ids": body["ids"]} if "ids" in body else {})
    meant = (lead for lead in selected(world, asked, call.now) if body.get("status", lead["status"]) == lead["status"])
    chosen = list(islice(meant, body.get("limit")))
    for lead in chosen:
        world.drop_lead(lead)
    if chosen:
        facts = {"campaign_id": campaign_id, "list_id": list_id, "affected_count": len(chosen)}
        world.write_audit(LEAD_DELETED, call.now, user_agent=call.user_agent, **facts)
    return {"count": len(chosen)}


def assign_leads(call: Call) -> JsonObject:
    """Answer POST /leads/bulk-assign: 202, which promises nothing.

    Assumed: the users take turns, what is accepted is done at once, and a selection of nobody is refused.
    """
    body = call.body
    owners = [body["assigned_to"]] if "assigned_to" in body else None
    # Source: OpenAPI bulkAssignLeads: a limit of 0 is allowed. Assumed: it is none.
    asked = {name: body[name] for name in _ASSIGNED_BY if name in body}
    found = selected(call.world, asked, call.now, owners=owners)
    chosen = list(islice(found, body.get("limit") or None))
    if not chosen:
        raise ApiError(400, "No leads match the selection", bare=True)
    for lead, user in zip(chosen, cycle(body["organization_user_ids"]), strict=False):
        lead["person"]["assigned_to"] = user
        lead["updated"] = call.now
    call.world.touch()
    return {"status": "accepted", "message": "Your request will be processed in a background job"}


def move_leads(call: Call) -> JsonObject:
    """Answer POST /leads/move with the job that will do it; who is moved is decided now.

    Source: OpenAPI moveLeads. Assumed: the entity of the job is where the leads go to, and without a selector all leads
        of the workspace are meant.
    """
    body, world = call.body or {}, call.world
    campaign_id, list_id = _destination(world, body)
    if "ids" in body and "campaign" not in body and "list_id" not in body:
        raise ApiError(400, "campaign or list_id must be provided with ids")
    found = (
        lead
        for lead in selected(world, body, call.now)
        if not (body.get("skip_leads_in_verification") and _is_in_verification(lead, call.now))
    )
    limit = int(body["limit"]) if body.get("limit", 0) > 0 else None
    order = {
        "ids": [lead["id"] for lead in islice(found, limit)],
        "campaign": campaign_id,
        "list": list_id,
        "user_agent": call.user_agent,
        "asked": {name: body[name] for name in body if name.startswith(("check_", "copy_", "reset_", "assigned_"))},
    }
    kind, entity = ("campaign", campaign_id) if campaign_id else ("list", list_id)
    return job_object(
        world, start_job(world, MOVE, at=call.now, entity_type=kind, entity_id=entity, order=order), call.now
    )


def do_move(world: World, options: SandboxOptions, job: Job, at: float) -> JsonObject:
    """Move or copy the leads of a job that are still there; into a completed campaign that can be a flip.

    Source: instantly-facts.md §6.5 (Law 7).
    Raises: JobFailedError - the destination is gone.
    """
    order = job["order"]
    campaign_id, list_id, is_copy = order["campaign"], order["list"], bool(order["asked"].get("copy_leads"))
    if (campaign_id or list_id) not in (world.campaigns if campaign_id else world.lead_lists):
        raise JobFailedError
    wanted = _who_fits(world, order, is_copy=is_copy)
    arrived = [copied(world, lead, at) for lead in wanted] if is_copy else wanted
    for lead in arrived:
        _prepare(world, lead, order["asked"], at, restarts=bool(campaign_id))
    world.place_leads(arrived, campaign_id, list_id)
    if arrived:
        _note_arrival(world, options, order, arrived, at)
    return _outcome(arrived, len(order["ids"]))


def _who_fits(world: World, order: JsonObject, *, is_copy: bool) -> list[Lead]:
    """Return the leads of an order that are still there, are no duplicates, and fit the plan."""
    there = [world.leads[lead_id] for lead_id in order["ids"] if lead_id in world.leads]
    wanted = [lead for lead in there if not _is_duplicate(world, lead, order)]
    if not order["campaign"]:
        return wanted
    counted = 0 if is_copy else sum(bool(lead["campaign"]) for lead in wanted)
    return wanted[: remaining_in_plan(world) + counted]


def _outcome(arrived: list[Lead], ordered: int) -> JsonObject:
    emails = [lead["email"] for lead in arrived if lead["email"]]
    return {
        "moved_lead_emails": emails[:_MOST_NAMED],
        "moved_leads": len(arrived),
        "success_count": len(arrived),
        "failed_count": ordered - len(arrived),
        "total_to_process": ordered,
    }


def _destination(world: World, body: JsonObject) -> tuple[str | None, str | None]:
    campaign_id, list_id = body.get("to_campaign_id"), body.get("to_list_id")
    if (campaign_id is None) == (list_id is None):
        raise ApiError(400, "Either to_campaign_id or to_list_id must be provided, but not both")
    if campaign_id is not None:
        return find_campaign(world, campaign_id)["id"], None
    return None, find_list(world, str(list_id))["id"]


def _is_in_verification(lead: Lead, now: float) -> bool:
    return import_verdict(lead, now) in (PENDING_JOB, PENDING_FINDER)


def _is_duplicate(world: World, lead: Lead, order: JsonObject) -> bool:
    asked = order["asked"]
    if (lead["campaign"], lead["list_id"]) == (order["campaign"], order["list"]):
        return True
    others = [one for one in world.leads_with_email(lead["email"] or "") if one["id"] != lead["id"] and one["email"]]
    if asked.get("check_duplicates") and any(_is_there(one, order) for one in others):
        return True
    return bool(asked.get("check_duplicates_in_campaigns")) and any(one["campaign"] for one in others)


def _is_there(lead: Lead, order: JsonObject) -> bool:
    if order["campaign"]:
        return bool(lead["campaign"] == order["campaign"])
    return bool(lead["list_id"] == order["list"])


def _prepare(world: World, lead: Lead, asked: JsonObject, at: float, *, restarts: bool) -> None:
    if restarts:
        restart(world, lead)
    if asked.get("reset_interest_status"):
        note_interest(lead, None, at)
    if asked.get("assigned_to"):
        lead["person"]["assigned_to"] = asked["assigned_to"]
    lead["updated"] = at


def _note_arrival(world: World, options: SandboxOptions, order: JsonObject, arrived: list[Lead], at: float) -> None:
    facts = {"campaign_id": order["campaign"], "list_id": order["list"], "user_agent": order["user_agent"]}
    world.write_audit(LEAD_MOVED, at, affected_count=len(arrived), **facts)
    if order["campaign"]:
        for lead in arrived:
            allow_variables(world, lead)
        welcome_leads(world, options, world.campaigns[order["campaign"]], at)
