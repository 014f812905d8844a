"""A lead as the API shows it."""

import uuid

from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.world.clock import iso, maybe_iso
from iexdg.sandbox.world.ids import share_of
from iexdg.sandbox.world.records import Lead
from iexdg.sandbox.world.verdicts import import_verdict
from iexdg.sandbox.world.world import World

_CAMEL = {
    "first_name": "firstName",
    "last_name": "lastName",
    "company_name": "companyName",
    "job_title": "jobTitle",
    "website": "website",
    "phone": "phone",
    "personalization": "personalization",
}
# Source: OpenAPI, schema Lead, property esp_code: 1 Google, 2 Microsoft, 999 other.
_ESP_CODES = (1, 1, 2, 2, 999)


def lead_object(world: World, lead: Lead, now: float) -> JsonObject:
    """Return a lead as the API shows it, complete."""
    person, last = lead["person"], lead["last"]
    email = lead["email"] or ""
    shown: JsonObject = {
        "id": lead["id"],
        "timestamp_created": iso(lead["created"]),
        "timestamp_updated": iso(lead["updated"]),
        "organization": world.organization,
        "campaign": lead["campaign"],
        "list_id": lead["list_id"],
        "status": lead["status"],
        "email": lead["email"],
        "payload": {_CAMEL[name]: person[name] for name in _CAMEL if name in person} | lead["variables"],
        "email_open_count": lead["counts"].get("open", 0),
        "email_reply_count": lead["counts"].get("reply", 0),
        "email_click_count": lead["counts"].get("click", 0),
        "company_domain": email.rpartition("@")[2],
        "status_summary": {},
        "status_summary_subseq": {},
        "subsequence_id": None,
        "pl_value_lead": person.get("pl_value_lead"),
        "assigned_to": person.get("assigned_to"),
        "uploaded_by_user": world.owner,
        "upload_method": "api",
        "is_website_visitor": None,
        "esp_code": _ESP_CODES[int(share_of(world.seed, email.rpartition("@")[2]) * len(_ESP_CODES))],
        "esg_code": 0,
        "last_contacted_from": lead["sent_from"],
        "timestamp_added_subsequence": None,
        "timestamp_last_contact": maybe_iso(lead["sent_at"]),
        "timestamp_last_open": maybe_iso(last.get("open")),
        "timestamp_last_reply": maybe_iso(last.get("reply")),
        "timestamp_last_click": maybe_iso(last.get("click")),
        "timestamp_last_interest_change": maybe_iso(last.get("interest")),
        "timestamp_last_touch": maybe_iso(max(last.values(), default=lead["sent_at"])),
    }
    shown |= {name: person.get(name) for name in _CAMEL}
    shown |= _engaged_steps(lead) | _last_step(lead)
    if lead["interest"] is not None:
        shown["lt_interest_status"] = lead["interest"]
    verdict = import_verdict(lead, now)
    return shown if verdict is None else shown | {"verification_status": verdict}


def _engaged_steps(lead: Lead) -> JsonObject:
    steps: JsonObject = {}
    for kind, word in (("open", "opened"), ("reply", "replied"), ("click", "clicked")):
        step = lead["last_step"].get(kind)
        steps[f"email_{word}_step"] = step
        steps[f"email_{word}_variant"] = None if step is None else 0
    return steps


def _last_step(lead: Lead) -> JsonObject:
    if lead["sent_at"] is None:
        return {"last_step_from": None, "last_step_id": None, "last_step_timestamp_executed": None}
    # Source: instantly-facts.md §2.2: stepID is "0_1_0", meaning sequence, step and variant.
    step_id = f"0_{lead['step'] - 1}_0"
    executed = iso(lead["sent_at"])
    return {
        "last_step_from": "campaign",
        "last_step_id": str(uuid.uuid5(uuid.UUID(lead["id"]), step_id)),
        "last_step_timestamp_executed": executed,
        "status_summary": {
            "lastStep": {"from": lead["sent_from"], "stepID": step_id, "timestamp_executed": executed},
            "domain_complete": False,
        },
    }
