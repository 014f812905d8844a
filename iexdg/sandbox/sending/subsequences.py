"""What subsequences send and what comes of it: their steps, limits, schedules and reactions."""

import heapq
from random import Random
from typing import Any

from iexdg.sandbox.sending.conditions import delay_s, steps_of
from iexdg.sandbox.sending.mail import keep_mail
from iexdg.sandbox.sending.news import announce_campaign_completed, announce_event
from iexdg.sandbox.sending.schedule import Window, next_window
from iexdg.sandbox.sending.status import has_room, is_connected, used
from iexdg.sandbox.world.records import (
    ACTIVE,
    COMPLETED,
    RUNNING_SUBSEQUENCES,
    Account,
    Campaign,
    Event,
    Lead,
)
from iexdg.sandbox.world.subsequences import Progress, Subsequence
from iexdg.sandbox.world.world import World

_MINUTE_S, _HOUR_S = 60.0, 3600.0
_GAP_S = 10 * _MINUTE_S
# Assumed: a subsequence sends while its campaign is not stopped: active, completed, or running subsequences.
_SENDING = frozenset({ACTIVE, COMPLETED, RUNNING_SUBSEQUENCES})
# Assumed: plausible shares of people who already know us.
_OPEN_SHARE, _REPLY_SHARE = 0.4, 0.05


def next_at(world: World) -> float | None:
    """Return when subsequences have something to do next."""
    subs = world.subsequences
    sends = [one["next_send_at"] for one in subs.by_id.values() if one["next_send_at"] is not None]
    return min([*sends, *([subs.planned[0][0]] if subs.planned else [])], default=None)


def play_next(world: World, at: float) -> None:
    """Do the one thing that is due at a moment: a reaction first, else an attempt to send."""
    subs = world.subsequences
    if subs.planned and subs.planned[0][0] <= at:
        _, _, kind, lead_id, subsequence_id, step = heapq.heappop(subs.planned)
        _react(world, kind, lead_id, subsequence_id, step, at)
        return
    due = [one for one in subs.by_id.values() if one["next_send_at"] is not None and one["next_send_at"] <= at]
    if due:
        _attempt(world, min(due, key=lambda one: (one["next_send_at"] or 0.0, one["id"])), at)


def is_at_work(world: World, campaign_id: str) -> bool:
    """Say whether a subsequence of a campaign still has something to send."""
    subs = world.subsequences
    return any(one["status"] == ACTIVE and subs.members(one["id"]) for one in subs.of_campaign(campaign_id))


def settle_parent(world: World, campaign: Campaign | None, at: float) -> None:
    """Complete a campaign of which only subsequences were running, once they have nothing left to send."""
    if campaign is None or campaign["status"] != RUNNING_SUBSEQUENCES or is_at_work(world, campaign["id"]):
        return
    campaign["status"], campaign["updated"] = COMPLETED, at
    announce_campaign_completed(world, campaign, at)
    world.touch()


def schedule_of(world: World, subsequence: Subsequence) -> dict[str, Any]:
    """Return the schedule that a subsequence keeps to: its own, or else its campaign's."""
    own: dict[str, Any] | None = subsequence["fields"]["subsequence_schedule"]
    parents: dict[str, Any] = world.campaigns[subsequence["parent"]]["fields"]["campaign_schedule"]
    return own or parents


def limit_of(world: World, subsequence: Subsequence) -> tuple[float | None, str]:
    """Return the daily limit and whose sending counts against it.

    Source: OpenAPI, schema CampaignSubsequence, daily_limit_mode. Assumed: inherit shares the campaign's limit.
    """
    fields, parent = subsequence["fields"], world.campaigns[subsequence["parent"]]
    match fields["daily_limit_mode"]:
        case "custom":
            return fields["daily_limit"], subsequence["id"]
        case "unlimited":
            return None, subsequence["id"]
        case _:
            return parent["fields"]["daily_limit"], parent["id"]


def available_senders(world: World, subsequence: Subsequence, day: str) -> list[Account]:
    """Return the connected senders of the campaign that may still send on a day."""
    emails = world.campaigns[subsequence["parent"]]["fields"]["email_list"]
    senders = [world.accounts[email] for email in emails if email in world.accounts]
    if subsequence["fields"]["ignore_account_daily_limit"]:
        return [account for account in senders if is_connected(account)]
    return [account for account in senders if has_room(world, account, day)]


def _attempt(world: World, subsequence: Subsequence, at: float) -> None:
    """Send one step if the rules allow it, and plan when to try again."""
    campaign = world.campaigns.get(subsequence["parent"])
    members = world.subsequences.members(subsequence["id"])
    if campaign is None or not members:
        subsequence["next_send_at"] = None
        settle_parent(world, campaign, at)
        return
    first_due, lead_id = min((world.subsequences.progress[one]["next_due"] or 0.0, one) for one in members)
    if first_due > at:
        subsequence["next_send_at"] = first_due
        return
    if campaign["status"] not in _SENDING:
        subsequence["next_send_at"] = at + _HOUR_S
        return
    window = next_window(schedule_of(world, subsequence), at)
    if window is None or window.opens > at:
        subsequence["next_send_at"] = window.opens if window else at + 24 * _HOUR_S
        return
    _attempt_in(world, subsequence, lead_id, window, at)


def _attempt_in(world: World, subsequence: Subsequence, lead_id: str, window: Window, at: float) -> None:
    limit, counted = limit_of(world, subsequence)
    senders = available_senders(world, subsequence, window.day)
    if (limit is not None and used(world, counted, window.day) >= limit) or not senders:
        subsequence["next_send_at"] = window.closes
        return
    lead, progress = world.leads.get(lead_id), world.subsequences.progress[lead_id]
    if lead is None or lead["status"] < 0:
        _finish(world, subsequence, progress, at)
        return
    same = next((account for account in senders if account["email"] == lead["sent_from"]), None)
    sender = same or min(senders, key=lambda account: (used(world, account["email"], window.day), account["email"]))
    _send(world, subsequence, lead, progress, sender, at)
    for who in (subsequence["id"], subsequence["parent"], sender["email"]):
        world.used_today[f"{who}|{window.day}"] = used(world, who, window.day) + 1
    subsequence["next_send_at"] = at + _GAP_S


def _send(world: World, subsequence: Subsequence, lead: Lead, progress: Progress, sender: Account, at: float) -> None:
    step, steps = progress["step"], steps_of(subsequence)
    progress["sent_from"], progress["sent_at"] = sender["email"], at
    progress["step"] = step + 1
    subsequence["healthy_at"] = lead["sent_at"] = at
    note(world, subsequence, lead, at=at, kind="sent", step=step)
    progress["next_due"] = at + delay_s(steps[step], "delay") if step + 1 < len(steps) else None
    chance = Random(f"{world.seed}|{subsequence['fields']['name']}|{lead['email']}|{step}")
    opens, replies = chance.random() < _OPEN_SHARE, chance.random() < _REPLY_SHARE
    if opens or replies:
        world.subsequences.plan(at + _HOUR_S, "open", lead["id"], subsequence["id"], step)
    if replies:
        world.subsequences.plan(at + 2 * _HOUR_S, "reply", lead["id"], subsequence["id"], step)
    if progress["next_due"] is None:
        settle_parent(world, world.campaigns.get(subsequence["parent"]), at)


def _react(world: World, kind: str, lead_id: str, subsequence_id: str, step: int, at: float) -> None:
    """Apply one reaction to what a subsequence wrote; whether that ends it is looked at like any other change."""
    lead, subsequence = world.leads.get(lead_id), world.subsequences.by_id.get(subsequence_id)
    if lead is None or subsequence is None:
        return
    note(world, subsequence, lead, at=at, kind=kind, step=step)


def _finish(world: World, subsequence: Subsequence, progress: Progress, at: float) -> None:
    progress["next_due"] = None
    settle_parent(world, world.campaigns.get(subsequence["parent"]), at)


def note(world: World, subsequence: Subsequence, lead: Lead, *, at: float, kind: str, step: int) -> None:
    """Record one event of a subsequence; its campaign's analytics do not count it (assumed)."""
    progress = world.subsequences.progress.get(lead["id"])
    seen = progress["seen"] if progress is not None and progress["subsequence"] == subsequence["id"] else []
    event: Event = {
        "at": at,
        "kind": kind,
        "lead": lead["id"],
        "step": step,
        "sender": progress["sent_from"] if progress is not None else None,
        "first": not any(mark.startswith(f"{kind}:") for mark in seen),
        "first_of_step": f"{kind}:{step}" not in seen,
    }
    seen.append(f"{kind}:{step}")
    lead["counts"][kind] = lead["counts"].get(kind, 0) + 1
    lead["last"][kind] = lead["updated"] = at
    world.record(subsequence["id"], event)
    campaign = world.campaigns[subsequence["parent"]]
    sequences = subsequence["fields"]["sequences"]
    mail = keep_mail(world, lead, event, sequences, campaign_id=campaign["id"], subsequence_id=subsequence["id"])
    announce_event(world, campaign, lead, event, mail)
