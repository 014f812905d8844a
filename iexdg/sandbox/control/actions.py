"""What the control plane can do: show the world, move its clock, inject faults and events, act as a person."""

from operator import itemgetter
from typing import Any

from iexdg.sandbox.http.schema import first_finding
from iexdg.sandbox.http.wire import ApiError, JsonObject, NotFoundError
from iexdg.sandbox.resources.campaigns.campaign import campaign_object, change_status, find_campaign, update_fields
from iexdg.sandbox.resources.verification.operations import is_final
from iexdg.sandbox.sending.engagement import KINDS, deliver, is_lost_click
from iexdg.sandbox.sending.news import announce_account_error
from iexdg.sandbox.sending.variants import variant_of
from iexdg.sandbox.simulation import Simulation
from iexdg.sandbox.vendor.facts import request_of
from iexdg.sandbox.world.accounts import ACCOUNT_MAINTENANCE, ACCOUNT_STATUSES, MAINTENANCE_S
from iexdg.sandbox.world.audit import BY_PERSON, BY_STATUS
from iexdg.sandbox.world.clock import FARTHEST_S, FASTEST, iso
from iexdg.sandbox.world.knobs import shown, with_values
from iexdg.sandbox.world.records import CAMPAIGN_STATUSES, LEAD_ACTIVE
from iexdg.sandbox.world.verdicts import verdict_of


def state(simulation: Simulation, body: Any) -> JsonObject:
    """Return the world in short: time, balance, campaigns, leads, verifications."""
    del body
    now = simulation.catch_up()
    world = simulation.world
    return {
        "now": iso(now),
        "rate": world.clock.rate,
        "seed": world.seed,
        "credits": round(world.credits, 2),
        "campaigns": [
            campaign_object(world, campaign, now)
            | {"leads_count": len(world.leads_in.get(campaign["id"], ())), "sent": world.sent[campaign["id"]]}
            for campaign in world.campaigns.values()
        ],
        "leads": [
            {"id": lead["id"], "email": lead["email"], "campaign": lead["campaign"], "list": lead["list_id"],
             "status": lead["status"], "step": lead["step"]}
            for lead in world.leads.values()
        ],
        "verifications": {email: _verification(simulation, email, now) for email in world.verifications},
        "accounts": list(world.accounts.values()),
        "blocklist": world.blocklist,
        "faults": simulation.faults.described(),
    }  # fmt: skip


def _verification(simulation: Simulation, email: str, now: float) -> JsonObject:
    record = simulation.world.verifications[email]
    verdict, catch_all = verdict_of(email)
    final = is_final(record, simulation.options, now)
    return {
        "status": verdict if final else "pending",
        "catch_all": catch_all if final else "pending",
        "charged": record["charged"],
        "posts": record["posts"],
        "gets": record["gets"],
    }


def sent(simulation: Simulation, body: Any) -> JsonObject:
    """Return every e-mail of a campaign that was sent so far, in the order of time, and who is still written to.

    Shapes: open - campaign id -> how many of its leads are active; step and variant - from 0.
    """
    del body
    simulation.catch_up()
    world = simulation.world
    mails = [(event["at"], campaign, event) for campaign, events in world.events.items() for event in events
             if event["kind"] == "sent"]  # fmt: skip
    return {
        "items": [
            {"at": iso(at), "campaign": campaign, "email": world.leads[event["lead"]]["email"], "step": event["step"],
             "variant": variant_of(event), "sender": event["sender"]}
            for at, campaign, event in sorted(mails, key=itemgetter(0)) if event["lead"] in world.leads
        ],
        "open": {
            campaign: sum(lead["status"] == LEAD_ACTIVE for lead in world.campaign_leads(campaign))
            for campaign in world.campaigns
        },
    }  # fmt: skip


def log(simulation: Simulation, body: Any) -> JsonObject:
    """Return every API request so far, in the order of arrival."""
    del body
    return {"items": sorted(simulation.log, key=lambda entry: str(entry["at"]))}


def reset(simulation: Simulation, body: Any) -> JsonObject:
    """Start over with a fresh world, the options of the start, an empty log and no faults."""
    seed = body.get("seed", simulation.options.seed)
    if not isinstance(seed, int):
        raise ApiError(400, "seed must be integer")
    seed += simulation.number - 1 if "seed" in body else 0
    simulation.options = simulation.first_options
    simulation.world = simulation.fresh_world(body.get("world", simulation.options.world), seed)
    simulation.faults.pending.clear()
    simulation.log.clear()
    simulation.world.touch()
    return {"now": iso(simulation.world.now())}


def clock(simulation: Simulation, body: Any) -> JsonObject:
    """Push the world's clock forward or change its speed; what was due in between happens."""
    rate, advance_s = body.get("rate"), body.get("advance_s", 0)
    if not (_is_between(0, 0 if rate is None else rate, FASTEST) and _is_between(0, advance_s, FARTHEST_S)):
        raise ApiError(400, f"rate must be a number from 0 to {FASTEST}, advance_s one from 0 to {FARTHEST_S}")
    simulation.catch_up()
    if rate is not None:
        simulation.world.clock.set_rate(rate)
    simulation.world.clock.advance(advance_s)
    simulation.world.touch()
    return {"now": iso(simulation.catch_up()), "rate": simulation.world.clock.rate}


def _is_between(least: float, value: Any, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def options(simulation: Simulation, body: Any) -> JsonObject:
    """Return every option as it is now."""
    del body
    return shown(simulation.options)


def change_options(simulation: Simulation, body: Any) -> JsonObject:
    """Change options by name, until the next reset: {"list_lag_s": 0, "edge": "off"}."""
    try:
        simulation.options = with_values(simulation.options, body, is_running=True)
    except ValueError as error:
        raise ApiError(400, str(error)) from error
    return shown(simulation.options)


def faults(simulation: Simulation, body: Any) -> JsonObject:
    """Return the faults that are still to apply."""
    del body
    return {"faults": simulation.faults.described()}


def add_faults(simulation: Simulation, body: Any) -> JsonObject:
    """Add faults to those that are still to apply."""
    simulation.faults.add(body)
    return {"faults": simulation.faults.described()}


def clear_faults(simulation: Simulation, body: Any) -> JsonObject:
    """Remove every fault that is still to apply."""
    del body
    simulation.faults.pending.clear()
    return {"faults": []}


def event(simulation: Simulation, body: Any) -> JsonObject:
    """Let one person react now; a click on a link that leads nowhere counts nothing.

    Shapes: text - what a reply says.
    """
    kind = body.get("kind", body.get("type"))
    if kind not in KINDS:
        raise ApiError(400, f"kind must be one of {', '.join(KINDS)}")
    now = simulation.catch_up()
    campaign = find_campaign(simulation.world, str(body.get("campaign_id", "")))
    for lead in simulation.world.leads_with_email(str(body.get("email", ""))):
        if lead["campaign"] == campaign["id"]:
            step = max(lead["step"] - 1, 0)
            if not is_lost_click(kind, lead, step, campaign):
                text = str(body.get("text", ""))
                deliver(
                    simulation.world, simulation.options, at=now, kind=kind, lead_id=lead["id"], step=step, text=text
                )
            return {"lead": lead["id"], "status": lead["status"], "campaign_status": campaign["status"]}
    raise NotFoundError


def settings(simulation: Simulation, body: Any) -> JsonObject:
    """Change what belongs to the workspace: balance, plan size, block list, the state of a sender."""
    world = simulation.world
    credits_left, lead_limit = body.get("credits", world.credits), body.get("lead_limit", world.lead_limit)
    if not all(isinstance(number, int | float) for number in (credits_left, lead_limit)):
        raise ApiError(400, "credits and lead_limit must be numbers")
    blocklist, statuses = body.get("blocklist", world.blocklist), body.get("accounts", {})
    if not isinstance(blocklist, list) or not isinstance(statuses, dict):
        raise ApiError(400, "blocklist must be a list, accounts an object of addresses and statuses")
    if not all(status in ACCOUNT_STATUSES for status in statuses.values()):
        raise ApiError(400, "accounts must have the vendor's account statuses")
    if not statuses.keys() <= world.accounts.keys():
        raise NotFoundError
    world.credits, world.lead_limit = float(credits_left), int(lead_limit)
    world.blocklist = [str(value).lower() for value in blocklist]
    for email, status in statuses.items():
        failed = world.accounts[email]["status"] >= 0 > status
        world.accounts[email]["status"] = status
        if failed:
            announce_account_error(world, world.accounts[email], world.now())
        if status == ACCOUNT_MAINTENANCE:
            world.account_waits[email] = world.now() + MAINTENANCE_S
    world.touch()
    return {"credits": world.credits, "lead_limit": world.lead_limit, "blocklist": world.blocklist}


def change_campaign(simulation: Simulation, campaign_id: str, body: Any) -> JsonObject:
    """Change fields of a campaign, as a person in the vendor's own app would."""
    now = simulation.catch_up()
    world, campaign = simulation.world, find_campaign(simulation.world, campaign_id)
    finding = first_finding(body, request_of("PATCH", "/campaigns/{id}").body or {}, "body")
    if finding:
        raise ApiError(400, finding)
    update_fields(world, campaign, body, at=now, **BY_PERSON)
    return campaign_object(world, campaign, now)


def set_campaign_status(simulation: Simulation, campaign_id: str, body: Any) -> JsonObject:
    """Set the status of a campaign, as a person in the vendor's own app would."""
    now = simulation.catch_up()
    world, campaign = simulation.world, find_campaign(simulation.world, campaign_id)
    status = body.get("status") if isinstance(body, dict) else None
    if status not in CAMPAIGN_STATUSES:
        raise ApiError(400, "status must be one of the vendor's campaign statuses")
    change_status(world, campaign, status, at=now, first_send_s=simulation.options.first_send_s)
    activity = BY_STATUS.get(status)
    if activity:
        world.write_audit(activity, now, campaign_id=campaign["id"], **BY_PERSON)
    return campaign_object(world, campaign, now)
