"""Opportunities and the pipelines that they are in. Source: gohighlevel-facts.md §5."""

from typing import Any

from iexdg.sandbox.ghl.contacts import contact_of
from iexdg.sandbox.ghl.wire import CrmCall, CrmError, not_found
from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.world.clock import iso

_FIELDS = ("pipelineId", "pipelineStageId", "name", "status", "monetaryValue", "assignedTo", "contactId")


def pipelines(call: CrmCall) -> JsonObject:
    """Answer GET /opportunities/pipelines."""
    return {"pipelines": [pipeline | {"locationId": call.crm.location} for pipeline in call.crm.pipelines]}


def create(call: CrmCall) -> JsonObject:
    """Answer POST /opportunities/: a second one for the same contact and pipeline is refused.

    Assumed: as a duplicate contact is. The setting is that of the location.
    """
    _check(call)
    if _of_contact(call) is not None and not call.options.crm_duplicates:
        raise CrmError(400, "Can not create duplicate opportunity for the contact.")
    return {"opportunity": _view(_new(call))}


def upsert(call: CrmCall) -> JsonObject:
    """Answer POST /opportunities/upsert: by its id where one is sent, else by contact and pipeline."""
    _check(call)
    named = call.crm.opportunities.get(str(call.body.get("id", "")))
    found = named or _of_contact(call)
    if found is None:
        return {"opportunity": _view(_new(call)), "new": True}
    _write(call, found)
    return {"opportunity": _view(found), "new": False}


def _check(call: CrmCall) -> None:
    pipeline = next((one for one in call.crm.pipelines if one["id"] == call.body["pipelineId"]), None)
    if pipeline is None:
        raise not_found("Pipeline", call.body["pipelineId"])
    stage = call.body.get("pipelineStageId")
    if stage is not None and stage not in {one["id"] for one in pipeline["stages"]}:
        raise not_found("Pipeline stage", stage)
    if call.body.get("contactId") is not None:
        contact_of(call.crm, call.body["contactId"])
    elif not call.body.get("id"):
        # Source: gohighlevel-facts.md §5, the contact is required although the newest file has dropped it.
        raise CrmError(422, ["contactId should not be empty"])


def _of_contact(call: CrmCall) -> dict[str, Any] | None:
    wanted = (call.body.get("contactId"), call.body["pipelineId"])
    found = call.crm.opportunities.values()
    return next((one for one in found if (one.get("contactId"), one["pipelineId"]) == wanted), None)


def _new(call: CrmCall) -> dict[str, Any]:
    first_stage = next(one for one in call.crm.pipelines if one["id"] == call.body["pipelineId"])["stages"][0]["id"]
    made: dict[str, Any] = {
        "id": call.crm.new_id(),
        "locationId": call.crm.location,
        "status": "open",
        "pipelineStageId": first_stage,
        "added": call.now,
    }
    call.crm.opportunities[made["id"]] = made
    _write(call, made)
    return made


def _write(call: CrmCall, opportunity: dict[str, Any]) -> None:
    opportunity.update({name: call.body[name] for name in _FIELDS if name in call.body})
    opportunity["updated"] = call.now
    call.world.touch()


def _view(opportunity: dict[str, Any]) -> JsonObject:
    shown = {name: value for name, value in opportunity.items() if name not in {"added", "updated"}}
    return shown | {"createdAt": iso(opportunity["added"]), "updatedAt": iso(opportunity["updated"])}
