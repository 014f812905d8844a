"""What the actions of an automation send, built from an event before anything is sent. Pure: nothing is read here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.models import Campaign
from iexdg.clients.gohighlevel.tags import normalised
from iexdg.inbox.models import Message, Thread

CONTACT, TAGS, NOTE, WORKFLOW, OPPORTUNITY, DELETE = "contact", "tags", "note", "workflow", "opportunity", "delete"
NOTIFY, SUPPRESS = "notify", "suppress"
LABELS = {
    CONTACT: "Create or update the contact",
    TAGS: "Add tags",
    NOTE: "Add a note with the reply",
    WORKFLOW: "Add to a workflow",
    OPPORTUNITY: "Create an opportunity",
    NOTIFY: "Notify people",
    SUPPRESS: "Suppress the address",
    DELETE: "Delete the test contact",
}
# Carried out by us: they need no contact and no connection to GoHighLevel, and wait for neither.
OWN = frozenset({NOTIFY, SUPPRESS})
# What can be done twice without a second effect. Source: docs/api/gohighlevel-facts.md §7.
REPEATABLE = frozenset({CONTACT, TAGS, DELETE, SUPPRESS})
EMAIL, WEBHOOK = "email", "webhook"
CUSTOM, FIXED = "custom:", "="
_CODE = re.compile(r"\s*(\d{1,6}[A-Za-z]?)\b", re.ASCII)
_PLACE = re.compile(r"\{code\}|\{campaign\}")
_WITHOUT_EXTENSION = re.compile(r"\+[\d\s().\-/\u00a0\u2010-\u2015]*")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# Of the digits of a number in E.164; the shortest that are in use have seven.
_LENGTHS = (7, 15)
_MOST_OF_A_REPLY = 20_000


@dataclass(frozen=True)
class Event:
    """Something that happened to one lead.

    Shapes: key - the id of the e-mail at Instantly, or another text that is the same whenever it is read; variables -
        of the person, by Instantly's names; text - what the person wrote, or what happened; tester - id of the member
        who runs a test step, None for what really happened; trigger - what started it.
    """

    key: str
    lead: str
    campaign: Campaign | None
    variables: Mapping[str, str]
    thread: Thread | None = None
    message: Message | None = None
    text: str = ""
    tester: int | None = None
    trigger: str = ""


def code_of(campaign_name: str) -> str:
    """Return the code that the name of a campaign begins with, "05A"; else the whole name."""
    found = _CODE.match(campaign_name)
    return found[1] if found else campaign_name.strip()


def tags_of(template: str, event: Event) -> list[str]:
    """Return the tags of a template, separated by commas, as GoHighLevel stores them.

    Without a campaign those that name it are left out. A comma in the name of a campaign separates nothing.
    """
    wanted = template.split(",")
    if event.campaign is None:
        return normalised(one for one in wanted if "{" not in one)
    name = event.campaign.name
    values = {"{code}": _in_a_tag(code_of(name)), "{campaign}": _in_a_tag(name)}
    return normalised(_PLACE.sub(lambda found: values[found[0]], one) for one in wanted)


def _in_a_tag(value: str) -> str:
    """A value as a part of one tag: without commas, which stand between tags."""
    return " ".join(value.replace(",", " ").split())


def fields_of(field_map: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of the contact by GoHighLevel's names, without those that have no value."""
    fields: dict[str, Any] = {}
    own = []
    for name, source in field_map.items():
        value = _value_of(source, variables)
        if not value:
            continue
        if name.startswith(CUSTOM):
            own.append({"id": name.removeprefix(CUSTOM), "field_value": value})
        elif name == "phone":
            fields |= {name: number} if (number := number_of(value)) else {}
        elif name == "dnd":
            # Nothing but true or false is taken. Source: docs/api/gohighlevel-facts.md §4.
            fields |= {name: _FLAGS[word]} if (word := value.strip().lower()) in _FLAGS else {}
        else:
            fields[name] = value
    return fields | ({"customFields": own} if own else {})


def _value_of(source: str, variables: Mapping[str, str]) -> str:
    return source.removeprefix(FIXED) if source.startswith(FIXED) else variables.get(source, "")


def number_of(phone: str) -> str:
    """Return a number as it is sent; "" for what is none.

    One with a country code is sent in E.164, without an extension. One without is sent as it is: guessing a country
    could make it another person's. Source: docs/api/gohighlevel-facts.md §4.
    """
    phone = phone.strip()
    if not phone.startswith("+"):
        return phone if any(character.isdigit() for character in phone) else ""
    # +44 (0)20 … is dialled without the zero from abroad.
    found = _WITHOUT_EXTENSION.match(phone.replace("(0)", ""))
    digits = re.sub(r"\D", "", found[0]) if found else ""
    return f"+{digits}" if _LENGTHS[0] <= len(digits) <= _LENGTHS[1] else ""


def request_of(
    action: Mapping[str, Any], field_map: Mapping[str, str], tags: str, event: Event, *, of: str
) -> dict[str, Any]:
    """Return what one action sends; the id of the contact is not known yet.

    Shapes: of - the automation and the number of the action, by which its note differs from those of others.
    Raises: ValueError - the kind of action is unknown.
    """
    match action["kind"]:
        case "contact":
            return _contact(fields_of(field_map, event.variables), field_map, event)
        case "tags":
            return {"tags": tags_of(tags, event)}
        case "note":
            what = "message" if event.message is not None else "event"
            marker = f"Instantly {what} {event.key} ({of})"
            return {"body": f"{event.text[:_MOST_OF_A_REPLY]}\n\n{marker}".strip(), "marker": marker}
        case "workflow":
            return {"workflow_id": action.get("workflow_id", "")}
        case "opportunity":
            names = ("pipeline_id", "stage_id")
            return {name: action.get(name, "") for name in names} | {"name": event.lead}
        case "notify":
            return _notification(action, event)
        case "suppress":
            return {"address": event.lead, "is_test": event.tester is not None}
    raise ValueError(f"no action {action['kind']!r}")


def _contact(fields: dict[str, Any], field_map: Mapping[str, str], event: Event) -> dict[str, Any]:
    """What a contact needs, and which fields are left out since their value is none for them."""
    read = [name for name in ("phone", "dnd") if name in field_map and name not in fields]
    not_sent = [name for name in read if _value_of(field_map[name], event.variables)]
    return {"fields": fields} | ({"not_sent": not_sent} if not_sent else {})


def _notification(action: Mapping[str, Any], event: Event) -> dict[str, Any]:
    """What a notification needs: whom, by what, and the campaign. The text is written when it is sent."""
    where = {"channel": action.get("channel", EMAIL), "campaign": event.campaign.name if event.campaign else ""}
    where |= {"trigger": event.trigger}
    if event.tester is not None:
        return where | {"members": [event.tester], "roles": [], "is_test": True}
    return where | {
        "members": list(action.get("members", ())),
        "roles": list(action.get("roles", ())),
        "is_test": False,
    }
