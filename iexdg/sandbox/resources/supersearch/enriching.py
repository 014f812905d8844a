"""Enriching: leads of a search are imported by a job, and what was ordered for a list or campaign is kept."""

from typing import Any

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.leads.lead import new_lead
from iexdg.sandbox.resources.lists.lists import find_list, new_list
from iexdg.sandbox.resources.supersearch.people import Person
from iexdg.sandbox.resources.supersearch.search import found_people, is_owned
from iexdg.sandbox.webhooks.announcing import announce, subscribers
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.enrichments import CAMPAIGN, LIST, TAKES_S, Enrichment
from iexdg.sandbox.world.jobs import Job, start_job
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

IMPORT = "import-leads"
_DONE = "supersearch_enrichment_completed"
_TYPES = ("work_email_enrichment", "fully_enriched_profile")
# Assumed: an address that is found costs one credit.
_COST = 1.0


def enrich_from_search(call: Call) -> JsonObject:
    """Answer POST /supersearch-enrichment/enrich-leads-from-supersearch: a job imports who is found.

    Source: OpenAPI enrichLeadsFromSuperSearch: a list is made where none is named.
    Raises: NotFoundError - there is no such list or campaign; ApiError 402 - no credit is left.
    """
    body, world = call.body, call.world
    people = [person for person in found_people(call) if not is_owned(call, person)][: int(body["limit"])]
    has_address = bool(body.get("work_email_enrichment"))
    if has_address and people and world.credits < _COST:
        raise ApiError(402, "Not enough credits")
    name = body.get("list_name") or f"Supersearch List ({iso(call.now)[:10]})"
    resource, resource_type = _target(call, body.get("resource_id"), name)
    payload: dict[str, Any] = {one: True for one in _TYPES if body.get(one)} or {_TYPES[0]: False}
    enrichment = _order(call, resource, resource_type, payload, filters=body["search_filters"])
    enrichment["limit"], enrichment["found_nobody"] = int(body["limit"]), not people
    order = {"resource": resource, "type": resource_type, "people": people, "has_address": has_address}
    kind = "list" if resource_type == LIST else "campaign"
    job = start_job(world, IMPORT, at=call.now, entity_type=kind, entity_id=resource, order={"supersearch": order})
    answer = {
        "id": enrichment["id"],
        "organization_id": world.organization,
        "resource_id": resource,
        "resource_type": resource_type,
        "search_filters": body["search_filters"],
        "limit": body["limit"],
        "custom_flow": body.get("custom_flow", []),
        "background_job_id": job["id"],
        "live_list_workflow_id": None,
    }
    return answer | ({"list_name": world.lead_lists[resource]["name"]} if resource_type == LIST else {})


def import_people(world: World, options: SandboxOptions, job: Job, at: float) -> JsonObject:
    """Do the work of an import job: put the people of a search into their list or campaign.

    Shapes: a job that no search has ordered imports nobody.
    """
    del options
    order = job["order"].get("supersearch")
    if order is None:
        return {}
    place = {"campaign_id": order["resource"]} if order["type"] == CAMPAIGN else {"list_id": order["resource"]}
    for person in order["people"]:
        if order["has_address"] and world.credits < _COST:
            break
        world.credits -= _COST if order["has_address"] else 0
        new_lead(world, _lead_fields(person, has_address=order["has_address"]), at=at, **{"campaign_id": None, **place})
    facts = {"campaign_id": None, "campaign_name": None, "resource_id": order["resource"]}
    announce(world, subscribers(world, _DONE, None), _DONE, at, facts)
    return {}


def create_enrichment(call: Call) -> JsonObject:
    """Answer POST /supersearch-enrichment/: order one type of enrichment, which runs at once.

    Raises: ApiError 400 - neither or both of type and integration_actions; NotFoundError - no such list or campaign.
    """
    body = call.body
    if ("type" in body) == ("integration_actions" in body):
        raise ApiError(400, "Either type or integration_actions must be provided, but not both")
    resource, resource_type = _target(call, body["resource_id"], "")
    earlier = call.world.enrichments.newest_of(resource)
    payload = dict(earlier["payload"]) if earlier else {}
    if "type" in body:
        payload[body["type"]] = body.get("custom_flow", []) if body["type"] == "custom_flow" else True
    else:
        payload["integration_actions"] = body["integration_actions"]
    enrichment = _order(call, resource, resource_type, payload)
    enrichment["limit"] = int(body["limit"]) if "limit" in body else None
    answer = {
        "id": enrichment["id"],
        "organization_id": call.world.organization,
        "resource_id": resource,
        "enrichment_payload": payload,
    }
    return answer if enrichment["limit"] is None else answer | {"limit": enrichment["limit"]}


def get_enrichment(call: Call) -> JsonObject:
    """Answer GET /supersearch-enrichment/{resource_id}; a list that nothing was ordered for has none."""
    resource, _ = _target(call, call.params["resource_id"], "")
    enrichment = call.world.enrichments.newest_of(resource)
    if enrichment is None:
        return {
            "resource_id": resource,
            "exists": False,
            "in_progress": False,
            "has_no_leads": False,
            "enrichment_payload": {_TYPES[0]: False},
        }
    shown = {
        "resource_id": resource,
        "exists": True,
        "in_progress": _is_running(call, enrichment),
        "has_no_leads": enrichment["found_nobody"],
        "enrichment_payload": enrichment["payload"],
        "auto_update": enrichment["settings"].get("auto_update", False),
        "is_evergreen": enrichment["settings"].get("is_evergreen", False),
    }
    return shown if enrichment["filters"] is None else shown | {"search_filters": enrichment["filters"]}


def patch_settings(call: Call) -> JsonObject:
    """Answer PATCH /supersearch-enrichment/{resource_id}/settings.

    Raises: NotFoundError - nothing was ordered for that list or campaign.
    """
    enrichment = _existing(call, call.params["resource_id"])
    enrichment["settings"].update(call.body or {})
    call.world.touch()
    return enrichment_object(call, enrichment)


def run_enrichment(call: Call) -> JsonObject:
    """Answer POST /supersearch-enrichment/run: what was ordered last runs again.

    Raises: ApiError 400 - nothing was ordered for that list or campaign.
    """
    resource, resource_type = _target(call, call.body["resource_id"], "")
    earlier = call.world.enrichments.newest_of(resource)
    if earlier is None:
        raise ApiError(400, "No enrichment found for this resource", bare=True)
    again = _order(call, resource, resource_type, dict(earlier["payload"]), filters=earlier["filters"])
    again["settings"] = dict(earlier["settings"])
    return {"id": again["id"], "resource_id": resource, "enrichment_payload": again["payload"]}


def history(call: Call) -> list[JsonObject]:
    """Answer GET /supersearch-enrichment/history/{resource_id}, the newest first."""
    resource, _ = _target(call, call.params["resource_id"], "")
    found = [one for one in reversed(call.world.enrichments.ordered) if one["resource"] == resource]
    first = int(call.query.get("offset", 0))
    chosen = found[first : first + int(call.query.get("limit", len(found)))]
    return [enrichment_object(call, one) | {"timestamp_created": iso(one["started"])} for one in chosen]


def enrichment_object(call: Call, enrichment: Enrichment) -> JsonObject:
    """Return an enrichment as the API shows it."""
    return {
        "id": enrichment["id"],
        "organization_id": call.world.organization,
        "resource_id": enrichment["resource"],
        "resource_type": enrichment["resource_type"],
        "enrichment_payload": enrichment["payload"],
        "in_progress": _is_running(call, enrichment),
        "limit": enrichment["limit"],
        "auto_update": enrichment["settings"].get("auto_update", False),
        "skip_rows_without_email": enrichment["settings"].get("skip_rows_without_email", False),
    }


def target_of(call: Call, resource_id: str) -> tuple[str, int]:
    """Return id and type of a list or campaign, or raise NotFoundError."""
    return _target(call, resource_id, "")


def _target(call: Call, resource_id: str | None, new_name: str) -> tuple[str, int]:
    """Return id and type of what is enriched; a new list where none is named."""
    if resource_id is None:
        return new_list(call.world, new_name, call.now, has_enrichment_task=True)["id"], LIST
    if resource_id.lower() in call.world.campaigns:
        return resource_id.lower(), CAMPAIGN
    return find_list(call.world, resource_id)["id"], LIST


def _existing(call: Call, resource_id: str) -> Enrichment:
    resource, _ = _target(call, resource_id, "")
    enrichment = call.world.enrichments.newest_of(resource)
    if enrichment is None:
        raise NotFoundError
    return enrichment


def _order(
    call: Call, resource: str, resource_type: int, payload: dict[str, Any], *, filters: JsonObject | None = None
) -> Enrichment:
    enrichment: Enrichment = {
        "id": call.world.new_id(),
        "resource": resource,
        "resource_type": resource_type,
        "payload": payload,
        "settings": {},
        "filters": filters,
        "limit": None,
        "started": call.now,
        "found_nobody": False,
    }
    call.world.enrichments.ordered.append(enrichment)
    call.world.touch()
    return enrichment


def _is_running(call: Call, enrichment: Enrichment) -> bool:
    return call.now < enrichment["started"] + TAKES_S


def _lead_fields(person: Person, *, has_address: bool) -> JsonObject:
    fields: JsonObject = {
        "first_name": person["first_name"],
        "last_name": person["last_name"],
        "job_title": person["title"],
        "company_name": person["company"],
        "website": f"https://{person['domain']}",
    }
    return fields | {"email": person["email"]} if has_address else fields
