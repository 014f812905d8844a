"""The served lead operations."""

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.fields import ID_PARAM, NULL
from iexdg.sandbox.resources.leads import adding, bodies, operations

ROUTES = (
    Route(method="POST", path="/leads", scope="leads:create", handler=adding.create_lead, body=bodies.CREATE_LEAD),
    Route(method="POST", path="/leads/add", scope="leads:create", handler=adding.add_leads, body=bodies.ADD_LEADS),
    Route(method="POST", path="/leads/list", scope="leads:read", handler=operations.list_leads, body=bodies.LIST_LEADS),
    Route(method="GET", path="/leads/{id}", scope="leads:read", handler=operations.get_lead, params=ID_PARAM),
    Route(
        method="DELETE",
        path="/leads/{id}",
        scope="leads:delete",
        handler=operations.delete_lead,
        params=ID_PARAM,
        body=NULL,
    ),
)
