"""The group of workspaces: which others this one manages, and which one manages it."""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.office import GroupMember
from iexdg.sandbox.world.world import World

# Assumed: an invitation is accepted after an hour, by the workspaces of this simulator only.
_ACCEPTS_AFTER_S = 3600.0


def create_group_member(call: Call) -> JsonObject:
    """Answer POST /workspace-group-members.

    Source: OpenAPI: 409 for a workspace that is in the group. Assumed: 400 for the workspace itself.
    """
    invited = call.body["sub_workspace_id"].lower()
    group = call.world.office["group"]
    if invited == call.world.organization:
        raise ApiError(400, "A workspace cannot be a sub workspace of itself")
    if any(one["sub_workspace_id"] == invited for one in group.values()):
        raise ApiError(409, "The workspace is in the group already")
    member: GroupMember = {
        "id": call.world.new_id(),
        "sub_workspace_id": invited,
        "created": call.now,
        "accepted_at": call.now + _ACCEPTS_AFTER_S if invited in call.worlds else None,
    }
    group[member["id"]] = member
    call.world.touch()
    return _group_object(call, call.world, member)


def list_group_members(call: Call) -> JsonObject:
    """Answer GET /workspace-group-members, in the order of the ids."""
    limit, after = call.query.get("limit", DEFAULT_PAGE), call.query.get("starting_after", "")
    group = sorted(call.world.office["group"].values(), key=lambda one: one["id"])
    chosen = [one for one in group if one["id"] > after][:limit]
    return page([_group_object(call, call.world, one) for one in chosen], limit, chosen[-1]["id"] if chosen else "")


def get_group_member(call: Call) -> JsonObject:
    """Answer GET /workspace-group-members/{id}; both sides see it."""
    return _group_object(call, *_find(call))


def delete_group_member(call: Call) -> JsonObject:
    """Answer DELETE /workspace-group-members/{id}; the managed workspace may leave, too."""
    admin, member = _find(call)
    gone = _group_object(call, admin, member)
    del admin.office["group"][member["id"]]
    admin.touch()
    return gone


def admin_of(call: Call) -> JsonObject:
    """Answer GET /workspace-group-members/admin.

    Source: OpenAPI: without an admin workspace its name is "Undefined".
    """
    for admin in call.worlds.values():
        for member in admin.office["group"].values():
            if member["sub_workspace_id"] == call.world.organization and is_accepted(member, call.now):
                return {
                    "workspace_name": admin.workspace_name,
                    "has_admin_workspace": True,
                    "workspace_group_member_id": member["id"],
                }
    return {"workspace_name": "Undefined", "has_admin_workspace": False}


def managed_by(world: World, now: float) -> set[str]:
    """Return the ids of the workspaces that one manages, itself among them; just itself if it is no admin."""
    group = world.office["group"].values()
    return {world.organization, *(one["sub_workspace_id"] for one in group if is_accepted(one, now))}


def is_accepted(member: GroupMember, now: float) -> bool:
    """Say whether a workspace has accepted the invitation into the group."""
    return member["accepted_at"] is not None and member["accepted_at"] <= now


def _find(call: Call) -> tuple[World, GroupMember]:
    for admin in call.worlds.values():
        member = admin.office["group"].get(call.params["id"].lower())
        if member and call.world.organization in (admin.organization, member["sub_workspace_id"]):
            return admin, member
    raise NotFoundError


def _group_object(call: Call, admin: World, member: GroupMember) -> JsonObject:
    accepted = is_accepted(member, call.now)
    sub = call.worlds.get(member["sub_workspace_id"])
    since = member["accepted_at"] if accepted and member["accepted_at"] is not None else member["created"]
    return {
        "id": member["id"],
        "admin_workspace_id": admin.organization,
        "sub_workspace_id": member["sub_workspace_id"],
        "status": "accepted" if accepted else "pending",
        "timestamp_created": iso(member["created"]),
        "timestamp_updated": iso(since),
        "sub_workspace_name": sub.workspace_name if sub and accepted else None,
        "admin_workspace_name": admin.workspace_name,
    }
