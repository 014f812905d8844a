"""The served lead operations."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.leads import adding, bulk, changing, operations

ROUTES = (
    served("POST", "/leads", adding.create_lead),
    served("POST", "/leads/add", adding.add_leads),
    served("POST", "/leads/list", operations.list_leads),
    served("POST", "/leads/move", bulk.move_leads),
    served("POST", "/leads/bulk-assign", bulk.assign_leads, scope="leads:update", status=202),
    served("POST", "/leads/merge", changing.merge_leads),
    served("POST", "/leads/update-interest-status", changing.update_interest, scope="leads:update", status=202),
    served("POST", "/leads/subsequence/move", changing.move_to_subsequence),
    served("POST", "/leads/subsequence/remove", changing.remove_from_subsequence),
    served("DELETE", "/leads", bulk.delete_leads),
    served("GET", "/leads/{id}", operations.get_lead),
    served("PATCH", "/leads/{id}", changing.patch_lead),
    served("DELETE", "/leads/{id}", operations.delete_lead),
)
