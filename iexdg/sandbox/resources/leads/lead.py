"""One lead: how it is put into a campaign or a list, and found again."""

from copy import deepcopy

from iexdg.sandbox.http.wire import JsonObject, NotFoundError
from iexdg.sandbox.world.records import LEAD_ACTIVE, LEAD_BOUNCED, LEAD_UNSUBSCRIBED, Lead
from iexdg.sandbox.world.world import World

# Source: instantly-facts.md §6.9: an imported lead stays in its verification job for about 10 s.
_IMPORT_VERIFICATION_S = 10.0
# Assumed: how long a list takes to enrich a lead.
_ENRICHMENT_S = 10.0
PERSON_FIELDS = (
    "first_name", "last_name", "company_name", "job_title", "website", "phone", "personalization", "pl_value_lead",
    "assigned_to",
)  # fmt: skip


def new_lead(
    world: World,
    person: JsonObject,
    *,
    at: float,
    campaign_id: str | None,
    list_id: str | None = None,
    lag_s: float = 0,
    verify: bool = False,
) -> Lead:
    """Put one person into a campaign or a list."""
    email = (person.get("email") or "").strip().lower() or None
    lead: Lead = {
        "id": world.new_id(),
        "campaign": campaign_id,
        "list_id": list_id,
        "email": email,
        "person": {name: person[name] for name in PERSON_FIELDS if person.get(name) is not None},
        "variables": dict(person.get("custom_variables") or {}),
        "status": LEAD_ACTIVE,
        "interest": person.get("lt_interest_status"),
        "created": at,
        "updated": at,
        "visible_at": at + lag_s,
        "verify_at": at + _IMPORT_VERIFICATION_S if verify else None,
        "step": 0,
        "next_due": None,
        "sent_at": None,
        "sent_from": None,
        "counts": {},
        "last": {},
        "last_step": {},
        "seen": [],
    }
    if list_id and world.lead_lists[list_id]["has_enrichment_task"]:
        lead["enrich_at"] = at + _ENRICHMENT_S
    world.add_lead(lead)
    allow_variables(world, lead)
    return lead


def allow_variables(world: World, lead: Lead) -> None:
    """Let the campaign of a lead know the lead's own variables, so that its other leads can have them too."""
    if lead["campaign"] and lead["variables"]:
        campaign = world.campaigns[lead["campaign"]]
        campaign["custom_variables"] = dict.fromkeys(lead["variables"], "") | (campaign["custom_variables"] or {})


def restart(world: World, lead: Lead) -> None:
    """Let a lead begin anew in another campaign.

    Assumed: who bounced or unsubscribed stays so; the counters of a lead are those of its campaign.
    """
    if lead["status"] not in (LEAD_BOUNCED, LEAD_UNSUBSCRIBED):
        world.set_lead_status(lead, LEAD_ACTIVE)
    lead["step"], lead["next_due"], lead["sent_at"], lead["sent_from"] = 0, None, None, None
    lead["counts"], lead["last"], lead["last_step"], lead["seen"] = {}, {}, {}, []
    lead.pop("variants", None)
    lead.pop("domain_complete", None)
    leave_subsequence(world, lead)


def leave_subsequence(world: World, lead: Lead) -> None:
    """Let a lead be in no subsequence; nothing more is sent to it from there."""
    lead.pop("subsequence", None)
    lead.pop("subsequence_since", None)
    world.subsequences.progress.pop(lead["id"], None)


def copied(world: World, lead: Lead, at: float) -> Lead:
    """Return a copy of a lead, which is nowhere yet."""
    twin: Lead = deepcopy(lead)
    twin["id"], twin["created"], twin["campaign"], twin["list_id"] = world.new_id(), at, None, None
    world.add_lead(twin)
    return twin


def find_lead(world: World, lead_id: str) -> Lead:
    """Return one lead, or raise NotFoundError."""
    lead = world.leads.get(lead_id.lower())
    if lead is None:
        raise NotFoundError
    return lead
