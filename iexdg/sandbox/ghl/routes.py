"""Every operation that is served, as the vendor publishes it."""

from iexdg.sandbox.ghl import (
    contacts,
    locations,
    notes,
    oauth,
    opportunities,
    searching,
    tags,
    upserting,
    workflows,
)
from iexdg.sandbox.ghl.wire import served

OPERATIONS = (
    served("POST", "/contacts/", contacts.create, status=201),
    served("POST", "/contacts/upsert", upserting.upsert),
    served("POST", "/contacts/search", searching.search),
    served("GET", "/contacts/search/duplicate", contacts.find_duplicate),
    served("GET", "/contacts/{contactId}", contacts.read),
    served("PUT", "/contacts/{contactId}", contacts.change),
    served("DELETE", "/contacts/{contactId}", contacts.delete),
    served("POST", "/contacts/{contactId}/tags", tags.add, status=201),
    served("DELETE", "/contacts/{contactId}/tags", tags.remove),
    served("GET", "/contacts/{contactId}/notes", notes.listed),
    served("POST", "/contacts/{contactId}/notes", notes.add, status=201),
    served("POST", "/contacts/{contactId}/workflow/{workflowId}", workflows.add),
    served("DELETE", "/contacts/{contactId}/workflow/{workflowId}", workflows.remove),
    served("GET", "/workflows/", workflows.listed),
    served("GET", "/locations/{locationId}", locations.read),
    served("POST", "/opportunities/", opportunities.create, status=201),
    served("POST", "/opportunities/upsert", opportunities.upsert),
    served("GET", "/opportunities/pipelines", opportunities.pipelines),
    served("GET", "/opportunities/search", opportunities.search),
    served("POST", "/oauth/token", oauth.exchange, is_open=True),
    served("POST", "/oauth/locationToken", oauth.location_token),
)
