"""The campaign operations: list, get, create, patch, activate, pause."""

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.campaigns.campaign import (
    campaign_object,
    change_status,
    find_campaign,
    new_campaign,
    update_fields,
)
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page
from iexdg.sandbox.world.audit import CAMPAIGN_LAUNCH, CAMPAIGN_PAUSE
from iexdg.sandbox.world.records import ACCOUNTS_UNHEALTHY, ACTIVE, PAUSED, Account, Campaign


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
        and _has_any_tag(campaign, query.get("tag_ids", ""))
        and query.get("ai_sales_agent_id", campaign["fields"]["ai_sdr_id"]) == campaign["fields"]["ai_sdr_id"]
    ][:limit]
    items = [campaign_object(call.world, campaign, call.now) for campaign in chosen]
    return page(items, limit, chosen[-1]["id"] if chosen else "")


def _has_any_tag(campaign: Campaign, tag_ids: str) -> bool:
    return not tag_ids or bool(set(tag_ids.split(",")) & set(campaign["fields"]["email_tag_list"]))


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
    senders = [call.world.accounts.get(email) for email in campaign["fields"]["email_list"]]
    known = [account for account in senders if account is not None]
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


def is_unhealthy(account: Account) -> bool:
    """Say whether a sending account is broken, as opposed to paused or in maintenance."""
    return int(account["status"]) < 0
