"""The answer that says why a campaign is or is not sending right now."""

from iexdg.sandbox.http.wire import Call, JsonObject, NotFoundError
from iexdg.sandbox.sending.routing import company_has_room, company_limit, company_of, senders_of
from iexdg.sandbox.sending.schedule import next_window
from iexdg.sandbox.sending.status import has_room, is_connected, is_due, reason, used
from iexdg.sandbox.world.clock import iso, maybe_iso
from iexdg.sandbox.world.records import DRAFT, LEAD_ACTIVE, PAUSED, Campaign, Lead
from iexdg.sandbox.world.world import World

# The texts are our own.
_MESSAGES = {
    "campaign_paused": "Campaign is paused",
    "campaign_draft": "Campaign is a draft",
    "campaign_completed": "All leads of this campaign have been processed",
    "campaign_running_subsequences": "Only subsequences are running",
    "campaign_bounce_protect": "Campaign was stopped because too many emails bounced",
    "campaign_accounts_unhealthy": "None of the sending accounts is healthy",
    "campaign_account_suspended": "The workspace is suspended",
    "no_accounts_available": "No sending account is connected to this campaign",
    "all_accounts_unhealthy": "All sending accounts report errors",
    "out_of_schedule": "Campaign is outside its sending schedule",
    "waiting_for_leads": "No lead is waiting to be contacted",
    "daily_limit_met": "The campaign's daily limit is reached",
    "account_daily_limit_met": "All sending accounts have reached their daily limit",
    "new_lead_limit_met": "The daily limit for new leads is reached",
    "follow_up_delay_not_met": "All leads are waiting for their next step",
    "waiting_for_esp_match": "No sending account may write to the providers of the leads that are ready",
    "domain_limit_reached": "The companies of the leads that are ready have reached their daily limit",
    "healthy": "Campaign is sending normally",
}


def sending_status(call: Call) -> JsonObject:
    """Answer GET /campaigns/{id}/sending-status.

    Source: instantly-facts.md §2.1: a draft or paused campaign has no diagnostics, the reason is in the summary.
    """
    campaign = call.world.campaigns.get(call.params["id"].lower())
    if campaign is None:
        raise NotFoundError
    word = reason(call.world, campaign, call.now)
    since = None if word == "healthy" else iso(campaign["updated"])
    summary = {
        "status": word,
        "status_message": _MESSAGES[word],
        "issue_started_at": since,
        "last_healthy_send_at": maybe_iso(campaign["healthy_at"]),
        "ai_summary": _MESSAGES[word] + "." if call.query.get("with_ai_summary") else None,
    }
    idle = campaign["status"] in {DRAFT, PAUSED}
    return {"diagnostics": None if idle else _diagnostics(call, campaign, word, since), "summary": summary}


def _diagnostics(call: Call, campaign: Campaign, word: str, since: str | None) -> JsonObject:
    world, now, fields = call.world, call.now, campaign["fields"]
    window = next_window(fields["campaign_schedule"], now)
    day = window.day if window else ""
    sent = used(world, campaign["id"], day)
    new_leads = used(world, f"{campaign['id']}+new", day)
    waiting = [lead for lead in world.campaign_leads(campaign["id"]) if lead["status"] == LEAD_ACTIVE]
    return {
        "campaign_id": campaign["id"],
        "last_updated": iso(now),
        "status": word,
        "issue_tracking": {
            "current_status_code": word,
            "issue_first_seen_at": since,
            "consecutive_loops_with_issue": 0 if word == "healthy" else 1,
            "last_healthy_send_at": maybe_iso(campaign["healthy_at"]),
        },
        "accounts_summary": _accounts_summary(world, campaign, day),
        "campaign_daily_limit": _limit(fields["daily_limit"], "sent", sent),
        "new_lead_limit": {"enabled": fields["daily_max_leads"] is not None}
        | _limit(fields["daily_max_leads"], "contacted", new_leads),
        "schedule_status": {"in_schedule": window is not None and window.opens <= now},
        "send_one_by_one": {"enabled": False, "single_account_per_wait_gap": False},
        **_routing_status(world, campaign, waiting, word, day),
        **_leads_status(waiting, now),
    }


def _routing_status(world: World, campaign: Campaign, waiting: list[Lead], word: str, day: str) -> JsonObject:
    fields = campaign["fields"]
    providers = {sender["provider_code"] for sender in senders_of(world, campaign)}
    full = {company_of(lead) for lead in waiting if not company_has_room(world, campaign, lead, day)}
    return {
        "esp_routing_status": {
            "enabled": bool(fields["provider_routing_rules"] or fields["match_lead_esp"]),
            "waiting_for_match": word == "waiting_for_esp_match",
            "connected_esps": sorted(providers),
        },
        "domain_limiter": {"active": company_limit(campaign) is not None, "domains_at_limit": len(full)},
    }


def _accounts_summary(world: World, campaign: Campaign, day: str) -> JsonObject:
    known = senders_of(world, campaign)
    named = {*campaign["fields"]["email_list"], *(account["email"] for account in known)}
    connected = [account for account in known if is_connected(account)]
    available = [account for account in connected if has_room(world, account, day)]
    return {
        "total_connected": len(connected),
        "available": len(available),
        "unavailable": {
            "daily_limit_hit": len(connected) - len(available),
            "slow_ramp_limit_hit": 0,
            "disconnected": len(named) - len(connected),
            "global_gap_not_met": 0,
        },
    }


def _leads_status(waiting: list[Lead], now: float) -> JsonObject:
    due = [lead["next_due"] for lead in waiting if lead["next_due"] is not None]
    return {
        "follow_ups_waiting": {
            "count": len(due),
            "earliest_wait_time_seconds": max(0, round(min(due) - now)) if due else None,
        },
        "leads_status": {
            "no_leads_ready": not any(lead["step"] == 0 or is_due(lead, now) for lead in waiting),
            "account_unavailable_skips": 0,
            "delay_not_met_skips": len([at for at in due if at > now]),
        },
    }


def _limit(limit: float | None, counted: str, count: int) -> JsonObject:
    shown = limit if counted == "contacted" or limit is not None else 0
    return {"limit": shown, counted: count, "limit_hit": limit is not None and count >= limit}
