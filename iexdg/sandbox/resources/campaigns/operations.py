"""The operations on a campaign itself; making one from another is in a module of its own."""

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.campaigns.campaign import (
    campaign_object,
    change_status,
    find_campaign,
    new_campaign,
    update_fields,
)
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page
from iexdg.sandbox.resources.subsequences.subsequence import drop_subsequence
from iexdg.sandbox.resources.tags.tagging import fits_tags, forget_resource
from iexdg.sandbox.sending.routing import senders_of
from iexdg.sandbox.world.audit import CAMPAIGN_DELETED, CAMPAIGN_LAUNCH, CAMPAIGN_PAUSE
from iexdg.sandbox.world.grouping import CAMPAIGN
from iexdg.sandbox.world.records import ACCOUNTS_UNHEALTHY, ACTIVE, PAUSED, RUNNING_SUBSEQUENCES, Account


def list_campaigns(call: Call) -> JsonObject:
    """Answer GET /campaigns."""
    query = call.query
    limit = query.get("limit", DEFAULT_PAGE)
    after = query.get("starting_after", "")
    search = query.get("search", "").lower()
    chosen = [
        campaign
        for campaign in call.world.campaigns.values()
        if campaign["id"] > after
        and search in campaign["fields"]["name"].lower()
        and query.get("status", campaign["status"]) == campaign["status"]
        and query.get("exclude_status") != campaign["status"]
        and fits_tags(call.world, CAMPAIGN, campaign["id"], query)
        and query.get("ai_sales_agent_id", campaign["fields"]["ai_sdr_id"]) == campaign["fields"]["ai_sdr_id"]
    ][:limit]
    items = [campaign_object(call.world, campaign, call.now) for campaign in chosen]
    return page(items, limit, chosen[-1]["id"] if chosen else "")


def get_campaign(call: Call) -> JsonObject:
    """Answer GET /campaigns/{id}."""
    return campaign_object(call.world, find_campaign(call.world, call.params["id"]), call.now)


def create_campaign(call: Call) -> JsonObject:
    """Answer POST /campaigns."""
    return campaign_object(call.world, new_campaign(call.world, call.body, call.now), call.now)


def patch_campaign(call: Call) -> JsonObject:
    """Answer PATCH /campaigns/{id}; the sender list is replaced, not added to."""
    campaign = find_campaign(call.world, call.params["id"])
    update_fields(call.world, campaign, call.body, at=call.now, user_agent=call.user_agent)
    return campaign_object(call.world, campaign, call.now)


def activate_campaign(call: Call) -> JsonObject:
    """Answer POST /campaigns/{id}/activate; the status may well be another than 1.

    Source: instantly-facts.md §6.6: all senders negative answers -1.
    """
    campaign = find_campaign(call.world, call.params["id"])
    known = senders_of(call.world, campaign)
    unhealthy = bool(known) and all(is_unhealthy(account) for account in known)
    status = ACCOUNTS_UNHEALTHY if unhealthy else ACTIVE
    change_status(call.world, campaign, status, at=call.now, first_send_s=call.options.first_send_s)
    call.world.write_audit(CAMPAIGN_LAUNCH, call.now, campaign_id=campaign["id"], user_agent=call.user_agent)
    return campaign_object(call.world, campaign, call.now)


def pause_campaign(call: Call) -> JsonObject:
    """Answer POST /campaigns/{id}/pause; paused always reads back as 2.

    Source: instantly-facts.md §6.6 (Law 12).
    """
    campaign = find_campaign(call.world, call.params["id"])
    change_status(call.world, campaign, PAUSED, at=call.now, first_send_s=0)
    call.world.write_audit(CAMPAIGN_PAUSE, call.now, campaign_id=campaign["id"], user_agent=call.user_agent)
    return campaign_object(call.world, campaign, call.now)


def delete_campaign(call: Call) -> JsonObject:
    """Answer DELETE /campaigns/{id} with the campaign that is gone, and its leads and subsequences with it."""
    world, campaign = call.world, find_campaign(call.world, call.params["id"])
    gone = campaign_object(world, campaign, call.now)
    for subsequence in world.subsequences.of_campaign(campaign["id"]):
        drop_subsequence(world, subsequence, call.now)
    for lead in world.campaign_leads(campaign["id"]):
        world.drop_lead(lead)
    forget_resource(world, CAMPAIGN, campaign["id"])
    world.shared_until.pop(campaign["id"], None)
    world.queues.pop(campaign["id"], None)
    del world.campaigns[campaign["id"]]
    world.write_audit(CAMPAIGN_DELETED, call.now, campaign_id=campaign["id"], user_agent=call.user_agent)
    return gone


def add_variables(call: Call) -> JsonObject:
    """Answer POST /campaigns/{id}/variables; those that are there keep their values."""
    campaign = find_campaign(call.world, call.params["id"])
    named = dict.fromkeys(call.body["variables"], "")
    campaign["custom_variables"] = named | (campaign["custom_variables"] or {})
    campaign["updated"] = call.now
    call.world.touch()
    return campaign_object(call.world, campaign, call.now)


def search_by_contact(call: Call) -> JsonObject:
    """Answer GET /campaigns/search-by-contact with the campaigns that a person is in.

    Assumed: the whole address is looked for, nobody's campaigns are found without one, and a column that campaigns do
        not have sorts by creation.
    """
    query, world = call.query, call.world
    leads = world.leads_with_email(query.get("search", "").strip()) if query.get("search") else []
    found = [world.campaigns[campaign_id] for campaign_id in {lead["campaign"] for lead in leads} if campaign_id]
    items = [campaign_object(world, campaign, call.now) for campaign in found]
    column = query.get("sort_column", "timestamp_created")
    backwards = query.get("sort_order", "asc") == "desc"
    items.sort(key=lambda item: (str(item.get(column, item["timestamp_created"])), item["id"]), reverse=backwards)
    return {"items": items}


def count_launched(call: Call) -> JsonObject:
    """Answer GET /campaigns/count-launched.

    Assumed: those are launched that send, be it only their subsequences.
    """
    launched = (ACTIVE, RUNNING_SUBSEQUENCES)
    return {"count": sum(campaign["status"] in launched for campaign in call.world.campaigns.values())}


def is_unhealthy(account: Account) -> bool:
    """Say whether a sending account is broken, as opposed to paused or in maintenance."""
    return int(account["status"]) < 0
