"""The location itself. Source: gohighlevel-facts.md §5."""

from iexdg.sandbox.ghl.wire import CrmCall
from iexdg.sandbox.http.wire import JsonObject


def read(call: CrmCall) -> JsonObject:
    """Answer GET /locations/{locationId}; the settings say whether duplicates are allowed."""
    allowed = call.options.crm_duplicates
    location = {
        "id": call.crm.location,
        "companyId": call.crm.company,
        "name": location_name(call.world.workspace_name),
        "timezone": "America/Detroit",
        "country": "US",
        "email": "desk@location.example.com",
        "settings": {"allowDuplicateContact": allowed, "allowDuplicateOpportunity": allowed},
    }
    return {"location": location}


def location_name(workspace_name: str) -> str:
    """Return the name of the location that stands beside a workspace."""
    return f"{workspace_name} location"
