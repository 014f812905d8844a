"""The served campaign operations."""

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.campaigns import bodies, operations, sending_status
from iexdg.sandbox.resources.fields import ID_PARAM

ROUTES = (
    Route(
        method="GET",
        path="/campaigns",
        scope="campaigns:read",
        handler=operations.list_campaigns,
        query=bodies.LIST_CAMPAIGNS,
    ),
    Route(
        method="POST",
        path="/campaigns",
        scope="campaigns:create",
        handler=operations.create_campaign,
        body=bodies.CREATE_CAMPAIGN,
    ),
    Route(
        method="GET",
        path="/campaigns/{id}",
        scope="campaigns:read",
        handler=operations.get_campaign,
        params=ID_PARAM,
    ),
    Route(
        method="PATCH",
        path="/campaigns/{id}",
        scope="campaigns:update",
        handler=operations.patch_campaign,
        params=ID_PARAM,
        body=bodies.PATCH_CAMPAIGN,
    ),
    Route(
        method="POST",
        path="/campaigns/{id}/activate",
        scope="campaigns:update",
        handler=operations.activate_campaign,
        params=ID_PARAM,
    ),
    Route(
        method="POST",
        path="/campaigns/{id}/pause",
        scope="campaigns:update",
        handler=operations.pause_campaign,
        params=ID_PARAM,
    ),
    Route(
        method="GET",
        path="/campaigns/{id}/sending-status",
        scope="campaigns:read",
        handler=sending_status.sending_status,
        params=ID_PARAM,
        query=bodies.SENDING_STATUS,
    ),
)
