"""The served operations on subsequences."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.subsequences import analytics, operations, sending_status

_PATH = "/subsequences"
_ONE = f"{_PATH}/{{id}}"

ROUTES = (
    served("GET", _PATH, operations.list_subsequences),
    served("POST", _PATH, operations.create_subsequence),
    served("GET", f"{_PATH}/analytics", analytics.totals),
    served("GET", _ONE, operations.get_subsequence),
    served("PATCH", _ONE, operations.patch_subsequence),
    served("DELETE", _ONE, operations.delete_subsequence),
    served("POST", f"{_ONE}/duplicate", operations.duplicate_subsequence),
    served("POST", f"{_ONE}/pause", operations.pause_subsequence),
    served("POST", f"{_ONE}/resume", operations.resume_subsequence),
    served("GET", f"{_ONE}/sending-status", sending_status.sending_status),
    served("GET", f"{_ONE}/analytics/steps", analytics.steps),
)
