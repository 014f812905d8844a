"""Custom tags: make, read, change and delete them."""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.resources.tags.tagging import has_resource, parts
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.grouping import Tag
from iexdg.sandbox.world.world import World


def new_tag(world: World, label: str, at: float, description: str | None = None) -> Tag:
    """Make a tag.

    Source: instantly-facts.md §2.6, custom-tags.
    Raises: ApiError 409 - another tag has this label.
    """
    _refuse_taken(world, label, "")
    made: Tag = {
        "id": world.new_id(),
        "label": label.strip(),
        "description": description,
        "created": at,
        "updated": at,
    }
    world.tags[made["id"]] = made
    world.touch()
    return made


def _refuse_taken(world: World, label: str, own_id: str) -> None:
    if any(tag["label"] == label.strip() and tag["id"] != own_id for tag in world.tags.values()):
        raise ApiError(409, f"A tag with the label {label.strip()} already exists")


def find_tag(world: World, tag_id: str) -> Tag:
    """Return one tag of this workspace, or raise NotFoundError."""
    found = world.tags.get(tag_id.lower())
    if found is None:
        raise NotFoundError
    return found


def tag_object(world: World, tag: Tag) -> JsonObject:
    """Return a tag as the API shows it."""
    return {
        "id": tag["id"],
        "timestamp_created": iso(tag["created"]),
        "timestamp_updated": iso(tag["updated"]),
        "organization_id": world.organization,
        "label": tag["label"],
        "description": tag["description"],
    }


def list_tags(call: Call) -> JsonObject:
    """Answer GET /custom-tags, the oldest first.

    Assumed: the order, and that `search` looks at label and description.
    """
    query, world = call.query, call.world
    search, resources = query.get("search", "").lower(), query.get("resource_ids")
    wanted = parts(query.get("tag_ids"))
    shown = [
        tag_object(world, tag)
        for tag in world.tags.values()
        if search in f"{tag['label']} {tag['description'] or ''}".lower()
        and (not wanted or tag["id"] in wanted)
        and (
            not resources
            or any(one["tag"] == tag["id"] and has_resource(one, resources) for one in world.taggings.values())
        )
    ]
    return page_behind(shown, query.get("limit", DEFAULT_PAGE), query.get("starting_after"), lambda one: str(one["id"]))


def create_tag(call: Call) -> JsonObject:
    """Answer POST /custom-tags."""
    return tag_object(call.world, new_tag(call.world, call.body["label"], call.now, call.body.get("description")))


def get_tag(call: Call) -> JsonObject:
    """Answer GET /custom-tags/{id}."""
    return tag_object(call.world, find_tag(call.world, call.params["id"]))


def patch_tag(call: Call) -> JsonObject:
    """Answer PATCH /custom-tags/{id}."""
    tag, body = find_tag(call.world, call.params["id"]), call.body
    if "label" in body:
        _refuse_taken(call.world, body["label"], tag["id"])
        tag["label"] = body["label"].strip()
    tag["description"] = body.get("description", tag["description"])
    tag["updated"] = call.now
    call.world.touch()
    return tag_object(call.world, tag)


def delete_tag(call: Call) -> JsonObject:
    """Answer DELETE /custom-tags/{id} with the tag that is gone, from everything that had it too."""
    world, gone = call.world, find_tag(call.world, call.params["id"])
    world.taggings = {key: one for key, one in world.taggings.items() if one["tag"] != gone["id"]}
    del world.tags[gone["id"]]
    world.touch()
    return tag_object(world, gone)
