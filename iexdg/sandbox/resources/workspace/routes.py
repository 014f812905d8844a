"""The served operations on the workspace."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.workspace import audit_log, changes, group, keys, members, operations

_MEMBERS, _GROUP = "/workspace-members", "/workspace-group-members"
_REMOVAL, _DOMAIN = "/workspaces/current/schedule-for-removal", "/workspaces/current/whitelabel-domain"

ROUTES = (
    served("GET", "/audit-logs", audit_log.list_audit_logs),
    served("GET", "/workspaces/current", operations.current_workspace),
    served("PATCH", "/workspaces/current", changes.patch_workspace),
    served("POST", _REMOVAL, changes.schedule_removal),
    served("DELETE", _REMOVAL, changes.cancel_removal),
    served("POST", "/workspaces/current/change-owner", changes.change_owner),
    served("POST", _DOMAIN, changes.add_client_domain),
    served("GET", _DOMAIN, changes.client_domain),
    served("DELETE", _DOMAIN, changes.delete_client_domain),
    served("GET", "/workspace-billing/plan-details", operations.plan_details),
    served("GET", "/workspace-billing/subscription-details", operations.subscription_details),
    served("POST", "/api-keys", keys.create_key),
    served("GET", "/api-keys", keys.list_keys),
    served("DELETE", "/api-keys/{id}", keys.delete_key),
    served("POST", _MEMBERS, members.create_member),
    served("GET", _MEMBERS, members.list_members),
    served("GET", f"{_MEMBERS}/{{id}}", members.get_member),
    served("PATCH", f"{_MEMBERS}/{{id}}", members.patch_member),
    served("DELETE", f"{_MEMBERS}/{{id}}", members.delete_member),
    served("POST", _GROUP, group.create_group_member),
    served("GET", _GROUP, group.list_group_members),
    served("GET", f"{_GROUP}/admin", group.admin_of, scope="workspace_group_members:read"),
    served("GET", f"{_GROUP}/{{id}}", group.get_group_member),
    served("DELETE", f"{_GROUP}/{{id}}", group.delete_group_member),
)
