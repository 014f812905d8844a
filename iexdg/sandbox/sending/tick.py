"""The send tick: plays the world forward from one send opportunity to the next, never second by second."""

import heapq
from random import Random

from iexdg.sandbox.sending.engagement import deliver, note_event, plan_engagement
from iexdg.sandbox.sending.schedule import Window, next_window
from iexdg.sandbox.sending.status import has_room, used
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.records import (
    ACCOUNTS_UNHEALTHY,
    COMPLETED,
    LEAD_ACTIVE,
    LEAD_COMPLETED,
    LEAD_SKIPPED,
    Account,
    Campaign,
    Lead,
)
from iexdg.sandbox.world.verdicts import import_verdict
from iexdg.sandbox.world.world import SendQueue, World

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
    while True:
        engaged_at = world.planned[0][0] if world.planned else None
        campaign = _next_campaign(world)
        send_at = campaign["next_send_at"] if campaign else None
        due = min((at for at in (engaged_at, send_at) if at is not None), default=None)
        if due is None or due > until:
            break
        if due == engaged_at:
            at, _, kind, lead_id, step, _ = heapq.heappop(world.planned)
            deliver(world, options, at=at, kind=kind, lead_id=lead_id, step=step)
        elif campaign is not None:
            _attempt(world, campaign, due)
        world.touch()
    world.ticked_to = until


def _next_campaign(world: World) -> Campaign | None:
    waiting = [campaign for campaign in world.campaigns.values() if campaign["next_send_at"] is not None]
    return min(waiting, key=lambda campaign: (campaign["next_send_at"] or 0.0, campaign["id"]), default=None)


def _attempt(world: World, campaign: Campaign, at: float) -> None:
    """Send one mail if the rules allow it, and plan when to try again."""
    if not _has_open_leads(world, campaign) and not campaign["fields"]["is_evergreen"]:
        campaign["status"], campaign["next_send_at"], campaign["updated"] = COMPLETED, None, at
        return
    window = next_window(campaign["fields"]["campaign_schedule"], at)
    if window is None or window.opens > at:
        campaign["next_send_at"] = window.opens if window else at + 24 * _HOUR_S
        return
    limit = campaign["fields"]["daily_limit"]
    if limit is not None and used(world, campaign["id"], window.day) >= limit:
        campaign["next_send_at"] = window.closes
        return
    _attempt_in(world, campaign, window, at)


def _attempt_in(world: World, campaign: Campaign, window: Window, at: float) -> None:
    senders = [world.accounts[email] for email in campaign["fields"]["email_list"] if email in world.accounts]
    available = [account for account in senders if has_room(world, account, window.day)]
    if not available:
        _wait_for_senders(campaign, senders, window, at)
        return
    lead = _pick(world, campaign, window, at)
    if lead is None:
        campaign["next_send_at"] = _next_due(world, campaign, window, at)
        return
    sender = min(available, key=lambda account: (used(world, account["email"], window.day), account["email"]))
    _send(world, campaign, lead, sender, window.day, at)
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
        lead["status"] = LEAD_SKIPPED
        return False
    if due is not None and lead["step"] >= len(_steps(campaign)):
        lead["status"], lead["next_due"] = LEAD_COMPLETED, None
        return False
    return True


def _steps(campaign: Campaign) -> list[dict[str, float]]:
    # Source: instantly-facts.md §2.1: only sequences[0] is used.
    sequences = campaign["fields"]["sequences"]
    return sequences[0]["steps"] if sequences else []


def _wait_for_senders(campaign: Campaign, senders: list[Account], window: Window, at: float) -> None:
    if senders and all(account["status"] < 0 for account in senders):
        campaign["status"], campaign["next_send_at"], campaign["updated"] = ACCOUNTS_UNHEALTHY, None, at
    elif any(account["status"] == 1 for account in senders):
        campaign["next_send_at"] = window.closes
    else:
        campaign["next_send_at"] = at + _RECHECK_S


def _pick(world: World, campaign: Campaign, window: Window, at: float) -> Lead | None:
    """Return whom to write to now: a due follow-up first, unless new leads are to be preferred."""
    if not _steps(campaign):
        return None
    queue = world.queue_of(campaign["id"])
    _drop_stale(world, campaign, queue)
    limit = campaign["fields"]["daily_max_leads"]
    may_start = limit is None or used(world, f"{campaign['id']}+new", window.day) < limit
    fresh = queue.fresh[0] if queue.fresh and may_start else None
    due = bool(queue.followups) and queue.followups[0][0] <= at
    if fresh is not None and (campaign["fields"]["prioritize_new_leads"] or not due):
        return world.leads[queue.fresh.popleft()]
    return world.leads[heapq.heappop(queue.followups)[1]] if due else None


def _next_due(world: World, campaign: Campaign, window: Window, at: float) -> float:
    queue = world.queue_of(campaign["id"])
    waits = [window.closes] if queue.fresh else []
    if queue.followups:
        waits.append(queue.followups[0][0])
    return max(min(waits, default=at + _RECHECK_S), at + _MINUTE_S)


def _send(world: World, campaign: Campaign, lead: Lead, sender: Account, day: str, at: float) -> None:
    step = lead["step"]
    lead["step"], lead["sent_at"], lead["sent_from"] = step + 1, at, sender["email"]
    note_event(world, campaign, lead, at=at, kind="sent", step=step)
    campaign["healthy_at"] = at
    counted = [campaign["id"], sender["email"]] + ([f"{campaign['id']}+new"] if step == 0 else [])
    for who in counted:
        world.used_today[f"{who}|{day}"] = used(world, who, day) + 1
    steps = _steps(campaign)
    if step + 1 < len(steps):
        delay = steps[step]["delay"] * _UNIT_S[str(steps[step].get("delay_unit", "days"))]
        lead["next_due"] = at + delay
        heapq.heappush(world.queue_of(campaign["id"]).followups, (at + delay, lead["id"]))
    else:
        lead["status"], lead["next_due"] = LEAD_COMPLETED, None
    plan_engagement(world, campaign, lead, at)


def _gap_s(world: World, campaign: Campaign, senders: int, at: float) -> float:
    """Return the pause until the campaign's next mail; the gap is per sender, so more senders mean shorter pauses."""
    fields = campaign["fields"]
    gap = _DEFAULT_GAP_MINUTES if fields["email_gap"] is None else fields["email_gap"]
    extra = Random(f"{world.seed}|{campaign['id']}|{at}").random() * (fields["random_wait_max"] or 0)
    return float(max(_MINUTE_S, (gap + extra) * _MINUTE_S / senders))
