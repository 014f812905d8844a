"""The served campaign operations."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.campaigns import copying, operations, sending_status

ROUTES = (
    served("GET", "/campaigns", operations.list_campaigns),
    served("POST", "/campaigns", operations.create_campaign),
    served("GET", "/campaigns/search-by-contact", operations.search_by_contact),
    served("GET", "/campaigns/count-launched", operations.count_launched),
    served("GET", "/campaigns/{id}", operations.get_campaign),
    served("PATCH", "/campaigns/{id}", operations.patch_campaign),
    served("DELETE", "/campaigns/{id}", operations.delete_campaign),
    served("POST", "/campaigns/{id}/variables", operations.add_variables),
    served("POST", "/campaigns/{id}/duplicate", copying.duplicate_campaign),
    served("POST", "/campaigns/{id}/share", copying.share_campaign, scope="campaigns:update", status=204),
    served("POST", "/campaigns/{id}/export", copying.export_campaign),
    served("POST", "/campaigns/{id}/from-export", copying.create_from_export),
    served("POST", "/campaigns/{id}/activate", operations.activate_campaign),
    served("POST", "/campaigns/{id}/pause", operations.pause_campaign),
    served("GET", "/campaigns/{id}/sending-status", sending_status.sending_status),
)
