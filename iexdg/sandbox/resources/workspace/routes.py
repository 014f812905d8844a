"""The served operations on the workspace."""

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.workspace import audit_log, block_list, bodies, operations

ROUTES = (
    Route(
        method="GET",
        path="/audit-logs",
        scope="audit_logs:read",
        handler=audit_log.list_audit_logs,
        query=bodies.LIST_AUDIT,
    ),
    Route(
        method="GET",
        path="/block-lists-entries",
        scope="block_list_entries:read",
        handler=block_list.list_block_list,
        query=bodies.LIST_BLOCK_LIST,
    ),
    Route(method="GET", path="/workspaces/current", scope="workspaces:read", handler=operations.current_workspace),
    Route(
        method="GET",
        path="/workspace-billing/plan-details",
        scope="workspace_billing:read",
        handler=operations.plan_details,
    ),
)
