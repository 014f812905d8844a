"""One entry of the block list: what may be blocked, its id, and how it is shown and found."""

import re
from uuid import NAMESPACE_DNS, uuid5

from iexdg.sandbox.http.schema import FORMATS
from iexdg.sandbox.http.wire import ApiError, JsonObject, NotFoundError
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.records import BlockFacts
from iexdg.sandbox.world.world import World

_DOMAIN = re.compile(r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$")


def normal_value(value: str) -> str:
    """Return a value as it is stored, or "" where it is neither an address nor a domain."""
    value = value.strip().lower()
    return value if _DOMAIN.match(value) or FORMATS["email"](value) else ""


def checked_value(value: str) -> str:
    """Return a value as it is stored.

    Raises: ApiError 400 - it is neither an address nor a domain; the vendor's words for that are unknown.
    """
    stored = normal_value(value)
    if not stored:
        raise ApiError(400, "Invalid email or domain")
    return stored


def block(world: World, value: str, at: float) -> JsonObject:
    """Block a stored value and return its entry; one that is blocked already stays as it is."""
    if value not in world.blocklist:
        world.blocklist.append(value)
        world.block_facts[value] = {"id": world.new_id(), "at": at}
        world.touch()
    return entry_of(world, value)


def unblock(world: World, value: str) -> JsonObject:
    """Take a value off the list and return the entry that is gone."""
    gone = entry_of(world, value)
    world.blocklist.remove(value)
    world.block_facts.pop(value, None)
    world.touch()
    return gone


def replace_value(world: World, old: str, new: str) -> JsonObject:
    """Let an entry block another value; its id and time stay."""
    if new != old and new in world.blocklist:
        raise ApiError(400, "Entry already exists")  # Assumed: the vendor's answer to a second entry for a value.
    facts = _facts(world, old)
    world.blocklist[world.blocklist.index(old)] = new
    world.block_facts.pop(old, None)
    world.block_facts[new] = facts
    world.touch()
    return entry_of(world, new)


def value_of(world: World, entry_id: str) -> str:
    """Return the value of an entry, or raise NotFoundError."""
    found = next((value for value in world.blocklist if _facts(world, value)["id"] == entry_id.lower()), None)
    if found is None:
        raise NotFoundError
    return found


def values_found(world: World, query: JsonObject) -> list[str]:
    """Return the values that `search` and `domains_only` mean.

    Assumed: `search` looks for a part of the value; the OpenAPI does not say.
    """
    search = query.get("search", "").strip().lower()
    return [value for value in world.blocklist if search in value and _is_meant(value, query)]


def _is_meant(value: str, query: JsonObject) -> bool:
    return "@" not in value or not query.get("domains_only")


def entry_of(world: World, value: str) -> JsonObject:
    """Return an entry as the API shows it."""
    facts = _facts(world, value)
    return {
        "id": facts["id"],
        "timestamp_created": iso(facts["at"]),
        "organization_id": world.organization,
        "bl_value": value,
        "is_domain": "@" not in value,
    }


def _facts(world: World, value: str) -> BlockFacts:
    """Return id and time of an entry; those that the control plane wrote have an id that follows from the value."""
    return world.block_facts.get(value) or {"id": str(uuid5(NAMESPACE_DNS, value)), "at": world.created}
