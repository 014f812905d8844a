"""The answer that says why a subsequence is or is not sending right now."""

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.subsequences.subsequence import find_subsequence
from iexdg.sandbox.sending.schedule import next_window
from iexdg.sandbox.sending.status import used
from iexdg.sandbox.sending.subsequences import available_senders, limit_of, schedule_of
from iexdg.sandbox.world.clock import iso, maybe_iso
from iexdg.sandbox.world.records import ACTIVE, COMPLETED, PAUSED, RUNNING_SUBSEQUENCES
from iexdg.sandbox.world.subsequences import Subsequence

# The texts are our own.
_MESSAGES = {
    "campaign_paused": "Subsequence or its campaign is paused",
    "out_of_schedule": "Subsequence is outside its sending schedule",
    "waiting_for_leads": "No lead is in the subsequence",
    "follow_up_delay_not_met": "All leads are waiting for their next step",
    "daily_limit_met": "The daily limit is reached",
    "account_daily_limit_met": "No sending account may send any more today",
    "healthy": "Subsequence is sending normally",
}


def sending_status(call: Call) -> JsonObject:
    """Answer GET /subsequences/{id}/sending-status; as for campaigns, what is paused has no diagnostics."""
    subsequence = find_subsequence(call.world, call.params["id"])
    word = _reason(call, subsequence)
    since = None if word == "healthy" else iso(subsequence["leads_updated"])
    summary = {
        "status": word,
        "status_message": _MESSAGES[word],
        "issue_started_at": since,
        "last_healthy_send_at": maybe_iso(subsequence["healthy_at"]),
        "ai_summary": f"{_MESSAGES[word]}." if call.query.get("with_ai_summary") else None,
    }
    if word == "campaign_paused":
        return {"diagnostics": None, "summary": summary}
    return {"diagnostics": _diagnostics(call, subsequence, word, since), "summary": summary}


def _reason(call: Call, subsequence: Subsequence) -> str:
    world = call.world
    campaign = world.campaigns.get(subsequence["parent"])
    running = campaign is not None and campaign["status"] in (ACTIVE, COMPLETED, RUNNING_SUBSEQUENCES)
    if subsequence["status"] == PAUSED or not running:
        return "campaign_paused"
    dues = _dues(call, subsequence)
    if not dues:
        return "waiting_for_leads"
    window = next_window(schedule_of(world, subsequence), call.now)
    if window is None or window.opens > call.now:
        return "out_of_schedule"
    limit, counted = limit_of(world, subsequence)
    if limit is not None and used(world, counted, window.day) >= limit:
        return "daily_limit_met"
    if not available_senders(world, subsequence, window.day):
        return "account_daily_limit_met"
    return "healthy" if min(dues) <= call.now else "follow_up_delay_not_met"


def _dues(call: Call, subsequence: Subsequence) -> list[float]:
    subs = call.world.subsequences
    return [subs.progress[lead_id]["next_due"] or 0.0 for lead_id in subs.members(subsequence["id"])]


def _diagnostics(call: Call, subsequence: Subsequence, word: str, since: str | None) -> JsonObject:
    world, now = call.world, call.now
    window = next_window(schedule_of(world, subsequence), now)
    day = window.day if window else ""
    limit, counted = limit_of(world, subsequence)
    sent, waiting = used(world, counted, day), [due for due in _dues(call, subsequence) if due > now]
    return {
        "campaign_id": subsequence["parent"],
        "subsequence_id": subsequence["id"],
        "last_updated": iso(now),
        "status": word,
        "issue_tracking": {
            "current_status_code": word,
            "issue_first_seen_at": since,
            "consecutive_loops_with_issue": 0 if word == "healthy" else 1,
            "last_healthy_send_at": maybe_iso(subsequence["healthy_at"]),
        },
        "accounts_summary": {"available": len(available_senders(world, subsequence, day))},
        "campaign_daily_limit": {
            "limit": limit or 0,
            "sent": sent,
            "limit_hit": limit is not None and sent >= limit,
        },
        "schedule_status": {"in_schedule": window is not None and window.opens <= now},
        "follow_ups_waiting": {
            "count": len(waiting),
            "earliest_wait_time_seconds": max(0, round(min(waiting) - now)) if waiting else None,
        },
        "leads_status": {"no_leads_ready": word in ("waiting_for_leads", "follow_up_delay_not_met")},
    }
