"""Creating or updating a contact in one call, with everything that surprises about it.

Source: gohighlevel-facts.md §6.
"""

from iexdg.sandbox.ghl.contacts import (
    Contact,
    cleaned,
    contact_view,
    first_match,
    held,
    holder,
    keys_in_order,
    lowered,
    new_contact,
    normal,
    write,
)
from iexdg.sandbox.ghl.wire import CrmCall, trace_of
from iexdg.sandbox.http.wire import JsonObject


def upsert(call: CrmCall) -> JsonObject:
    """Answer POST /contacts/upsert."""
    values = cleaned(call)
    wants_new = values.pop("createNewIfDuplicateAllowed", False) and call.options.crm_duplicates
    found = None if wants_new else first_match(call, values)
    if found is None:
        contact = new_contact(call, values)
    else:
        contact = found[1]
        _update(call, contact, found[0], values)
    trace = trace_of(f"{contact['id']}:{call.now}")
    return {"new": found is None, "contact": contact_view(contact), "traceId": trace}


def _update(call: CrmCall, contact: Contact, key: str, values: JsonObject) -> None:
    """Write the fields, but for a second key that another contact has: that one is left out in silence."""
    other = next(name for name in keys_in_order(call) if name != key)
    owner = holder(call.crm, other, values.get(other))
    if owner is not None and owner is not contact:
        values = {name: value for name, value in values.items() if name != other}
    if "email" in values:
        _make_primary(contact, str(values["email"] or ""))
    if "tags" in values and not call.options.crm_overwrites_tags:
        values = values | {"tags": lowered([*contact["tags"], *values["tags"]])}
    write(call, contact, values)


def _make_primary(contact: Contact, email: str) -> None:
    """Let an additional address become the contact's own; the one before is dropped, as the vendor does."""
    if normal("email", email) in held(contact, "email") and contact.get("additionalEmails"):
        more = [one for one in contact["additionalEmails"] if normal("email", one) != normal("email", email)]
        contact["additionalEmails"] = more
