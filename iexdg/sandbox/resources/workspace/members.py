"""The people of the workspace: invited, changed, removed."""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.office import Member
from iexdg.sandbox.world.world import World

# Assumed: an invitation is accepted after an hour; who has an address that begins with "stuck" never does.
_ACCEPTS_AFTER_S = 3600.0
_NEVER_ACCEPTS = "stuck"
_OWNER = "owner"


def new_member(world: World, body: JsonObject, *, at: float) -> Member:
    """Invite a person."""
    email = body["email"].lower()
    local = email.partition("@")[0]
    first, _, last = local.replace("_", ".").partition(".")
    member: Member = {
        "id": world.new_id(),
        "email": email,
        "user_id": world.new_id(),
        "user_email": body.get("user_email"),
        "first_name": first.title(),
        "last_name": last.title(),
        "nickname": body.get("nickname"),
        "role": body["role"],
        "permissions": body.get("permissions"),
        "created": at,
        "accepted_at": None if local.startswith(_NEVER_ACCEPTS) else at + _ACCEPTS_AFTER_S,
        "issuer_id": world.owner,
    }
    world.office["members"][member["id"]] = member
    world.touch()
    return member


def create_member(call: Call) -> JsonObject:
    """Answer POST /workspace-members.

    Source: OpenAPI, WorkspaceMember.role: an owner cannot be made here. Assumed: 400 for one, and for a person who is a
        member already.
    """
    if call.body["role"] == _OWNER:
        raise ApiError(400, "The owner role cannot be assigned")
    if any(one["email"] == call.body["email"].lower() for one in call.world.office["members"].values()):
        raise ApiError(400, "Member already exists")
    return _member_object(call, new_member(call.world, call.body, at=call.now))


def list_members(call: Call) -> JsonObject:
    """Answer GET /workspace-members, in the order of the ids."""
    query = call.query
    limit, after, search = query.get("limit", DEFAULT_PAGE), query.get("starting_after", ""), query.get("search", "")
    shown = [_member_object(call, one) for one in call.world.office["members"].values()]
    chosen = [
        one
        for one in sorted(shown, key=lambda one: str(one["id"]))
        if one["id"] > after
        and query.get("accepted", one["accepted"]) == one["accepted"]
        and search.lower() in f"{one['email']} {one['name']['first']} {one['name']['last']}".lower()
    ][:limit]
    return page(chosen, limit, chosen[-1]["id"] if chosen else "")


def get_member(call: Call) -> JsonObject:
    """Answer GET /workspace-members/{id}."""
    return _member_object(call, _find(call))


def patch_member(call: Call) -> JsonObject:
    """Answer PATCH /workspace-members/{id}. Assumed: the owner's role changes only with the owner (400)."""
    member, role = _find(call), call.body.get("role")
    if role is not None and _OWNER in (role, member["role"]) and role != member["role"]:
        raise ApiError(400, "The owner role cannot be changed here")
    member["role"] = role or member["role"]
    member["nickname"] = call.body.get("nickname", member["nickname"])
    call.world.touch()
    return _member_object(call, member)


def delete_member(call: Call) -> JsonObject:
    """Answer DELETE /workspace-members/{id} with who is gone. Assumed: the owner cannot be removed (400)."""
    member = _find(call)
    if member["role"] == _OWNER:
        raise ApiError(400, "The owner cannot be removed")
    del call.world.office["members"][member["id"]]
    call.world.touch()
    return _member_object(call, member)


def _find(call: Call) -> Member:
    member = call.world.office["members"].get(call.params["id"].lower())
    if member is None:
        raise NotFoundError
    return member


def _member_object(call: Call, member: Member) -> JsonObject:
    accepted_at = member["accepted_at"]
    return {
        "id": member["id"],
        "email": member["email"],
        "user_id": member["user_id"],
        "user_email": member["user_email"],
        "nickname": member["nickname"],
        "name": {"first": member["first_name"], "last": member["last_name"]},
        "role": member["role"],
        "timestamp_created": iso(member["created"]),
        "workspace_id": call.world.organization,
        "accepted": accepted_at is not None and accepted_at <= call.now,
        "issuer_id": member["issuer_id"],
        "permissions": member["permissions"],
    }
