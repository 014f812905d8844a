"""The operations on the block list: one entry, many at once, all of them, and the file to download."""

import csv
import io

from iexdg.sandbox.http.wire import Call, JsonObject, Reply
from iexdg.sandbox.resources.block_list.entries import (
    block,
    checked_value,
    entry_of,
    normal_value,
    replace_value,
    unblock,
    value_of,
    values_found,
)
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page


def list_entries(call: Call) -> JsonObject:
    """Answer GET /block-lists-entries, in the order of the ids.

    Assumed: the order; the OpenAPI does not say.
    """
    limit, after = call.query.get("limit", DEFAULT_PAGE), call.query.get("starting_after", "")
    entries = sorted((entry_of(call.world, value) for value in values_found(call.world, call.query)), key=_id)
    chosen = [entry for entry in entries if _id(entry) > after][:limit]
    return page(chosen, limit, _id(chosen[-1]) if chosen else "")


def create_entry(call: Call) -> JsonObject:
    """Answer POST /block-lists-entries; a value that is blocked already is answered as it is (assumed)."""
    return block(call.world, checked_value(call.body["bl_value"]), call.now)


def get_entry(call: Call) -> JsonObject:
    """Answer GET /block-lists-entries/{id}."""
    return entry_of(call.world, value_of(call.world, call.params["id"]))


def patch_entry(call: Call) -> JsonObject:
    """Answer PATCH /block-lists-entries/{id}."""
    value = value_of(call.world, call.params["id"])
    return replace_value(call.world, value, checked_value(call.body["bl_value"]))


def delete_entry(call: Call) -> JsonObject:
    """Answer DELETE /block-lists-entries/{id} with the entry that is gone."""
    return unblock(call.world, value_of(call.world, call.params["id"]))


def delete_entries(call: Call) -> list[JsonObject]:
    """Answer DELETE /block-lists-entries: everything, unless `search` or `domains_only` says less.

    Source: instantly-facts.md §2.6.
    """
    return [unblock(call.world, value) for value in values_found(call.world, call.query)]


def create_many(call: Call) -> JsonObject:
    """Answer POST /block-lists-entries/bulk-create.

    Assumed: a value that is blocked already counts as valid and is among the items.
    """
    stored = [normal_value(value) for value in call.body["bl_values"]]
    items = [block(call.world, value, call.now) for value in dict.fromkeys(stored) if value]
    valid = sum(bool(value) for value in stored)
    return {"items": items, "valid_count": valid, "invalid_count": len(stored) - valid}


def delete_many(call: Call) -> list[JsonObject]:
    """Answer POST /block-lists-entries/bulk-delete with what is gone; unknown ids are passed over (assumed)."""
    wanted = {entry_id.lower() for entry_id in call.body["ids"]}
    values = [value for value in call.world.blocklist if _id(entry_of(call.world, value)) in wanted]
    return [unblock(call.world, value) for value in values]


def download(call: Call) -> Reply:
    """Answer GET /block-lists-entries/download: a CSV file with a header, lines end with CRLF."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(["Blocked Email", "Date"])
    for value in values_found(call.world, call.query):
        entry = entry_of(call.world, value)
        lines.writerow([value, entry["timestamp_created"]])
    return Reply(status=200, body=text.getvalue().encode(), content_type="text/csv; charset=utf-8")


def _id(entry: JsonObject) -> str:
    return str(entry["id"])
