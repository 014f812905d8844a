"""Tags of a contact: added to those that are there, or taken off; stored in lower case.

Source: gohighlevel-facts.md §6.
"""

from iexdg.sandbox.ghl.contacts import known, lowered
from iexdg.sandbox.ghl.wire import CrmCall
from iexdg.sandbox.http.wire import JsonObject


def add(call: CrmCall) -> JsonObject:
    """Answer POST /contacts/{contactId}/tags; adding a tag again changes nothing."""
    return _set(call, [*known(call)["tags"], *call.body["tags"]])


def remove(call: CrmCall) -> JsonObject:
    """Answer DELETE /contacts/{contactId}/tags, whose body names the tags."""
    unwanted = set(lowered(call.body["tags"]))
    return _set(call, [tag for tag in known(call)["tags"] if tag not in unwanted])


def _set(call: CrmCall, tags: list[str]) -> JsonObject:
    contact = known(call)
    contact["tags"] = lowered(tags)
    contact["updated"] = call.now
    call.world.touch()
    return {"tags": contact["tags"]}
