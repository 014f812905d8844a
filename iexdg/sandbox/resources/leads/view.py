"""A lead as the API shows it.

What is shown is made of the lead itself and of `Surroundings`, of nothing else: the text of an answer is kept by
everything that it is made of, so that no change can be missed, whoever makes it.
"""

import marshal
import uuid
from functools import lru_cache
from typing import Any, NamedTuple

from iexdg.sandbox.http.wire import JsonObject, json_text
from iexdg.sandbox.sending.routing import company_of, esp_code
from iexdg.sandbox.sending.variants import lead_variant
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
# Source: OpenAPI, schema Lead, property esg_code. Assumed: most companies have no known gateway, which shows as 0.
_ESG_CODES = (0, 0, 0, 0, 0, 0, 1, 2, 3, 4)
# Source: OpenAPI, schema Lead, property enrichment_status.
_ENRICHED, _ENRICHMENT_PENDING, _NO_ENRICHMENT = 1, 11, -1
_FOUND_SHARE = 0.8
# More than a plan has leads; a text is about as big as the lead itself.
_TEXTS = 32_768
# The last format of marshal in which the same value always gives the same bytes.
_PLAIN_MARSHAL = 2


class Surroundings(NamedTuple):
    """What the answer about a lead tells beside the lead. Shapes: progress - in a subsequence, or None."""

    seed: int
    organization: str
    owner: str
    progress: Any
    verification: int | None
    enrichment: int | None


def lead_object(world: World, lead: Lead, now: float) -> JsonObject:
    """Return a lead as the API shows it, complete."""
    return _shown(lead, _around(world, lead, now))


def lead_text(world: World, lead: Lead, now: float) -> str:
    """Return the JSON text of a lead as the API shows it."""
    facts: Any = (lead, *_around(world, lead, now))
    return _text(marshal.dumps(facts, _PLAIN_MARSHAL))


@lru_cache(maxsize=_TEXTS)
def _text(facts: bytes) -> str:
    lead, *around = marshal.loads(facts)  # noqa: S302  (made by this process one line above, never read from outside)
    return json_text(_shown(lead, Surroundings(*around)))


def _around(world: World, lead: Lead, now: float) -> Surroundings:
    return Surroundings(
        seed=world.seed,
        organization=world.organization,
        owner=world.owner,
        progress=world.subsequences.progress.get(lead["id"]),
        verification=import_verdict(lead, now),
        enrichment=enrichment_of(world, lead, now),
    )


def _shown(lead: Lead, around: Surroundings) -> JsonObject:
    person, last = lead["person"], lead["last"]
    shown: JsonObject = {
        "id": lead["id"],
        "timestamp_created": iso(lead["created"]),
        "timestamp_updated": iso(lead["updated"]),
        "organization": around.organization,
        "campaign": lead["campaign"],
        "list_id": lead["list_id"],
        "status": lead["status"],
        "email": lead["email"],
        "payload": {_CAMEL[name]: person[name] for name in _CAMEL if name in person} | lead["variables"],
        "email_open_count": lead["counts"].get("open", 0),
        "email_reply_count": lead["counts"].get("reply", 0),
        "email_click_count": lead["counts"].get("click", 0),
        "company_domain": company_of(lead),
        "status_summary": {},
        "status_summary_subseq": _subsequence_step(around.progress),
        "subsequence_id": lead.get("subsequence"),
        "pl_value_lead": person.get("pl_value_lead"),
        "assigned_to": person.get("assigned_to"),
        "uploaded_by_user": around.owner,
        "upload_method": "api",
        "is_website_visitor": None,
        "esp_code": esp_code(around.seed, lead),
        "esg_code": esg_code(around.seed, lead),
        "last_contacted_from": lead["sent_from"],
        "timestamp_added_subsequence": maybe_iso(lead.get("subsequence_since")),
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
    codes = {"verification_status": around.verification, "enrichment_status": around.enrichment}
    return shown | {name: code for name, code in codes.items() if code is not None}


def esg_code(seed: int, lead: Lead) -> int:
    """Return which gateway guards the mail of the lead's company in the world of a seed."""
    return _ESG_CODES[int(share_of(seed, f"gateway of {company_of(lead)}") * len(_ESG_CODES))]


def enrichment_of(world: World, lead: Lead, now: float) -> int | None:
    """Return how far the enrichment of a lead is, None for one that is not enriched."""
    if "enrich_at" not in lead:
        return None
    if now < lead["enrich_at"]:
        return _ENRICHMENT_PENDING
    return _ENRICHED if share_of(world.seed, f"enrichment of {lead['email']}") < _FOUND_SHARE else _NO_ENRICHMENT


def _subsequence_step(progress: Any) -> JsonObject:
    if progress is None or progress["sent_at"] is None:
        return {}
    return {
        "from": progress["sent_from"],
        "stepID": f"0_{progress['step'] - 1}_0",
        "timestampExecuted": iso(progress["sent_at"]),
    }


def _engaged_steps(lead: Lead) -> JsonObject:
    steps: JsonObject = {}
    for kind, word in (("open", "opened"), ("reply", "replied"), ("click", "clicked")):
        step = lead["last_step"].get(kind)
        steps[f"email_{word}_step"] = step
        steps[f"email_{word}_variant"] = None if step is None else lead_variant(lead, step)
    return steps


def _last_step(lead: Lead) -> JsonObject:
    if lead["sent_at"] is None:
        return {"last_step_from": None, "last_step_id": None, "last_step_timestamp_executed": None}
    # Source: instantly-facts.md §2.2: stepID is "0_1_0", meaning sequence, step and variant.
    step_id = f"0_{lead['step'] - 1}_{lead_variant(lead, lead['step'] - 1)}"
    executed = iso(lead["sent_at"])
    return {
        "last_step_from": "campaign",
        "last_step_id": str(uuid.uuid5(uuid.UUID(lead["id"]), step_id)),
        "last_step_timestamp_executed": executed,
        "status_summary": {
            "lastStep": {"from": lead["sent_from"], "stepID": step_id, "timestamp_executed": executed},
            "domain_complete": lead.get("domain_complete", False),
        },
    }
