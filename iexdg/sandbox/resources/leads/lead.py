"""One lead: how it is put into a campaign or a list, and found again."""

from iexdg.sandbox.http.wire import JsonObject, NotFoundError
from iexdg.sandbox.world.records import LEAD_ACTIVE, Lead
from iexdg.sandbox.world.world import World

# Source: instantly-facts.md §6.9: an imported lead stays in its verification job for about 10 s.
_IMPORT_VERIFICATION_S = 10.0
_PERSON_FIELDS = (
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
        "person": {name: person[name] for name in _PERSON_FIELDS if person.get(name) is not None},
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
    world.add_lead(lead)
    if campaign_id and lead["variables"]:
        campaign = world.campaigns[campaign_id]
        campaign["custom_variables"] = dict.fromkeys(lead["variables"], "") | (campaign["custom_variables"] or {})
    return lead


def find_lead(world: World, lead_id: str) -> Lead:
    """Return one lead, or raise NotFoundError."""
    lead = world.leads.get(lead_id.lower())
    if lead is None:
        raise NotFoundError
    return lead
