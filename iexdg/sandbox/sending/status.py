"""Why a campaign is or is not sending right now: the vendor's word and number for it."""

from typing import Any

from iexdg.sandbox.sending.schedule import next_window
from iexdg.sandbox.world.records import ACTIVE, LEAD_ACTIVE, Campaign, Lead
from iexdg.sandbox.world.world import World

# Source: OpenAPI, getCampaignSendingStatus, property diagnostics.status.
_STATUS_NAMES = {
    2: "campaign_paused",
    0: "campaign_draft",
    3: "campaign_completed",
    4: "campaign_running_subsequences",
    -2: "campaign_bounce_protect",
    -1: "campaign_accounts_unhealthy",
    -99: "campaign_account_suspended",
}
# Source: OpenAPI, schema Campaign, property not_sending_status.
_NOT_SENDING = {
    "out_of_schedule": 1,
    "waiting_for_leads": 2,
    "follow_up_delay_not_met": 2,
    "new_lead_limit_met": 2,
    "daily_limit_met": 3,
    "account_daily_limit_met": 4,
    "no_accounts_available": 99,
    "all_accounts_unhealthy": 99,
}


def used(world: World, who: str, day: str) -> int:
    """Return how many e-mails a campaign or a sender has sent on one local day."""
    return world.used_today.get(f"{who}|{day}", 0)


def has_room(world: World, account: dict[str, Any], day: str) -> bool:
    """Say whether a connected account may still send on this day."""
    limit = account["daily_limit"]
    return account["status"] == 1 and (limit is None or used(world, account["email"], day) < limit)


def reason(world: World, campaign: Campaign, now: float) -> str:
    """Return the vendor's word for what a campaign is doing now."""
    if campaign["status"] != ACTIVE:
        return _STATUS_NAMES[campaign["status"]]
    accounts = [world.accounts[email] for email in campaign["fields"]["email_list"] if email in world.accounts]
    if not accounts:
        return "no_accounts_available"
    if all(account["status"] < 0 for account in accounts):
        return "all_accounts_unhealthy"
    window = next_window(campaign["fields"]["campaign_schedule"], now)
    if window is None or window.opens > now:
        return "out_of_schedule"
    limit = campaign["fields"]["daily_limit"]
    if limit is not None and used(world, campaign["id"], window.day) >= limit:
        return "daily_limit_met"
    if not any(has_room(world, account, window.day) for account in accounts):
        return "account_daily_limit_met"
    return _lead_reason(world, campaign, window.day, now)


def _lead_reason(world: World, campaign: Campaign, day: str, now: float) -> str:
    open_leads = [lead for lead in world.campaign_leads(campaign["id"]) if lead["status"] == LEAD_ACTIVE]
    if any(is_due(lead, now) for lead in open_leads):
        return "healthy"
    if not any(lead["step"] == 0 for lead in open_leads):
        return "follow_up_delay_not_met" if open_leads else "waiting_for_leads"
    limit = campaign["fields"]["daily_max_leads"]
    full = limit is not None and used(world, f"{campaign['id']}+new", day) >= limit
    return "new_lead_limit_met" if full else "healthy"


def is_due(lead: Lead, now: float) -> bool:
    """Say whether a lead waits for a follow-up whose time has come."""
    return lead["next_due"] is not None and lead["next_due"] <= now


def not_sending_code(world: World, campaign: Campaign, now: float) -> int | None:
    """Return the number that the campaign object carries for an active campaign that does not send."""
    if campaign["status"] != ACTIVE:
        return None
    return _NOT_SENDING.get(reason(world, campaign, now))
