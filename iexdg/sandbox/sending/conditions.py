"""Moving leads into subsequences: by their conditions, or because somebody has moved them there."""

from typing import Any

from iexdg.sandbox.world.inbox import RECEIVED
from iexdg.sandbox.world.records import ACTIVE, COMPLETED, LEAD_ACTIVE, LEAD_COMPLETED, RUNNING_SUBSEQUENCES, Lead
from iexdg.sandbox.world.subsequences import Subsequence
from iexdg.sandbox.world.world import World

UNIT_S = {"minutes": 60.0, "hours": 3600.0, "days": 86_400.0}
# Source: OpenAPI, schema CampaignSubsequence, lead_activity.
_OPENED, _CLICKED, _COMPLETED_WITHOUT_REPLY = 2, 4, 91


def move_leads(world: World, at: float) -> None:
    """Move every lead that now meets the conditions of a subsequence, and begin or end what people have changed.

    Nothing is looked at again until something in the world has changed.
    """
    subs = world.subsequences
    if not subs.by_id or subs.looked_at == world.changes:
        return
    replies = _replies(world)
    for campaign_id in {one["parent"]: None for one in subs.by_id.values()}:
        for lead in world.campaign_leads(campaign_id):
            _look_at(world, lead, replies, at)
    all_looked_at(world)


def move_touched(world: World, at: float) -> None:
    """Look at the leads to whom something has just happened."""
    subs = world.subsequences
    if not subs.touched:
        return
    replies, touched = _replies(world), dict.fromkeys(subs.touched)
    subs.touched.clear()
    for lead_id in touched:
        if lead_id in world.leads:
            _look_at(world, world.leads[lead_id], replies, at)


def all_looked_at(world: World) -> None:
    """Note that every lead was looked at as the world is now."""
    world.subsequences.touched.clear()
    world.subsequences.looked_at = world.changes


def enrol(world: World, lead: Lead, subsequence: Subsequence, at: float) -> None:
    """Put a lead into a subsequence; its campaign writes no further step to it (assumed)."""
    subs = world.subsequences
    lead["subsequence"], lead["subsequence_since"] = subsequence["id"], at
    if lead["status"] == LEAD_ACTIVE:
        world.set_lead_status(lead, LEAD_COMPLETED)
    lead["next_due"], lead["updated"] = None, at
    steps = steps_of(subsequence)
    first_due = at + delay_s(steps[0], "pre_delay") if steps else None
    subs.progress[lead["id"]] = {
        "subsequence": subsequence["id"],
        "step": 0,
        "next_due": first_due,
        "sent_from": None,
        "sent_at": None,
        "seen": [],
    }
    subs.been_in.setdefault(lead["id"], []).append(subsequence["id"])
    subsequence["leads_updated"] = at
    if first_due is not None:
        wake(subsequence, first_due)
        campaign = world.campaigns[subsequence["parent"]]
        if campaign["status"] == COMPLETED:
            campaign["status"], campaign["updated"] = RUNNING_SUBSEQUENCES, at
    world.touch()


def wake(subsequence: Subsequence, at: float) -> None:
    """Bring the next attempt of an active subsequence forward."""
    if subsequence["status"] == ACTIVE:
        subsequence["next_send_at"] = min(subsequence["next_send_at"] or at, at)


def steps_of(subsequence: Subsequence) -> list[dict[str, Any]]:
    """Return the steps that are written; only the first sequence is used."""
    sequences = subsequence["fields"]["sequences"]
    return sequences[0]["steps"] if sequences else []


def delay_s(step: dict[str, Any], name: str) -> float:
    """Return `delay` or `pre_delay` of a step in seconds; days where it names no unit."""
    return float(step.get(name) or 0) * UNIT_S[step.get(f"{name}_unit") or "days"]


def _follow(world: World, lead: Lead, at: float) -> None:
    """Begin a subsequence that somebody has moved a lead into, and end one that it was taken out of."""
    subs = world.subsequences
    wanted, progress = lead.get("subsequence"), subs.progress.get(lead["id"])
    if progress is not None and progress["subsequence"] != wanted:
        del subs.progress[lead["id"]]
        progress = None
    subsequence = subs.by_id.get(wanted or "")
    if progress is None and subsequence is not None:
        enrol(world, lead, subsequence, at)
    elif progress is not None and subsequence is not None and _has_ended(world, lead, subsequence):
        progress["next_due"] = None
        wake(subsequence, at)


def _has_ended(world: World, lead: Lead, subsequence: Subsequence) -> bool:
    """Say whether nothing more may be written to a lead: it is lost, or has replied since it was moved."""
    stops = world.campaigns[subsequence["parent"]]["fields"]["stop_on_reply"]
    has_replied = lead["last"].get("reply", 0.0) > lead.get("subsequence_since", 0.0)
    return lead["status"] < 0 or bool(stops and has_replied)


def _look_at(world: World, lead: Lead, replies: dict[str, str], at: float) -> None:
    _follow(world, lead, at)
    if "subsequence" in lead:
        return
    been_in = world.subsequences.been_in.get(lead["id"], ())
    for subsequence in world.subsequences.of_campaign(lead["campaign"] or ""):
        if subsequence["status"] != ACTIVE or subsequence["id"] in been_in:
            continue
        if meets(lead, subsequence["fields"]["conditions"], replies.get(lead["id"], "")):
            enrol(world, lead, subsequence, at)
            return


def meets(lead: Lead, conditions: dict[str, Any], reply: str) -> bool:
    """Say whether a lead meets conditions; one of them is enough (assumed). Shapes: reply - all that it has written."""
    wanted = conditions.get("reply_contains") or ""
    activities = conditions.get("lead_activity") or ()
    return (
        (lead["interest"] is not None and lead["interest"] in (conditions.get("crm_status") or ()))
        or any(_has_done(lead, activity) for activity in activities)
        or (bool(wanted.strip()) and wanted.strip().lower() in reply.lower())
    )


def _has_done(lead: Lead, activity: int) -> bool:
    counts = lead["counts"]
    if activity == _COMPLETED_WITHOUT_REPLY:
        return lead["status"] == LEAD_COMPLETED and not counts.get("reply")
    return counts.get({_OPENED: "open", _CLICKED: "click"}[activity], 0) > 0


def _replies(world: World) -> dict[str, str]:
    """Return what each lead has written, where a subsequence waits for words."""
    wants_words = any(one["fields"]["conditions"].get("reply_contains") for one in world.subsequences.by_id.values())
    found: dict[str, str] = {}
    for mail in world.inbox.mails.values() if wants_words else ():
        if mail["type"] == RECEIVED and mail["lead_id"] and not mail.get("is_auto"):
            found[mail["lead_id"]] = f"{found.get(mail['lead_id'], '')}\n{mail.get('words', {}).get('text', '')}"
    return found
