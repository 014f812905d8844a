"""What changes the workspace itself: name and logo, its removal, its owner, the domain under its own brand."""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.workspace.operations import workspace_object
from iexdg.sandbox.world.ids import share_of

# Source: OpenAPI, scheduleCurrentWorkspaceRemoval: removed after 24 hours.
_REMOVAL_AFTER_S = 86_400.0
# Assumed: how long the records of a domain take to be seen.
_VERIFIED_AFTER_S = 600.0


def patch_workspace(call: Call) -> JsonObject:
    """Answer PATCH /workspaces/current."""
    call.world.workspace_name = call.body.get("name", call.world.workspace_name)
    call.world.office["logo_url"] = call.body.get("org_logo_url", call.world.office["logo_url"])
    return _changed(call)


def schedule_removal(call: Call) -> JsonObject:
    """Answer POST /workspaces/current/schedule-for-removal; once the time has come, no key opens the workspace."""
    call.world.office["removal_at"] = call.now + _REMOVAL_AFTER_S
    return _changed(call)


def cancel_removal(call: Call) -> JsonObject:
    """Answer DELETE /workspaces/current/schedule-for-removal."""
    call.world.office["removal_at"] = None
    return _changed(call)


def change_owner(call: Call) -> JsonObject:
    """Answer POST /workspaces/current/change-owner.

    Assumed: the new owner is a member who has accepted; the old one becomes an admin; any secret is accepted.
    """
    email = call.body["email"].lower()
    members = call.world.office["members"].values()
    chosen = next((one for one in members if email in (one["email"], one["user_email"])), None)
    if chosen is None or chosen["accepted_at"] is None or chosen["accepted_at"] > call.now:
        raise NotFoundError
    for member in members:
        if member["role"] == "owner":
            member["role"] = "admin"
    chosen["role"] = "owner"
    call.world.owner = chosen["user_id"]
    return _changed(call)


def add_client_domain(call: Call) -> JsonObject:
    """Answer POST /workspaces/current/whitelabel-domain.

    Assumed: what is no name of a domain is a 400.
    """
    domain = call.body["domain"].strip().lower()
    if "." not in domain or any(c.isspace() or c in "/@" for c in domain):
        raise ApiError(400, "Invalid domain")
    call.world.office["client_domain"], call.world.office["client_domain_since"] = domain, call.now
    return _changed(call)


def client_domain(call: Call) -> JsonObject:
    """Answer GET /workspaces/current/whitelabel-domain: which record is missing until the domain is verified.

    Assumed: 404 without a domain.
    """
    domain = call.world.office["client_domain"]
    if domain is None:
        raise NotFoundError
    is_verified = call.now - call.world.office["client_domain_since"] >= _VERIFIED_AFTER_S
    record = {
        "type": "TXT",
        "domain": f"_verify.{domain}",
        "value": f"challenge={int(share_of(call.world.seed, domain) * 10**12):012d}",
        "reason": "A TXT record proves that the domain is yours",
    }
    return {"verified": is_verified, "name": domain, "verification": [] if is_verified else [record]}


def delete_client_domain(call: Call) -> JsonObject:
    """Answer DELETE /workspaces/current/whitelabel-domain."""
    call.world.office["client_domain"] = None
    return _changed(call)


def _changed(call: Call) -> JsonObject:
    call.world.office["updated"] = call.now
    call.world.touch()
    return workspace_object(call.world)
