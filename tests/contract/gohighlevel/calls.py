"""Every call that the client can make, by "resource.method"; WRITES are those that change something."""

from collections.abc import Callable
from typing import Any

from iexdg.clients.gohighlevel import GoHighLevelClient

ID, EMAIL = "c-1", "ada@example.com"
FIELDS = {"email": EMAIL, "firstName": "Ada"}
CALLS: dict[str, Callable[[GoHighLevelClient], Any]] = {
    "contacts.find_contact": lambda crm: crm.contacts.find_contact(email=EMAIL),
    "contacts.get_contact": lambda crm: crm.contacts.get_contact(ID),
    "contacts.search_contacts": lambda crm: list(crm.contacts.search_contacts(text="ada")),
    "contacts.create_contact": lambda crm: crm.contacts.create_contact(FIELDS),
    "contacts.upsert_contact": lambda crm: crm.contacts.upsert_contact(FIELDS),
    "contacts.change_contact": lambda crm: crm.contacts.change_contact(ID, {"firstName": "Ada"}),
    "contacts.delete_contact": lambda crm: crm.contacts.delete_contact(ID),
    "tags.add_tags": lambda crm: crm.tags.add_tags(ID, ["a"]),
    "tags.remove_tags": lambda crm: crm.tags.remove_tags(ID, ["a"]),
    "notes.add_note": lambda crm: crm.notes.add_note(ID, "Hello"),
    "notes.list_notes": lambda crm: crm.notes.list_notes(ID),
    "workflows.list_workflows": lambda crm: crm.workflows.list_workflows(),
    "workflows.add_to_workflow": lambda crm: crm.workflows.add_to_workflow(ID, "w-1"),
    "workflows.remove_from_workflow": lambda crm: crm.workflows.remove_from_workflow(ID, "w-1"),
    "locations.get_location": lambda crm: crm.locations.get_location(),
    "opportunities.list_pipelines": lambda crm: crm.opportunities.list_pipelines(),
    "opportunities.opportunities_of": lambda crm: crm.opportunities.opportunities_of(ID, "p-1"),
    "opportunities.create_opportunity": lambda crm: crm.opportunities.create_opportunity(ID, "p-1", "Membership"),
    "opportunities.upsert_opportunity": lambda crm: crm.opportunities.upsert_opportunity(ID, "p-1", name="Membership"),
}
WRITES = {
    "contacts.create_contact", "contacts.upsert_contact", "contacts.change_contact", "contacts.delete_contact",
    "tags.add_tags", "tags.remove_tags", "notes.add_note", "workflows.add_to_workflow",
    "workflows.remove_from_workflow", "opportunities.create_opportunity", "opportunities.upsert_opportunity",
}  # fmt: skip
