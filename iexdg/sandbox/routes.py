"""The table of served operations: path, scope, request schemas and handler, one line each."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from iexdg.sandbox import analytics, bodies, campaigns, emails, leads, sending_status, verification, workspace
from iexdg.sandbox.schema import Schema
from iexdg.sandbox.wire import Call


@dataclass(frozen=True, kw_only=True)
class Route:
    """One operation; `body` None means that the vendor publishes no schema and takes anything."""

    method: str
    path: str
    scope: str
    handler: Callable[[Call], Any]
    body: Schema | None = None
    query: dict[str, Schema] = field(default_factory=dict)
    params: dict[str, Schema] = field(default_factory=dict)


def _route(method: str, path: str, scope: str, handler: Callable[[Call], Any], **more: Any) -> Route:
    return Route(method=method, path=f"/api/v2{path}", scope=scope, handler=handler, **more)


_ID = bodies.ID_PARAM
_EMAIL: dict[str, Schema] = {"email": {"type": "string", "format": "email"}}

# Static paths come before those with {id}. Source: instantly-api.md section 2 and the scopes of the OpenAPI.
ROUTES = (
    _route("GET", "/campaigns", "campaigns:read", campaigns.list_campaigns, query=bodies.LIST_CAMPAIGNS),
    _route("POST", "/campaigns", "campaigns:create", campaigns.create_campaign, body=bodies.CREATE_CAMPAIGN),
    _route("GET", "/campaigns/analytics", "campaigns:read", analytics.analytics, query=bodies.ANALYTICS),
    _route("GET", "/campaigns/analytics/overview", "campaigns:read", analytics.overview, query=bodies.OVERVIEW),
    _route("GET", "/campaigns/analytics/daily", "campaigns:read", analytics.daily, query=bodies.DAILY),
    _route("GET", "/campaigns/analytics/steps", "campaigns:read", analytics.steps, query=bodies.STEPS),
    _route("GET", "/campaigns/{id}", "campaigns:read", campaigns.get_campaign, params=_ID),
    _route(
        "PATCH", "/campaigns/{id}", "campaigns:update", campaigns.patch_campaign, params=_ID, body=bodies.PATCH_CAMPAIGN
    ),
    _route("POST", "/campaigns/{id}/activate", "campaigns:update", campaigns.activate_campaign, params=_ID),
    _route("POST", "/campaigns/{id}/pause", "campaigns:update", campaigns.pause_campaign, params=_ID),
    _route(
        "GET",
        "/campaigns/{id}/sending-status",
        "campaigns:read",
        sending_status.sending_status,
        params=_ID,
        query=bodies.SENDING_STATUS,
    ),
    _route("POST", "/leads", "leads:create", leads.create_lead, body=bodies.CREATE_LEAD),
    _route("POST", "/leads/add", "leads:create", leads.add_leads, body=bodies.ADD_LEADS),
    _route("POST", "/leads/list", "leads:read", leads.list_leads, body=bodies.LIST_LEADS),
    _route("GET", "/leads/{id}", "leads:read", leads.get_lead, params=_ID),
    _route("DELETE", "/leads/{id}", "leads:delete", leads.delete_lead, params=_ID, body=bodies.NULL),
    _route(
        "POST",
        "/email-verification",
        "email_verifications:create",
        verification.post_verification,
        body=bodies.VERIFY_EMAIL,
    ),
    _route(
        "GET",
        "/email-verification/{email}",
        "email_verifications:read",
        verification.get_verification,
        params=_EMAIL,
    ),
    _route("POST", "/emails/test", "emails:create", emails.send_test, body=bodies.TEST_EMAIL),
    _route("GET", "/accounts", "accounts:read", workspace.list_accounts, query=bodies.LIST_ACCOUNTS),
    _route(
        "GET",
        "/accounts/analytics/daily",
        "accounts:read",
        analytics.account_daily,
        query=bodies.ACCOUNT_DAILY,
    ),
    _route("GET", "/audit-logs", "audit_logs:read", workspace.list_audit_logs, query=bodies.LIST_AUDIT),
    _route(
        "GET",
        "/block-lists-entries",
        "block_list_entries:read",
        workspace.list_block_list,
        query=bodies.LIST_BLOCK_LIST,
    ),
    _route("GET", "/workspaces/current", "workspaces:read", workspace.current_workspace),
    _route("GET", "/workspace-billing/plan-details", "workspace_billing:read", workspace.plan_details),
)


def _pattern(path: str) -> re.Pattern[str]:
    # An address may hold an encoded slash, which WSGI has decoded already; ids may not.
    return re.compile(re.sub(r"\{(\w+)\}", lambda m: f"(?P<{m[1]}>{'.+' if m[1] == 'email' else '[^/]+'})", path))


_STATIC = {(route.method, route.path): route for route in ROUTES if "{" not in route.path}
_PATTERNS = [(route, _pattern(route.path)) for route in ROUTES if "{" in route.path]


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the operation for a request and its path parameters, or None."""
    static = _STATIC.get((method, path))
    if static is not None:
        return static, {}
    for route, pattern in _PATTERNS:
        match = pattern.fullmatch(path) if route.method == method else None
        if match:
            return route, match.groupdict()
    return None


def is_allowed(scopes: frozenset[str], needed: str) -> bool:
    """Say whether a key's scopes cover an operation.

    Source: instantly-api.md section 1, Scopes: {res:action, res:all, all:action, all:all}.
    """
    resource, action = needed.split(":")
    return bool(scopes & {needed, f"{resource}:all", f"all:{action}", "all:all"})
