"""The block list of addresses and domains."""

from uuid import NAMESPACE_DNS, uuid5

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page
from iexdg.sandbox.world.clock import iso


def list_block_list(call: Call) -> JsonObject:
    """Answer GET /block-lists-entries, in the order of the ids.

    Assumed: the order, and that `search` looks for a part of the value; the OpenAPI says neither.
    """
    query, world = call.query, call.world
    limit, after = query.get("limit", DEFAULT_PAGE), query.get("starting_after", "")
    search = query.get("search", "").lower()
    entries: list[JsonObject] = [
        {
            "id": str(uuid5(NAMESPACE_DNS, value)),
            "timestamp_created": iso(world.created),
            "organization_id": world.organization,
            "bl_value": value,
            "is_domain": "@" not in value,
        }
        for value in world.blocklist
        if search in value and ("@" not in value or not query.get("domains_only"))
    ]
    entries.sort(key=lambda entry: entry["id"])
    chosen = [entry for entry in entries if entry["id"] > after][:limit]
    return page(chosen, limit, chosen[-1]["id"] if chosen else "")
