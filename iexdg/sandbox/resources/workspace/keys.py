"""API keys: one that is made opens the workspace with its scopes, one that is deleted opens nothing."""

from hashlib import blake2b

from iexdg.sandbox.http.wire import Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page
from iexdg.sandbox.world.audit import API_KEY_CREATED, API_KEY_DELETED
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.office import ApiKey
from iexdg.sandbox.world.world import World

_FIRST_NAME = "Sandbox"


def new_key(world: World, name: str, scopes: list[str], *, at: float) -> ApiKey:
    """Make a key; its text is the same for the same seed and number."""
    key_id = world.new_id()
    secret = blake2b(f"{world.seed}:{key_id}".encode(), digest_size=24).hexdigest()
    made: ApiKey = {"id": key_id, "name": name, "scopes": scopes, "key": f"sandbox-{secret}", "created": at}
    world.office["keys"][key_id] = made
    world.touch()
    return made


def create_key(call: Call) -> JsonObject:
    """Answer POST /api-keys. Assumed: a key may be made with more scopes than the one that makes it."""
    made = new_key(call.world, call.body["name"], call.body["scopes"], at=call.now)
    _write_audit(call, API_KEY_CREATED, made)
    return _key_object(call, made)


def list_keys(call: Call) -> JsonObject:
    """Answer GET /api-keys, oldest first, the key that the workspace began with among them.

    Assumed: the order, and that the list shows the keys themselves, since the shape requires them.
    """
    limit, after = call.query.get("limit", DEFAULT_PAGE), call.query.get("starting_after", "")
    chosen = [made for made in _all(call) if made["id"] > after][:limit]
    return page([_key_object(call, made) for made in chosen], limit, chosen[-1]["id"] if chosen else "")


def delete_key(call: Call) -> JsonObject:
    """Answer DELETE /api-keys/{id} with the key that is gone, which may be the one that asks."""
    key_id = call.params["id"].lower()
    made = next((made for made in _all(call) if made["id"] == key_id), None)
    if made is None:
        raise NotFoundError
    if made["id"] == call.world.api_key_id:
        call.world.office["is_first_key_deleted"] = True
    else:
        del call.world.office["keys"][made["id"]]
    _write_audit(call, API_KEY_DELETED, made)
    return _key_object(call, made)


def _all(call: Call) -> list[ApiKey]:
    made = sorted(call.world.office["keys"].values(), key=lambda one: one["id"])
    if call.world.office["is_first_key_deleted"]:
        return made
    first: ApiKey = {
        "id": call.world.api_key_id,
        "name": _FIRST_NAME,
        "scopes": sorted(call.options.scopes),
        "key": call.options.api_key,
        "created": call.world.created,
    }
    return [first, *made]


def _key_object(call: Call, made: ApiKey) -> JsonObject:
    return {
        "id": made["id"],
        "name": made["name"],
        "scopes": made["scopes"],
        "key": made["key"],
        "organization_id": call.world.organization,
        "timestamp_created": iso(made["created"]),
        "timestamp_updated": iso(made["created"]),
    }


def _write_audit(call: Call, activity: int, made: ApiKey) -> None:
    facts = {"api_key_id": made["id"], "name": made["name"], "scopes": made["scopes"]}
    call.world.write_audit(activity, call.now, audit_metadata=facts, user_agent=call.user_agent)
