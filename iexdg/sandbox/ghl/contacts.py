"""Contacts: found, made, read, changed and deleted.

Source: gohighlevel-facts.md §4 to §6.
"""

import re
from typing import Any

from iexdg.sandbox.ghl.wire import CrmCall, CrmError, done, not_found, trace_of
from iexdg.sandbox.http.schema import FORMATS
from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.crm import Crm

Contact = dict[str, Any]
# What is kept as it is sent; the others of the body need a look.
_PLAIN = (
    "firstName", "lastName", "name", "companyName", "address1", "city", "state", "postalCode", "country", "website",
    "timezone", "source", "assignedTo", "dateOfBirth", "dnd", "dndSettings", "inboundDndSettings", "phone",
)  # fmt: skip
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_UNSHOWN = {"added", "updated", "inboundDndSettings", "gender"}


def find_duplicate(call: CrmCall) -> JsonObject:
    """Answer GET /contacts/search/duplicate; null where nobody has the address or the number."""
    values = {"email": call.query.get("email", ""), "phone": call.query.get("number", "")}
    found = first_match(call, values)
    return {"contact": contact_view(found[1]) if found else None, "traceId": trace_of(str(values))}


def create(call: CrmCall) -> JsonObject:
    """Answer POST /contacts/: refused with the id of the contact that is there already."""
    values = cleaned(call)
    found = first_match(call, values)
    if found and not call.options.crm_duplicates:
        key, contact = found
        meta = {"contactId": contact["id"], "contactName": _name_of(contact), "matchingField": key}
        raise CrmError(400, "This location does not allow duplicated contacts.", meta=meta)
    return {"contact": made_view(new_contact(call, values))}


def read(call: CrmCall) -> JsonObject:
    """Answer GET /contacts/{contactId}."""
    return {"contact": contact_view(known(call))}


def change(call: CrmCall) -> JsonObject:
    """Answer PUT /contacts/{contactId}: tags replace those that are there."""
    contact = known(call)
    write(call, contact, cleaned(call))
    return done(call.options) | {"contact": contact_view(contact)}


def delete(call: CrmCall) -> JsonObject:
    """Answer DELETE /contacts/{contactId}; its notes and workflow entries stay for whoever looks at them."""
    contact = known(call)
    del call.crm.contacts[contact["id"]]
    call.world.touch()
    return done(call.options)


def known(call: CrmCall) -> Contact:
    """Return the contact that the path names.

    Raises: CrmError 400 - there is none.
    """
    return contact_of(call.crm, call.params["contactId"])


def contact_of(crm: Crm, contact_id: str) -> Contact:
    """Return a contact by its id.

    Raises: CrmError 400 - there is none.
    """
    contact = crm.contacts.get(contact_id)
    if contact is None:
        raise not_found("Contact", contact_id)
    return contact


def keys_in_order(call: CrmCall) -> tuple[str, str]:
    """Return by which fields a contact is looked for, the first one first."""
    return ("email", "phone") if call.options.crm_first_key == "email" else ("phone", "email")


def first_match(call: CrmCall, values: JsonObject) -> tuple[str, Contact] | None:
    """Return the first key that matches and the contact that has it; the oldest where several have."""
    for key in keys_in_order(call):
        found = holder(call.crm, key, values.get(key))
        if found is not None:
            return key, found
    return None


def holder(crm: Crm, key: str, value: Any) -> Contact | None:
    """Return the contact that has an address, its own or an additional one, or a number."""
    wanted = normal(key, value)
    if not wanted:
        return None
    return next((one for one in crm.contacts.values() if wanted in held(one, key)), None)


def held(contact: Contact, key: str) -> set[str]:
    """Return every value that a contact has for a key, in the form in which they are compared."""
    more = contact.get("additionalEmails", []) if key == "email" else []
    return {normal(key, value) for value in (contact.get(key), *more)} - {""}


def normal(key: str, value: Any) -> str:
    """Return an address or a number in the form in which they are compared."""
    text = str(value or "").strip()
    return text.lower() if key == "email" else re.sub(r"[^\d+]", "", text)


def cleaned(call: CrmCall) -> JsonObject:
    """Return the fields of a body as they are kept.

    Assumed: what becomes of a number that is not in E.164, as the options say.
    Raises: CrmError 422 - the address is none, or the number is refused.
    """
    body = call.body
    if body.get("email") and not FORMATS["email"](str(body["email"]).strip()):
        raise CrmError(422, ["email must be an email"])
    values = dict(body)
    if values.get("phone"):
        values["phone"] = _number(call, str(values["phone"]).strip())
    if values.get("email"):
        values["email"] = str(values["email"]).strip()
    return values


def _number(call: CrmCall, phone: str) -> str:
    number = normal("phone", phone)
    if _E164.fullmatch(number):
        return number
    if call.options.crm_phones == "refuse":
        raise CrmError(422, ["phone must be a valid phone number"])
    return phone


def new_contact(call: CrmCall, values: JsonObject) -> Contact:
    """Make a contact and return it."""
    contact: Contact = {"id": call.crm.new_id(), "locationId": call.crm.location, "type": "lead", "tags": []}
    contact["added"] = call.now
    call.crm.contacts[contact["id"]] = contact
    if values.get("gender"):
        contact["gender"] = values["gender"]
    write(call, contact, values)
    return contact


def write(call: CrmCall, contact: Contact, values: JsonObject) -> None:
    """Write fields of a contact; a null empties one, tags replace those that are there."""
    for name in _PLAIN:
        if name in values:
            contact[name] = values[name]
    if "email" in values:
        contact["email"] = values["email"]
    if "tags" in values:
        contact["tags"] = lowered(values["tags"])
    if "customFields" in values:
        _write_custom_fields(contact, values["customFields"])
    contact["updated"] = call.now
    call.world.touch()


def lowered(tags: list[str]) -> list[str]:
    """Return tags as they are stored: in lower case, each once. Source: gohighlevel-facts.md §6."""
    return list(dict.fromkeys(tag.strip().lower() for tag in tags if tag.strip()))


def contact_view(contact: Contact) -> JsonObject:
    """Return a contact as it is read; a field without a value is missing."""
    shown = {name: value for name, value in contact.items() if name not in _UNSHOWN and value is not None}
    if shown.get("email"):
        shown["emailLowerCase"] = str(shown["email"]).lower()
    name = _name_of(contact)
    return shown | ({"name": name} if name else {}) | _times(contact)


def made_view(contact: Contact) -> JsonObject:
    """Return a contact as the answer to its making shows it."""
    return contact_view(contact)


def _times(contact: Contact) -> JsonObject:
    return {"dateAdded": iso(contact["added"]), "dateUpdated": iso(contact.get("updated", contact["added"]))}


def _name_of(contact: Contact) -> str:
    parts = (contact.get("firstName"), contact.get("lastName"))
    return str(contact.get("name") or " ".join(str(part) for part in parts if part))


def _write_custom_fields(contact: Contact, fields: list[Any]) -> None:
    """Merge custom fields by id. Source: gohighlevel-facts.md §4: written as field_value, read as value."""
    kept = {field["id"]: field for field in contact.get("customFields", [])}
    for field in fields:
        if isinstance(field, dict) and field.get("id"):
            kept[field["id"]] = {"id": field["id"], "value": str(field.get("field_value", ""))}
    contact["customFields"] = list(kept.values())
