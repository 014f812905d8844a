"""Who may call: the bearer key and its scopes."""

from dataclasses import dataclass

from iexdg.sandbox.http.wire import ApiError
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World


@dataclass(frozen=True)
class KeyHolder:
    """Whose key a request carries, and what that key may do."""

    key_id: str
    scopes: frozenset[str]


def check_bearer_key(header: str, options: SandboxOptions, world: World) -> KeyHolder:
    """Accept a key of the workspace, sent as a bearer token: the first one, or one that was made through the API.

    Source: instantly-facts.md §6.2 (Law 2). Assumed: a workspace that was removed has no keys any more.
    Raises: ApiError 401 - the header is missing, malformed, or names another key.
    """
    if not header:
        raise ApiError(401, "Missing Authorization header")
    scheme, _, key = header.partition(" ")
    if scheme != "Bearer" or not key or " " in key or "#" in key:
        raise ApiError(401, "Invalid authorization header")
    holder = None if _is_removed(world) else _holder_of(key, options, world)
    if holder is None:
        raise ApiError(401, "Invalid API key")
    return holder


def made_key_opens(world: World, key: str) -> bool:
    """Say whether a key was made through the API of a workspace."""
    return any(made["key"] == key for made in world.office["keys"].values())


def is_allowed(scopes: frozenset[str], needed: str) -> bool:
    """Say whether a key's scopes cover an operation.

    Source: instantly-facts.md §1, Scopes: {res:action, res:all, all:action, all:all}.
    """
    resource, action = needed.split(":")
    return bool(scopes & {needed, f"{resource}:all", f"all:{action}", "all:all"})


def _holder_of(key: str, options: SandboxOptions, world: World) -> KeyHolder | None:
    if key == options.api_key and not world.office["is_first_key_deleted"]:
        return KeyHolder(world.api_key_id, options.scopes)
    made = next((made for made in world.office["keys"].values() if made["key"] == key), None)
    return KeyHolder(made["id"], frozenset(made["scopes"])) if made else None


def _is_removed(world: World) -> bool:
    removal_at = world.office["removal_at"]
    return removal_at is not None and removal_at <= world.now()
