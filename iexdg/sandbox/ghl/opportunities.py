"""Opportunities and the pipelines that they are in. Source: gohighlevel-facts.md §5."""

from typing import Any
from urllib.parse import urlencode

from iexdg.sandbox.ghl.contacts import contact_of
from iexdg.sandbox.ghl.wire import CrmCall, CrmError, not_found
from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.world.clock import iso

_LARGEST_PAGE, _DIGITS = 100, 6
_STATUSES = ("open", "won", "lost", "abandoned", "all")
_FIELDS = ("pipelineId", "pipelineStageId", "name", "status", "monetaryValue", "assignedTo", "contactId")


def pipelines(call: CrmCall) -> JsonObject:
    """Answer GET /opportunities/pipelines."""
    return {"pipelines": [pipeline | {"locationId": call.crm.location} for pipeline in call.crm.pipelines]}


def search(call: CrmCall) -> JsonObject:
    """Answer GET /opportunities/search, the newest first: an index, which shows a new one after a while.

    Assumed: an unknown contact or pipeline has none, and the index lags as that of the contacts does.
    """
    query, limit = call.query, _number(call, "limit", 20)
    if limit > _LARGEST_PAGE:
        raise CrmError(422, [f"limit must not be greater than {_LARGEST_PAGE}"])
    found = [one for one in call.crm.opportunities.values() if _is_asked_for(call, one)]
    found.sort(key=lambda one: (-one["added"], one["id"]))
    start = (_number(call, "page", 1) - 1) * limit
    more = query | {"page": str(_number(call, "page", 1) + 1)}
    meta: JsonObject = {"total": len(found), "currentPage": _number(call, "page", 1)}
    if start + limit < len(found):
        meta |= {"nextPage": _number(call, "page", 1) + 1, "nextPageUrl": f"/opportunities/search?{urlencode(more)}"}
    shown = [_view(one) for one in found[start : start + limit]]
    return {"opportunities": shown, "meta": meta, "aggregations": {}}


def _is_asked_for(call: CrmCall, opportunity: dict[str, Any]) -> bool:
    query, status = call.query, call.query.get("status", "all")
    if status not in _STATUSES:
        raise CrmError(422, [f"status must be one of the following values: {', '.join(_STATUSES)}"])
    names = (("contact_id", "contactId"), ("pipeline_id", "pipelineId"), ("pipeline_stage_id", "pipelineStageId"))
    is_of = all(not query.get(asked) or opportunity.get(name) == query[asked] for asked, name in names)
    is_known = opportunity["added"] <= call.now - call.options.crm_search_lag_s
    return is_of and is_known and status in {"all", opportunity["status"]}


def _number(call: CrmCall, name: str, default: int) -> int:
    text = call.query.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text)):
        raise CrmError(422, [f"{name} must be a positive number"])
    return int(text)


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
