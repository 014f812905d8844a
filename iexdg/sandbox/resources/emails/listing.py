"""The list of e-mails: what campaigns sent and what came back, made from the events that analytics count too."""

import uuid
from collections.abc import Iterator

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.records import Campaign, Event, Lead
from iexdg.sandbox.world.world import World

# Source: instantly-facts.md §2.0, Email.ue_type: 1 sent from a campaign, 2 received.
_SENT, _RECEIVED = 1, 2
_TYPES = {"sent": "sent", "reply": "received", "auto_reply": "received"}
_ANSWERS = {
    "reply": "Thank you for writing. Could we speak next week?",
    "auto_reply": "I am out of the office and read my mail again on Monday.",
}


def list_emails(call: Call) -> JsonObject:
    """Answer GET /emails, the newest first unless asked otherwise.

    Source: OpenAPI listEmail. Assumed: the order within a second, and that a cursor is the id of the last e-mail.
    """
    query, limit = call.query, call.query.get("limit", DEFAULT_PAGE)
    found = sorted(_found(call.world, query), key=lambda pair: pair[0]["at"], reverse=query.get("sort_order") != "asc")
    items = [_email(call.world, event, lead, campaign) for event, lead, campaign in found]
    ids = [item["id"] for item in items]
    after = query.get("starting_after")
    first = ids.index(after) + 1 if after in ids else 0
    chosen = items[first : first + limit]
    return page(chosen, limit, chosen[-1]["id"] if chosen else "")


def _found(world: World, query: JsonObject) -> Iterator[tuple[Event, Lead, Campaign]]:
    wanted_type, wanted_lead = query.get("email_type"), query.get("lead", "").lower()
    for campaign in world.campaigns.values():
        if query.get("campaign_id", campaign["id"]) != campaign["id"]:
            continue
        for event in world.events.get(campaign["id"], ()):
            lead = world.leads.get(event["lead"])
            if lead is None or event["kind"] not in _TYPES:
                continue
            if wanted_lead and (lead["email"] or "").lower() != wanted_lead:
                continue
            if wanted_type in (None, _TYPES[event["kind"]]):
                yield event, lead, campaign


def _email(world: World, event: Event, lead: Lead, campaign: Campaign) -> JsonObject:
    is_sent = event["kind"] == "sent"
    sender, person = event["sender"] or "", lead["email"] or ""
    subject, text = _words(event, lead, campaign)
    made = uuid.uuid5(uuid.NAMESPACE_OID, f"{world.seed}|{lead['id']}|{event['kind']}|{event['at']}")
    return {
        "id": str(made),
        "timestamp_created": iso(event["at"]),
        "timestamp_email": iso(event["at"]),
        "message_id": f"<{made}@sandbox.example.com>",
        "subject": subject,
        "from_address_email": sender if is_sent else person,
        "to_address_email_list": person if is_sent else sender,
        "body": {"text": text, "html": f"<div>{text}</div>"},
        "organization_id": world.organization,
        "campaign_id": campaign["id"],
        "lead": person,
        "lead_id": lead["id"],
        "eaccount": sender,
        "ue_type": _SENT if is_sent else _RECEIVED,
        "step": f"0_{event['step']}_0",
        "is_auto_reply": int(event["kind"] == "auto_reply"),
        "content_preview": text[:100],
    }


def _words(event: Event, lead: Lead, campaign: Campaign) -> tuple[str, str]:
    sequences = campaign["fields"]["sequences"]
    steps = sequences[0]["steps"] if sequences else []
    variants = steps[event["step"]]["variants"] if event["step"] < len(steps) else []
    subject = _filled(variants[0]["subject"], lead) if variants else ""
    if event["kind"] != "sent":
        return f"Re: {subject}", _ANSWERS[event["kind"]]
    return subject, f"Step {event['step'] + 1} of {campaign['fields']['name']}"


def _filled(subject: str, lead: Lead) -> str:
    names = {"firstName": "first_name", "lastName": "last_name", "companyName": "company_name"}
    for variable, name in names.items():
        subject = subject.replace("{{" + variable + "}}", str(lead["person"].get(name, "")))
    return subject
