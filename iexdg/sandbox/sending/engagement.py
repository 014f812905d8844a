"""What recipients do with a mail: opens, clicks, replies, bounces; and what that changes."""

from random import Random

from iexdg.sandbox.sending.links import has_link, has_working_link
from iexdg.sandbox.sending.mail import keep_mail
from iexdg.sandbox.sending.news import announce_event, announce_interest
from iexdg.sandbox.sending.routing import company_of
from iexdg.sandbox.sending.variants import lead_variant, steps_of, variant_of
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.records import (
    ACTIVE,
    BOUNCE_PROTECT,
    LEAD_ACTIVE,
    LEAD_BOUNCED,
    LEAD_COMPLETED,
    LEAD_UNSUBSCRIBED,
    Campaign,
    Event,
    Lead,
)
from iexdg.sandbox.world.world import World

KINDS = ("open", "click", "reply", "auto_reply", "bounce", "unsubscribe")

_MINUTE_S, _HOUR_S = 60.0, 3600.0
# Assumed: plausible shares of a small, well-kept list; per step, as people tire of follow-ups.
_OPEN_SHARE = (0.46, 0.38, 0.32)
_REPLY_SHARE = (0.032, 0.02, 0.012)
_BOUNCE_SHARE, _CLICK_SHARE, _AUTO_REPLY_SHARE, _UNSUBSCRIBE_SHARE = 0.008, 0.07, 0.012, 0.003
_SECOND_OPEN_SHARE, _INTERESTED_SHARE = 0.3, 0.4

# Source: OpenAPI, schema Lead, property lt_interest_status.
_OUT_OF_OFFICE, _INTERESTED, _NOT_INTERESTED = 0, 1, -1


def plan_engagement(world: World, campaign: Campaign, lead: Lead, sent_at: float) -> None:
    """Decide at the moment of sending how the recipient will react; the same for the same seed and address.

    Source: instantly-facts.md §6.13 for the local parts reply*, ooo* and bounce*.
    """
    step, email = lead["step"] - 1, lead["email"] or ""
    chance = Random(f"{world.seed}|{campaign['fields']['name']}|{email}|{step}")
    for delay_s, kind in _reactions(email, step, chance):
        if _is_counted(kind, lead, step, campaign):
            world.plan(sent_at + delay_s, kind, lead["id"], step, lead["sent_from"])


def _reactions(email: str, step: int, chance: Random) -> list[tuple[float, str]]:
    if email.startswith("bounce") or (step == 0 and chance.random() < _BOUNCE_SHARE and not _is_scripted(email)):
        return [(40.0, "bounce")]
    nth = min(step, len(_OPEN_SHARE) - 1)
    reactions = _looking(nth, chance)
    if email.startswith("ooo"):
        return [*reactions, (4 * _MINUTE_S, "auto_reply")] if step == 0 else reactions
    if email.startswith("click"):
        return [(10 * _MINUTE_S, "open"), (11 * _MINUTE_S, "click")]
    if email.startswith("reply"):
        return [(20 * _MINUTE_S, "open"), (3 * _HOUR_S, "reply")]
    if chance.random() < _AUTO_REPLY_SHARE:
        reactions.append((5 * _MINUTE_S, "auto_reply"))
    if chance.random() < _REPLY_SHARE[nth]:
        reactions.append((_HOUR_S + chance.expovariate(1 / (9 * _HOUR_S)), "reply"))
    elif chance.random() < _UNSUBSCRIBE_SHARE:
        reactions.append((_HOUR_S + chance.expovariate(1 / (5 * _HOUR_S)), "unsubscribe"))
    return reactions


def _is_scripted(email: str) -> bool:
    return email.startswith(("reply", "ooo", "click"))


def _looking(nth: int, chance: Random) -> list[tuple[float, str]]:
    opens = chance.random() < _OPEN_SHARE[nth]
    opened_after = 5 * _MINUTE_S + chance.expovariate(1 / (5 * _HOUR_S))
    again = chance.random() < _SECOND_OPEN_SHARE
    clicks = chance.random() < _CLICK_SHARE
    if not opens:
        return []
    seen = [(opened_after, "open")] + ([(opened_after + 7 * _HOUR_S, "open")] if again else [])
    return [*seen, (opened_after + _MINUTE_S, "click")] if clicks else seen


def _is_counted(kind: str, lead: Lead, step: int, campaign: Campaign) -> bool:
    """Say whether the vendor learns of a reaction: only what is tracked, and no click on a link that leads nowhere.

    Assumed: a mail that is text only carries no picture that counts opens and no link that counts clicks.
    Source: instantly-facts.md §6.11 (Law 5).
    """
    fields = campaign["fields"]
    if kind not in {"open", "click"}:
        return True
    if fields["text_only"] or (fields["first_email_text_only"] and step == 0):
        return False
    if kind == "open":
        return bool(fields["open_tracking"])
    return bool(fields["link_tracking"]) and has_working_link(_body(campaign, lead, step))


def is_lost_click(kind: str, lead: Lead, step: int, campaign: Campaign) -> bool:
    """Say whether a click goes to links that all lead nowhere: it ends at a 404, and nobody learns of it.

    Source: instantly-facts.md §6.11 (Law 5).
    """
    body = _body(campaign, lead, step) if kind == "click" else ""
    return has_link(body) and not has_working_link(body)


def _body(campaign: Campaign, lead: Lead, step: int) -> str:
    """The body of a step in the variant that the lead got; empty where the step is gone."""
    variants = steps_of(campaign)[step]["variants"] if step < len(steps_of(campaign)) else []
    nth = lead_variant(lead, step)
    return str(variants[nth]["body"]) if nth < len(variants) else ""


def deliver(
    world: World, options: SandboxOptions, *, at: float, kind: str, lead_id: str, step: int, text: str = ""
) -> None:
    """Apply one engagement: count it and change the lead, and the campaign where the rules say so.

    Shapes: text - what a reply says, "" for the usual words.
    """
    lead = world.leads.get(lead_id)
    campaign = world.campaigns.get((lead["campaign"] or "") if lead else "")
    if lead is None or campaign is None:
        return
    note_event(world, campaign, lead, at=at, kind=kind, step=step, text=text)
    lead["last_step"][kind] = step
    if kind == "reply":
        _answer_reply(world, campaign, lead, at, step)
    elif kind == "auto_reply":
        if lead["interest"] is None:
            note_interest(lead, _OUT_OF_OFFICE, at)
            announce_interest(world, lead, _OUT_OF_OFFICE, at)
        _finish(world, lead, LEAD_COMPLETED, wanted=bool(campaign["fields"]["stop_on_auto_reply"]))
    elif kind == "bounce":
        _finish(world, lead, LEAD_BOUNCED, wanted=True)
        _protect(world, options, campaign, at)
    elif kind == "unsubscribe":
        _finish(world, lead, LEAD_UNSUBSCRIBED, wanted=True)


def note_event(
    world: World, campaign: Campaign, lead: Lead, *, at: float, kind: str, step: int, text: str = ""
) -> None:
    """Record one event and remember whether it is the lead's first of its kind, ever and in this step."""
    mark = f"{kind}:{step}"
    event: Event = {
        "at": at,
        "kind": kind,
        "lead": lead["id"],
        "step": step,
        "variant": lead_variant(lead, step),
        "sender": lead["sent_from"],
        "first": not lead["counts"].get(kind),
        "first_of_step": mark not in lead["seen"],
    }
    if event["first_of_step"]:
        lead["seen"].append(mark)
    lead["counts"][kind] = lead["counts"].get(kind, 0) + 1
    lead["last"][kind] = at
    lead["updated"] = at
    world.record(campaign["id"], event)
    sequences, variant = campaign["fields"]["sequences"], variant_of(event)
    mail = keep_mail(world, lead, event, sequences, campaign_id=campaign["id"], variant=variant, text=text)
    announce_event(world, campaign, lead, event, mail)


def note_interest(lead: Lead, value: int | None, at: float) -> None:
    """Give a lead an interest; the time of the last change is that of one which changes something.

    Source: OpenAPI, schema Lead, timestamp_last_interest_change.
    """
    if value != lead["interest"]:
        lead["interest"], lead["last"]["interest"] = value, at


def _answer_reply(world: World, campaign: Campaign, lead: Lead, at: float, step: int) -> None:
    chance = Random(f"{world.seed}|{lead['email']}|interest")
    interested = chance.random() < _INTERESTED_SHARE or (lead["email"] or "").startswith("reply")
    if interested and lead["interest"] != _INTERESTED:
        note_event(world, campaign, lead, at=at, kind="interested", step=step)
    note_interest(lead, _INTERESTED if interested else _NOT_INTERESTED, at)
    announce_interest(world, lead, lead["interest"], at)
    _finish(world, lead, LEAD_COMPLETED, wanted=bool(campaign["fields"]["stop_on_reply"]))
    if campaign["fields"]["stop_for_company"]:
        _stop_company(world, campaign, lead, at)


def _stop_company(world: World, campaign: Campaign, replied: Lead, at: float) -> None:
    """Stop writing to everyone else of the company. Source: OpenAPI, schema Campaign, stop_for_company."""
    for lead in world.campaign_leads(campaign["id"]):
        if company_of(lead) == company_of(replied):
            lead["domain_complete"] = True
            lead["updated"] = at
            _finish(world, lead, LEAD_COMPLETED, wanted=True)


def _finish(world: World, lead: Lead, status: int, *, wanted: bool) -> None:
    if wanted and (lead["status"] == LEAD_ACTIVE or status < 0):
        world.set_lead_status(lead, status)
        lead["next_due"] = None


def _protect(world: World, options: SandboxOptions, campaign: Campaign, at: float) -> None:
    """Stop a campaign that bounces too much.

    Source: instantly-facts.md §6.10: from 200 sent on, above 5 %; both are options.
    """
    sent, bounced = world.sent[campaign["id"]], world.bounced[campaign["id"]]
    if campaign["status"] != ACTIVE or campaign["fields"]["disable_bounce_protect"]:
        return
    if sent >= options.bounce_protect_floor and bounced / sent > options.bounce_protect_ratio:
        campaign["status"] = BOUNCE_PROTECT
        campaign["next_send_at"] = None
        campaign["updated"] = at
