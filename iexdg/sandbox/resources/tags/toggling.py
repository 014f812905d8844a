"""Giving tags to accounts and campaigns and taking them away: some by name, or all that a filter finds."""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.accounts.listing import chosen_accounts
from iexdg.sandbox.resources.tags.tagging import tag_resource, untag_resource
from iexdg.sandbox.world.grouping import ACCOUNT, tags_of
from iexdg.sandbox.world.world import World


def toggle(call: Call) -> JsonObject:
    """Answer POST /custom-tags/toggle-resource.

    Raises: ApiError 400 - nothing is selected; NotFoundError - a tag or a resource is unknown; nothing was changed.
    """
    body, world = call.body, call.world
    kind = int(body["resource_type"])
    tag_ids = [tag_id.lower() for tag_id in body["tag_ids"]]
    if not world.tags.keys() >= set(tag_ids):
        raise NotFoundError
    for resource in _selected(world, body, kind):
        for tag_id in tag_ids:
            if body["assign"]:
                tag_resource(world, tag_id, kind, resource, call.now)
            else:
                untag_resource(world, tag_id, kind, resource)
    return {"success": True}


def _selected(world: World, body: JsonObject, kind: int) -> list[str]:
    if body.get("selected_all"):
        left_out = {one.lower() for one in body.get("excluded_resource_ids", ())}
        return [one for one in _found(world, body, kind) if one not in left_out]
    if "resource_ids" not in body:
        raise ApiError(400, "resource_ids is required unless selected_all is true")
    named = [one.lower() for one in body["resource_ids"]]
    there = world.accounts if kind == ACCOUNT else world.campaigns
    if not there.keys() >= set(named):
        raise NotFoundError
    return named


def _found(world: World, body: JsonObject, kind: int) -> list[str]:
    """Return all accounts or campaigns that pass the filter of a request.

    Shapes: filter - the name of a filter of accounts, or an object with it, a search and tags.
    Assumed: the named filters are those of accounts alone, so that a campaign passes each.
    """
    asked = body.get("filter") or {}
    asked = {"filter": asked} if isinstance(asked, str) else asked
    search = str(body.get("search") or asked.get("search") or "")
    if kind == ACCOUNT:
        query = {"search": search} | ({"filter": asked["filter"]} if asked.get("filter") else {})
        found = [str(account["email"]) for account in chosen_accounts(world, query)]
    else:
        named = world.campaigns.values()
        found = [one["id"] for one in named if search.lower() in str(one["fields"]["name"]).lower()]
    return [one for one in found if _has_wanted(tags_of(world.taggings.values(), kind, one), asked)]


def _has_wanted(has: set[str], asked: JsonObject) -> bool:
    tag_id, any_of = asked.get("tag_id"), asked.get("tag_ids")
    if tag_id == "no-tag" and has:
        return False
    if tag_id not in (None, "no-tag", *has):
        return False
    return (not any_of or not has.isdisjoint(any_of)) and has.issuperset(asked.get("tag_ids_all", ()))
