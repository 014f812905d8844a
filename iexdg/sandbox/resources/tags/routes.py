"""The served operations on custom tags."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.tags import tagging, tags, toggling

ROUTES = (
    served("GET", "/custom-tags", tags.list_tags),
    served("POST", "/custom-tags", tags.create_tag),
    served("POST", "/custom-tags/toggle-resource", toggling.toggle, scope="custom_tags:update"),
    served("GET", "/custom-tags/{id}", tags.get_tag),
    served("PATCH", "/custom-tags/{id}", tags.patch_tag),
    served("DELETE", "/custom-tags/{id}", tags.delete_tag),
    served("GET", "/custom-tag-mappings", tagging.list_mappings),
)
