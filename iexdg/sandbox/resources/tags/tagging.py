"""Which accounts and campaigns have which tags."""

from uuid import NAMESPACE_URL, uuid5

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.grouping import CAMPAIGN, Tagging, tags_of
from iexdg.sandbox.world.world import World


def tag_resource(world: World, tag_id: str, kind: int, resource: str, at: float) -> None:
    """Give a tag to an account or a campaign; one that has it already keeps it."""
    key = f"{tag_id}|{kind}|{resource}"
    if key not in world.taggings:
        made: Tagging = {"id": world.new_id(), "tag": tag_id, "kind": kind, "resource": resource, "created": at}
        world.taggings[key] = made
        world.touch()


def untag_resource(world: World, tag_id: str, kind: int, resource: str) -> None:
    """Take a tag away; one that does not have it stays as it is."""
    world.taggings.pop(f"{tag_id}|{kind}|{resource}", None)
    world.touch()


def has_resource(tagging: Tagging, resource_ids: str) -> bool:
    """Say whether a tag is on one of these. Shapes: resource_ids - comma separated, an account by id or address."""
    return bool(parts(resource_ids) & {tagging["resource"], _resource_id(tagging)})


def _resource_id(tagging: Tagging) -> str:
    # Source: OpenAPI, schema CustomTagMapping: an id. Assumed: an account, which has none elsewhere, has one here.
    return tagging["resource"] if tagging["kind"] == CAMPAIGN else str(uuid5(NAMESPACE_URL, tagging["resource"]))


def list_mappings(call: Call) -> JsonObject:
    """Answer GET /custom-tag-mappings, the oldest first.

    Assumed: the order.
    """
    query, world = call.query, call.world
    shown = [
        {
            "id": one["id"],
            "timestamp_created": iso(one["created"]),
            "tag_id": one["tag"],
            "organization_id": world.organization,
            "resource_type": one["kind"],
            "resource_id": _resource_id(one),
        }
        for one in world.taggings.values()
        if not query.get("resource_ids") or has_resource(one, query["resource_ids"])
    ]
    return page_behind(shown, query.get("limit", DEFAULT_PAGE), query.get("starting_after"), lambda one: str(one["id"]))


def forget_resource(world: World, kind: int, resource: str) -> None:
    """Take every tag from an account or a campaign that is gone."""
    kept = {key: one for key, one in world.taggings.items() if (one["kind"], one["resource"]) != (kind, resource)}
    world.taggings = kept


def fits_tags(world: World, kind: int, resource: str, query: JsonObject) -> bool:
    """Say whether an account or a campaign has the tags that a list is narrowed to.

    Shapes: query - tag_ids, at least one of which it needs; tag_ids_all, all of which; both comma separated.
    """
    has = tags_of(world.taggings.values(), kind, resource)
    any_of, all_of = (parts(query.get(name)) for name in ("tag_ids", "tag_ids_all"))
    return (not any_of or not has.isdisjoint(any_of)) and has >= all_of


def shown_tags(world: World, kind: int, resource: str) -> list[JsonObject]:
    """Return the tags of an account or a campaign as lists show them."""
    has = tags_of(world.taggings.values(), kind, resource)
    return [
        {"id": tag["id"], "label": tag["label"], "description": tag["description"]}
        for tag in world.tags.values()
        if tag["id"] in has
    ]


def parts(text: str | None) -> set[str]:
    """Return the parts of a comma separated text, in lower case."""
    return {part.strip().lower() for part in (text or "").split(",") if part.strip()}
