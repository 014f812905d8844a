"""Notes of a contact. Source: gohighlevel-facts.md §5; nothing keeps a note from being written twice."""

from iexdg.sandbox.ghl.contacts import known
from iexdg.sandbox.ghl.wire import CrmCall
from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.world.clock import iso


def add(call: CrmCall) -> JsonObject:
    """Answer POST /contacts/{contactId}/notes."""
    given = {name: call.body[name] for name in ("body", "userId", "title", "color", "pinned") if name in call.body}
    contact = known(call)
    note = {"id": call.crm.new_id(), "contactId": contact["id"], "dateAdded": iso(call.now), **given}
    call.crm.notes.append(note)
    call.world.touch()
    return {"note": note}


def listed(call: CrmCall) -> JsonObject:
    """Answer GET /contacts/{contactId}/notes, the newest first."""
    contact = known(call)
    return {"notes": [note for note in reversed(call.crm.notes) if note["contactId"] == contact["id"]]}
