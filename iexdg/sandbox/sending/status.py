"""Why a campaign is or is not sending right now: the vendor's word and number for it."""

from collections.abc import Iterator
from typing import Any

from iexdg.sandbox.sending.routing import allowed_senders, company_has_room, is_restricted, senders_of
from iexdg.sandbox.sending.schedule import next_window
from iexdg.sandbox.sending.variants import step_from
from iexdg.sandbox.world.records import ACTIVE, LEAD_ACTIVE, Account, Campaign, Lead
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
    "waiting_for_esp_match": 2,
    "domain_limit_reached": 2,
}


def used(world: World, who: str, day: str) -> int:
    """Return how many e-mails a campaign or a sender has sent on one local day."""
    return world.used_today.get(f"{who}|{day}", 0)


def has_room(world: World, account: dict[str, Any], day: str) -> bool:
    """Say whether a connected account may still send on this day."""
    limit = account["daily_limit"]
    return is_connected(account) and (limit is None or used(world, account["email"], day) < limit)


def is_connected(account: dict[str, Any]) -> bool:
    """Say whether an account could send: it is neither paused nor broken nor still being set up."""
    return account["status"] == 1 and not account["setup_pending"]


def reason(world: World, campaign: Campaign, now: float) -> str:
    """Return the vendor's word for what a campaign is doing now."""
    if campaign["status"] != ACTIVE:
        return _STATUS_NAMES[campaign["status"]]
    accounts = senders_of(world, campaign)
    if not any(is_connected(account) for account in accounts):
        is_broken = bool(accounts) and all(account["status"] < 0 for account in accounts)
        return "all_accounts_unhealthy" if is_broken else "no_accounts_available"
    return _reason_to_wait(world, campaign, accounts, now)


def _reason_to_wait(world: World, campaign: Campaign, accounts: list[Account], now: float) -> str:
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
    if step_from(campaign, 0) is None:
        return "waiting_for_leads"  # Assumed: the word for a campaign that has nothing to send.
    blocked = _blocked(world, campaign, list(_open_leads(world, campaign)), day, now) if is_restricted(campaign) else ""
    if blocked:
        return blocked
    limit = campaign["fields"]["daily_max_leads"]
    full = limit is not None and used(world, f"{campaign['id']}+new", day) >= limit
    word = "waiting_for_leads"
    for lead in _open_leads(world, campaign):
        is_new = lead["step"] == 0
        if is_due(lead, now) or (is_new and not full):
            return "healthy"
        if word != "new_lead_limit_met":
            word = "new_lead_limit_met" if is_new else "follow_up_delay_not_met"
    return word


def _open_leads(world: World, campaign: Campaign) -> Iterator[Lead]:
    leads = (world.leads[lead_id] for lead_id in world.leads_in.get(campaign["id"], ()))
    return (lead for lead in leads if lead["status"] == LEAD_ACTIVE)


def _blocked(world: World, campaign: Campaign, open_leads: list[Lead], day: str, now: float) -> str:
    """Return why none of the leads that are ready may be written to, or "" where one may."""
    ready = [lead for lead in open_leads if lead["step"] == 0 or is_due(lead, now)]
    within = [lead for lead in ready if company_has_room(world, campaign, lead, day)]
    senders = [account for account in senders_of(world, campaign) if has_room(world, account, day)]
    if not ready or any(allowed_senders(world, campaign, lead, senders) for lead in within):
        return ""
    return "waiting_for_esp_match" if within else "domain_limit_reached"


def is_due(lead: Lead, now: float) -> bool:
    """Say whether a lead waits for a follow-up whose time has come."""
    return lead["next_due"] is not None and lead["next_due"] <= now


def not_sending_code(world: World, campaign: Campaign, now: float) -> int | None:
    """Return the number that the campaign object carries for an active campaign that does not send."""
    if campaign["status"] != ACTIVE:
        return None
    return _NOT_SENDING.get(reason(world, campaign, now))
