"""The subsequence operations."""

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.resources.subsequences.subsequence import (
    change_status,
    drop_subsequence,
    find_subsequence,
    new_subsequence,
    normal_fields,
    subsequence_object,
)
from iexdg.sandbox.sending.conditions import wake
from iexdg.sandbox.world.records import ACTIVE, PAUSED


def list_subsequences(call: Call) -> JsonObject:
    """Answer GET /subsequences, oldest first. Assumed: `search` looks at the name."""
    query = call.query
    search = query.get("search", "").strip().lower()
    chosen = [
        one
        for one in call.world.subsequences.by_id.values()
        if query.get("parent_campaign", one["parent"]).lower() == one["parent"]
        and query.get("parent_campaign_not", "").lower() != one["parent"]
        and search in one["fields"]["name"].lower()
    ]
    limit, after = query.get("limit", DEFAULT_PAGE), query.get("starting_after")
    items = [subsequence_object(call.world, one) for one in chosen]
    return page_behind(items, limit, after, lambda item: str(item["id"]))


def create_subsequence(call: Call) -> JsonObject:
    """Answer POST /subsequences."""
    made = new_subsequence(call.world, call.body["parent_campaign"], call.body, call.now)
    return subsequence_object(call.world, made)


def get_subsequence(call: Call) -> JsonObject:
    """Answer GET /subsequences/{id}."""
    return subsequence_object(call.world, find_subsequence(call.world, call.params["id"]))


def patch_subsequence(call: Call) -> JsonObject:
    """Answer PATCH /subsequences/{id}; leads that are in it stay, and continue with what it now says."""
    subsequence = find_subsequence(call.world, call.params["id"])
    subsequence["fields"].update(normal_fields(call.body))
    wake(subsequence, call.now)
    call.world.touch()
    return subsequence_object(call.world, subsequence)


def delete_subsequence(call: Call) -> JsonObject:
    """Answer DELETE /subsequences/{id} with the subsequence that is gone."""
    subsequence = find_subsequence(call.world, call.params["id"])
    gone = subsequence_object(call.world, subsequence)
    drop_subsequence(call.world, subsequence, call.now)
    return gone


def duplicate_subsequence(call: Call) -> JsonObject:
    """Answer POST /subsequences/{id}/duplicate: the same conditions and steps, without leads."""
    original = find_subsequence(call.world, call.params["id"])["fields"]
    name = call.body.get("name") or f"{original['name']} (copy)"
    copy = new_subsequence(call.world, call.body["parent_campaign"], original | {"name": name}, call.now)
    return subsequence_object(call.world, copy)


def pause_subsequence(call: Call) -> JsonObject:
    """Answer POST /subsequences/{id}/pause."""
    return _switch(call, PAUSED)


def resume_subsequence(call: Call) -> JsonObject:
    """Answer POST /subsequences/{id}/resume."""
    return _switch(call, ACTIVE)


def _switch(call: Call, status: int) -> JsonObject:
    subsequence = find_subsequence(call.world, call.params["id"])
    change_status(call.world, subsequence, status, call.now)
    return subsequence_object(call.world, subsequence)
