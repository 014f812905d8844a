"""The served operations on the block list."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.block_list import operations

_PATH = "/block-lists-entries"

ROUTES = (
    served("GET", _PATH, operations.list_entries),
    served("POST", _PATH, operations.create_entry),
    served("DELETE", _PATH, operations.delete_entries),
    served("GET", f"{_PATH}/download", operations.download),
    served("POST", f"{_PATH}/bulk-create", operations.create_many),
    served("POST", f"{_PATH}/bulk-delete", operations.delete_many),
    served("GET", f"{_PATH}/{{id}}", operations.get_entry),
    served("PATCH", f"{_PATH}/{{id}}", operations.patch_entry),
    served("DELETE", f"{_PATH}/{{id}}", operations.delete_entry),
)
