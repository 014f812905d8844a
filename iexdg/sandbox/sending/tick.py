"""The send tick: plays the world forward from one send opportunity to the next, never second by second."""

import heapq
from collections.abc import Callable
from functools import partial
from random import Random

from iexdg.sandbox.sending.conditions import all_looked_at, move_leads, move_touched
from iexdg.sandbox.sending.engagement import deliver, note_event, plan_engagement
from iexdg.sandbox.sending.news import announce_campaign_completed
from iexdg.sandbox.sending.routing import allowed_senders, company_counters, company_has_room, senders_of
from iexdg.sandbox.sending.schedule import Window, next_window
from iexdg.sandbox.sending.status import has_room, is_connected, used
from iexdg.sandbox.sending.subsequences import is_at_work, next_at, play_next
from iexdg.sandbox.sending.variants import step_from, steps_of, variant_for
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.records import (
    ACCOUNTS_UNHEALTHY,
    COMPLETED,
    LEAD_ACTIVE,
    LEAD_COMPLETED,
    LEAD_SKIPPED,
    RUNNING_SUBSEQUENCES,
    Account,
    Campaign,
    Lead,
)
from iexdg.sandbox.world.verdicts import import_verdict
from iexdg.sandbox.world.world import SendQueue, World

# Whom to write to and who may, or None where nobody may.
Picked = tuple[Lead, list[Account]] | None

_MINUTE_S, _HOUR_S = 60.0, 3600.0
_UNIT_S = {"minutes": _MINUTE_S, "hours": _HOUR_S, "days": 24 * _HOUR_S}
# Assumed: how soon the vendor rechecks a campaign that has nothing to send with.
_RECHECK_S = _HOUR_S
# Assumed: the gap between two mails of one sender when the campaign does not say.
_DEFAULT_GAP_MINUTES = 10
# Source: OpenAPI, schema Lead, verification_status: risky and catch-all are the risky contacts.
_RISKY = {-2, -3}


def tick(world: World, options: SandboxOptions, until: float) -> None:
    """Apply everything that was due up to a moment, in the order of time.

    Source: instantly-facts.md §6.13.
    """
    move_leads(world, until)
    while True:
        engaged_at = world.planned[0][0] if world.planned else None
        campaign = _next_campaign(world)
        send_at = campaign["next_send_at"] if campaign else None
        due = min((at for at in (engaged_at, send_at, next_at(world)) if at is not None), default=None)
        if due is None or due > until:
            break
        if due == engaged_at:
            at, _, kind, lead_id, step, _ = heapq.heappop(world.planned)
            deliver(world, options, at=at, kind=kind, lead_id=lead_id, step=step)
        elif campaign is not None and due == send_at:
            _attempt(world, options, campaign, due)
        else:
            play_next(world, due)
        world.touch()
        move_touched(world, due)
    all_looked_at(world)
    world.ticked_to = until


def _next_campaign(world: World) -> Campaign | None:
    waiting = [campaign for campaign in world.campaigns.values() if campaign["next_send_at"] is not None]
    return min(waiting, key=lambda campaign: (campaign["next_send_at"] or 0.0, campaign["id"]), default=None)


def _attempt(world: World, options: SandboxOptions, campaign: Campaign, at: float) -> None:
    """Send one mail if the rules allow it, and plan when to try again."""
    if not _has_open_leads(world, campaign) and not campaign["fields"]["is_evergreen"]:
        _complete(world, campaign, at)
        return
    window = next_window(campaign["fields"]["campaign_schedule"], at)
    if window is None or window.opens > at:
        campaign["next_send_at"] = window.opens if window else at + 24 * _HOUR_S
        return
    limit = campaign["fields"]["daily_limit"]
    if limit is not None and used(world, campaign["id"], window.day) >= limit:
        campaign["next_send_at"] = window.closes
        return
    _attempt_in(world, options, campaign, window, at)


def _complete(world: World, campaign: Campaign, at: float) -> None:
    """End a campaign that has no lead left to write to; its subsequences may still have."""
    at_work = is_at_work(world, campaign["id"])
    campaign["status"] = RUNNING_SUBSEQUENCES if at_work else COMPLETED
    campaign["next_send_at"], campaign["updated"] = None, at
    if not at_work:
        announce_campaign_completed(world, campaign, at)


def _attempt_in(world: World, options: SandboxOptions, campaign: Campaign, window: Window, at: float) -> None:
    senders = senders_of(world, campaign)
    available = [account for account in senders if has_room(world, account, window.day)]
    if not available:
        _wait_for_senders(campaign, senders, window, at)
        return
    picked = _pick(world, campaign, available, window, at)
    if picked is None:
        campaign["next_send_at"] = _next_due(world, campaign, window, at)
        return
    lead, allowed = picked
    sender = min(allowed, key=lambda account: (used(world, account["email"], window.day), account["email"]))
    _send(world, options, campaign, lead, sender, window.day, at)
    campaign["next_send_at"] = at + _gap_s(world, campaign, len(available), at)


def _has_open_leads(world: World, campaign: Campaign) -> bool:
    queue = world.queue_of(campaign["id"])
    _drop_stale(world, campaign, queue)
    return bool(queue.fresh or queue.followups)


def _drop_stale(world: World, campaign: Campaign, queue: SendQueue) -> None:
    while queue.fresh and not _is_open(world, campaign, queue.fresh[0], None):
        queue.fresh.popleft()
    while queue.followups and not _is_open(world, campaign, queue.followups[0][1], queue.followups[0][0]):
        heapq.heappop(queue.followups)


def _is_open(world: World, campaign: Campaign, lead_id: str, due: float | None) -> bool:
    """Say whether a queued lead may still be written to; skips the risky and finishes those past the last step."""
    lead = world.leads.get(lead_id)
    if lead is None or lead["status"] != LEAD_ACTIVE or lead["next_due"] != due:
        return False
    if import_verdict(lead, world.now()) in _RISKY and not campaign["fields"]["allow_risky_contacts"]:
        world.set_lead_status(lead, LEAD_SKIPPED)
        return False
    if due is not None and step_from(campaign, lead["step"]) is None:
        world.set_lead_status(lead, LEAD_COMPLETED)
        lead["next_due"] = None
        return False
    return True


def _wait_for_senders(campaign: Campaign, senders: list[Account], window: Window, at: float) -> None:
    if senders and all(account["status"] < 0 for account in senders):
        campaign["status"], campaign["next_send_at"], campaign["updated"] = ACCOUNTS_UNHEALTHY, None, at
    elif any(is_connected(account) for account in senders):
        campaign["next_send_at"] = window.closes
    else:
        campaign["next_send_at"] = at + _RECHECK_S


def _pick(world: World, campaign: Campaign, available: list[Account], window: Window, at: float) -> Picked:
    """Return whom to write to now and who may: a due follow-up first, unless new leads are to be preferred."""
    if step_from(campaign, 0) is None:
        return None
    queue = world.queue_of(campaign["id"])
    _drop_stale(world, campaign, queue)
    may_write = partial(_may_write, world, campaign, available, window.day)
    limit = campaign["fields"]["daily_max_leads"]
    may_start = limit is None or used(world, f"{campaign['id']}+new", window.day) < limit
    fresh = partial(_take_fresh, world, campaign, queue, may_write) if may_start else lambda: None
    due = partial(_take_due, world, campaign, queue, may_write, at)
    first, second = (fresh, due) if campaign["fields"]["prioritize_new_leads"] else (due, fresh)
    return first() or second()


def _may_write(world: World, campaign: Campaign, available: list[Account], day: str, lead: Lead) -> Picked:
    if not company_has_room(world, campaign, lead, day):
        return None
    senders = allowed_senders(world, campaign, lead, available)
    return (lead, senders) if senders else None


def _take_fresh(world: World, campaign: Campaign, queue: SendQueue, may_write: Callable[[Lead], Picked]) -> Picked:
    """Take the first new lead that may be written to out of the queue."""
    for place, lead_id in enumerate(queue.fresh):
        found = may_write(world.leads[lead_id]) if _is_open(world, campaign, lead_id, None) else None
        if found:
            del queue.fresh[place]
            return found
    return None


def _take_due(
    world: World,
    campaign: Campaign,
    queue: SendQueue,
    may_write: Callable[[Lead], Picked],
    at: float,
) -> Picked:
    """Take the longest due follow-up that may be written out of the queue; the others keep their place."""
    waiting, found = [], None
    while queue.followups and queue.followups[0][0] <= at and found is None:
        due, lead_id = heapq.heappop(queue.followups)
        if _is_open(world, campaign, lead_id, due):
            found = may_write(world.leads[lead_id])
            waiting += [] if found else [(due, lead_id)]
    for item in waiting:
        heapq.heappush(queue.followups, item)
    return found


def _next_due(world: World, campaign: Campaign, window: Window, at: float) -> float:
    queue = world.queue_of(campaign["id"])
    earliest = queue.followups[0][0] if queue.followups else None
    is_blocked = earliest is not None and earliest <= at
    if is_blocked:
        earliest = min((due for due, _ in queue.followups if due > at), default=None)
    waits = [window.closes] if queue.fresh or is_blocked else []
    waits += [] if earliest is None else [earliest]
    return max(min(waits, default=at + _RECHECK_S), at + _MINUTE_S)


def _send(
    world: World, options: SandboxOptions, campaign: Campaign, lead: Lead, sender: Account, day: str, at: float
) -> None:
    step = step_from(campaign, lead["step"])
    if step is None:
        return
    is_first = lead["step"] == 0
    lead.setdefault("variants", {})[str(step)] = variant_for(world, options, campaign, step)
    lead["step"], lead["sent_at"], lead["sent_from"] = step + 1, at, sender["email"]
    note_event(world, campaign, lead, at=at, kind="sent", step=step)
    campaign["healthy_at"] = at
    counted = [campaign["id"], sender["email"]] + ([f"{campaign['id']}+new"] if is_first else [])
    for who in [*counted, *company_counters(world, campaign, lead)]:
        world.used_today[f"{who}|{day}"] = used(world, who, day) + 1
    _plan_next(world, campaign, lead, step, at)
    if options.reactions:
        plan_engagement(world, campaign, lead, at)


def _plan_next(world: World, campaign: Campaign, lead: Lead, step: int, at: float) -> None:
    if step_from(campaign, step + 1) is None:
        world.set_lead_status(lead, LEAD_COMPLETED)
        lead["next_due"] = None
        return
    written = steps_of(campaign)[step]
    due = at + written["delay"] * _UNIT_S[str(written.get("delay_unit", "days"))]
    lead["next_due"] = due
    heapq.heappush(world.queue_of(campaign["id"]).followups, (due, lead["id"]))


def _gap_s(world: World, campaign: Campaign, senders: int, at: float) -> float:
    """Return the pause until the campaign's next mail; the gap is per sender, so more senders mean shorter pauses."""
    fields = campaign["fields"]
    gap = _DEFAULT_GAP_MINUTES if fields["email_gap"] is None else fields["email_gap"]
    extra = Random(f"{world.seed}|{campaign['id']}|{at}").random() * (fields["random_wait_max"] or 0)
    return float(max(_MINUTE_S, (gap + extra) * _MINUTE_S / senders))
