"""Workflows: listed, entered and left. Source: gohighlevel-facts.md §5 and §6."""

from typing import Any

from iexdg.sandbox.ghl.contacts import known
from iexdg.sandbox.ghl.wire import CrmCall, CrmError, done, not_found
from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.crm import PUBLISHED, Workflow


def listed(call: CrmCall) -> JsonObject:
    """Answer GET /workflows/: all of them, without pages."""
    return {"workflows": [_view(call, workflow) for workflow in call.crm.workflows.values()]}


def add(call: CrmCall) -> JsonObject:
    """Answer POST /contacts/{contactId}/workflow/{workflowId}.

    A success says that the request was accepted, not that anything runs: a draft takes nobody in, nor does a workflow
    without re-entry that the contact has been in.
    Assumed: an unknown workflow is refused as an unknown contact is, a draft as the options say.
    """
    contact, workflow = known(call), _known(call)
    if workflow["status"] != PUBLISHED:
        if call.options.crm_drafts == "refuse":
            raise CrmError(422, ["The workflow is not published"])
        return done(call.options)
    if workflow["allows_reentry"] or not _entries(call):
        entry = {
            "id": call.crm.new_id(),
            "contactId": contact["id"],
            "workflowId": workflow["id"],
            "eventStartTime": call.body.get("eventStartTime"),
            "at": iso(call.now),
            "left_at": None,
        }
        call.crm.entries.append(entry)
        call.world.touch()
    return done(call.options)


def remove(call: CrmCall) -> JsonObject:
    """Answer DELETE /contacts/{contactId}/workflow/{workflowId}: 404 where the contact is not in it."""
    known(call), _known(call)
    inside = [entry for entry in _entries(call) if entry["left_at"] is None]
    if not inside:
        raise CrmError(404, "The contact is not in this workflow")
    for entry in inside:
        entry["left_at"] = iso(call.now)
    call.world.touch()
    return done(call.options)


def _entries(call: CrmCall) -> list[dict[str, Any]]:
    wanted = (call.params["contactId"], call.params["workflowId"])
    return [entry for entry in call.crm.entries if (entry["contactId"], entry["workflowId"]) == wanted]


def _known(call: CrmCall) -> Workflow:
    workflow = call.crm.workflows.get(call.params["workflowId"])
    if workflow is None:
        raise not_found("Workflow", call.params["workflowId"])
    return workflow


def _view(call: CrmCall, workflow: Workflow) -> JsonObject:
    return {
        "id": workflow["id"],
        "name": workflow["name"],
        "status": workflow["status"],
        "version": workflow["version"],
        "createdAt": iso(workflow["created"]),
        "updatedAt": iso(workflow["created"]),
        "locationId": call.crm.location,
    }
