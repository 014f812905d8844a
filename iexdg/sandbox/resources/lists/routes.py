"""The served operations on lead lists."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.lists import lists

ROUTES = (
    served("GET", "/lead-lists", lists.list_lists),
    served("POST", "/lead-lists", lists.create_list),
    served("GET", "/lead-lists/{id}", lists.get_list),
    served("PATCH", "/lead-lists/{id}", lists.patch_list),
    served("DELETE", "/lead-lists/{id}", lists.delete_list),
    served("GET", "/lead-lists/{id}/verification-stats", lists.verification_stats, scope="lead_lists:read"),
)
