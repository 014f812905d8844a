"""Adding one lead or many, and the accounting of what became of each."""

from collections.abc import Iterator

from iexdg.sandbox.http.schema import FORMATS
from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.campaigns.campaign import find_campaign, welcome_leads
from iexdg.sandbox.resources.leads.lead import new_lead
from iexdg.sandbox.resources.leads.view import lead_object
from iexdg.sandbox.resources.lists.lists import find_list
from iexdg.sandbox.world.audit import LEAD_ADDED
from iexdg.sandbox.world.records import Lead
from iexdg.sandbox.world.world import World


def create_lead(call: Call) -> JsonObject:
    """Answer POST /leads; a person who is already there is answered as they are.

    Assumed: the vendor's answers to a duplicate, a skipped and a blocked address of this operation.
    """
    body, world = call.body, call.world
    campaign_id, list_id = _target(world, body.get("campaign"), body.get("list_id"), "campaign", orphans=True)
    email = (body.get("email") or "").strip().lower()
    _refuse_body(body, email, needs_email=bool(campaign_id))
    if _is_blocked(world, email):
        raise ApiError(400, "Email is in the block list")
    known = world.leads_with_email(email) if email else []
    twins = [lead for lead in known if _is_in(lead, campaign_id, list_id)] or _skipped_for(known, body)
    if twins:
        return lead_object(world, twins[0], call.now)
    if campaign_id and remaining_in_plan(world) <= 0:
        raise ApiError(402, "Lead limit of the plan reached")
    _refuse_unpaid(call, [body])
    lead = _take(call, body, campaign_id, list_id)
    _after_adding(call, campaign_id, 1)
    return lead_object(world, lead, call.now)


def _refuse_body(body: JsonObject, email: str, *, needs_email: bool) -> None:
    if needs_email and not email:
        raise ApiError(400, "body must have required property 'email'")
    if email and not FORMATS["email"](email):
        raise ApiError(400, "Invalid email")
    if not (email or body.get("first_name") or body.get("last_name")):
        raise ApiError(400, "A lead needs an email, a first name or a last name")


def add_leads(call: Call) -> JsonObject:
    """Answer POST /leads/add: accept the valid leads and account for all others.

    Source: OpenAPI, addLeads; instantly-facts.md §6.16 for the order of the classes.
    Raises: ApiError 402 - the plan has no lead left; no lead was added.
    """
    body, world = call.body, call.world
    campaign_id, list_id = _target(world, body.get("campaign_id"), body.get("list_id"), "campaign_id")
    if campaign_id and remaining_in_plan(world) <= 0:
        raise ApiError(402, "Lead limit of the plan reached")
    _refuse_unpaid(call, body["leads"])
    counts = dict.fromkeys(
        ("in_blocklist", "duplicated_leads", "skipped_count", "invalid_email_count", "incomplete_count",
         "duplicate_email_count"), 0,
    )  # fmt: skip
    created = []
    for index, person, refusal in _sorted_out(call, campaign_id, list_id):
        if refusal:
            counts[refusal] += 1
            continue
        lead = _take(call, person, campaign_id, list_id)
        created.append({"index": index, "id": lead["id"], "email": lead["email"]} | _names(lead))
    _after_adding(call, campaign_id, len(created))
    return {
        "status": "success",
        "total_sent": len(body["leads"]),
        "leads_uploaded": len(created),
        "blocklist_used": body.get("blocklist_id"),
        **counts,
        "remaining_in_plan": remaining_in_plan(world) if campaign_id else None,
        "created_leads": created,
    }


def _refuse_unpaid(call: Call, people: list[JsonObject]) -> None:
    """Refuse people whose verification the balance does not cover.

    Assumed: all or nothing, whoever is skipped afterwards. Source of the price: instantly-facts.md §5, Credits/check.
    """
    addresses = sum(1 for person in people if person.get("email"))
    price = call.options.import_verification_cost
    if call.body.get("verify_leads_on_import") and call.world.credits < addresses * price:
        raise ApiError(402, "Not enough verification credits")


def remaining_in_plan(world: World) -> int:
    """Return how many more leads the plan allows; leads in lists are not counted."""
    return max(0, world.lead_limit - sum(len(leads) for leads in world.leads_in.values()))


def _sorted_out(call: Call, campaign_id: str | None, list_id: str | None) -> Iterator[tuple[int, JsonObject, str]]:
    """Yield index, person and the class that refuses them, or "" for those who can be added."""
    remaining = remaining_in_plan(call.world) if campaign_id else len(call.body["leads"])
    in_payload: set[str] = set()
    for index, person in enumerate(call.body["leads"]):
        email = (person.get("email") or "").strip().lower()
        refusal = _refusal(call, person, email, in_payload, campaign_id, list_id)
        if not refusal and remaining <= 0:
            refusal = "skipped_count"  # Assumed: who no longer fits the plan is skipped, so that the sums still agree.
        in_payload.add(email)
        remaining -= 0 if refusal else 1
        yield index, person, refusal


def _refusal(
    call: Call, person: JsonObject, email: str, in_payload: set[str], campaign_id: str | None, list_id: str | None
) -> str:
    if not email and list_id:
        return "" if person.get("first_name") or person.get("last_name") else "incomplete_count"
    if not FORMATS["email"](email):
        return "invalid_email_count"
    if email in in_payload:
        return "duplicate_email_count"
    if _is_blocked(call.world, email):
        return "in_blocklist"
    known = call.world.leads_with_email(email)
    if any(_is_in(lead, campaign_id, list_id) for lead in known):
        return "duplicated_leads"
    return "skipped_count" if _skipped_for(known, call.body) else ""


def _target(
    world: World, campaign_id: str | None, list_id: str | None, name: str, *, orphans: bool = False
) -> tuple[str | None, str | None]:
    """Return the ids of the campaign or the list that leads go to; without either they are in none, where allowed."""
    is_orphan = campaign_id is None and list_id is None
    if (campaign_id is not None and list_id is not None) or (is_orphan and not orphans):
        raise ApiError(400, f"Either {name} or list_id must be provided, but not both")
    found = find_campaign(world, campaign_id)["id"] if campaign_id is not None else None
    return found, find_list(world, list_id)["id"] if list_id is not None else None


def _is_in(lead: Lead, campaign_id: str | None, list_id: str | None) -> bool:
    return lead["campaign"] == campaign_id and lead["list_id"] == list_id


def _skipped_for(known: list[Lead], flags: JsonObject) -> list[Lead]:
    """Return the leads because of which a person is skipped; the workspace flag overrides the other two."""
    if flags.get("skip_if_in_workspace"):
        return known
    return [
        lead
        for lead in known
        if (flags.get("skip_if_in_campaign") and lead["campaign"]) or (flags.get("skip_if_in_list") and lead["list_id"])
    ]


def _is_blocked(world: World, email: str) -> bool:
    return email in world.blocklist or email.rpartition("@")[2] in world.blocklist


def _take(call: Call, person: JsonObject, campaign_id: str | None, list_id: str | None) -> Lead:
    if "assigned_to" not in person and call.body.get("assigned_to"):
        person = person | {"assigned_to": call.body["assigned_to"]}
    verify = bool(call.body.get("verify_leads_on_import") and person.get("email"))
    call.world.credits -= call.options.import_verification_cost if verify else 0
    return new_lead(
        call.world,
        person,
        at=call.now,
        campaign_id=campaign_id,
        list_id=list_id,
        lag_s=call.options.list_lag_s,
        verify=verify,
    )


def _after_adding(call: Call, campaign_id: str | None, count: int) -> None:
    if not count:
        return
    call.world.write_audit(
        LEAD_ADDED, call.now, campaign_id=campaign_id, affected_count=count, user_agent=call.user_agent
    )
    if campaign_id:
        welcome_leads(call.world, call.options, call.world.campaigns[campaign_id], call.now)


def _names(lead: Lead) -> JsonObject:
    return {name: lead["person"].get(name) for name in ("first_name", "last_name", "phone")}
