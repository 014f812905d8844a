"""What the control plane shows and changes of a GoHighLevel location."""

from typing import Any

from iexdg.sandbox.ghl.contacts import contact_view
from iexdg.sandbox.ghl.oauth import revoke
from iexdg.sandbox.http.wire import ApiError, JsonObject
from iexdg.sandbox.simulation import Simulation
from iexdg.sandbox.world.crm import PUBLISHED


def shown(simulation: Simulation, body: Any) -> JsonObject:
    """Return the contacts, their notes, and every time that one of them entered a workflow, the oldest first."""
    del body
    crm = simulation.world.crm
    return {
        "location": crm.location,
        "contacts": [contact_view(contact) for contact in crm.contacts.values()],
        "notes": list(crm.notes),
        "workflow_entries": list(crm.entries),
        "opportunities": list(crm.opportunities.values()),
    }


def change(simulation: Simulation, body: Any) -> JsonObject:
    """Change a location: {"revoked": true} takes its tokens back, {"workflow": "Name", "status": "draft"} unpublishes.

    Raises: ApiError 400 - it is not understood; nothing changed.
    """
    crm = simulation.world.crm
    revoked, name, status = body.get("revoked"), body.get("workflow"), body.get("status", PUBLISHED)
    if not isinstance(revoked, bool | None) or not isinstance(status, str):
        raise ApiError(400, "revoked must be true or false, status a text")
    named = next((one for one in crm.workflows.values() if one["name"] == name), None)
    if name is not None and named is None:
        raise ApiError(400, f"there is no workflow {name}")
    if named is not None:
        named["status"] = status
    if revoked is not None:
        crm.is_token_revoked = revoked
    if revoked:
        revoke(crm)
    simulation.world.touch()
    return {
        "revoked": crm.is_token_revoked,
        "workflows": {one["name"]: one["status"] for one in crm.workflows.values()},
    }
