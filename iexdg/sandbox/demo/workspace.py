"""The demo workspace: campaigns in every status, and weeks of history that the send tick itself has played."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from iexdg.sandbox.demo.blueprint import campaign_05, steps_of
from iexdg.sandbox.demo.empty import SENDERS, empty_world
from iexdg.sandbox.demo.inbox import read_inbox
from iexdg.sandbox.demo.lists import organise
from iexdg.sandbox.demo.office import furnish
from iexdg.sandbox.demo.people import invented_people
from iexdg.sandbox.demo.subsequences import add_subsequence
from iexdg.sandbox.demo.webhooks import connect_webhooks
from iexdg.sandbox.resources.accounts.account import new_account
from iexdg.sandbox.resources.campaigns.campaign import new_campaign
from iexdg.sandbox.resources.leads.lead import new_lead
from iexdg.sandbox.sending.tick import tick
from iexdg.sandbox.webhooks.delivery import play_due
from iexdg.sandbox.world.accounts import set_warmup
from iexdg.sandbox.world.audit import BY_PERSON, BY_STATUS, LEAD_ADDED
from iexdg.sandbox.world.clock import WorldClock
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.records import ACTIVE, Campaign
from iexdg.sandbox.world.world import World

_DAY_S, _HOUR_S = 86_400, 3600
EXECUTIVE, PARTNERSHIPS, PRACTITIONER = "05A Executive-Peer", "05B Partnerships", "05C Practitioner"
_WEBHOOKS_SINCE_S = 2 * _DAY_S
_VOICES = tuple(email for email, _, _ in SENDERS)
_SIDE_SENDERS = ("desk@notes.example.com", "events@notes.example.com")
_BROKEN_SENDER = "chambers@notes.example.com"


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """One demo campaign: who writes to how many since when, and what it is now.

    Shapes: voice - the campaign of examples/campaign05.yaml whose copy it has.
    """

    name: str
    voice: str
    status: int
    leads: int = 0
    began_days_ago: int = 0
    stopped_hours_ago: int = 0
    senders: tuple[str, ...] = _VOICES
    cap: int = 20
    bouncing_share: float = 0.0


_PLANS = (
    _Plan(name=EXECUTIVE, voice=EXECUTIVE, status=2, leads=230, began_days_ago=21, stopped_hours_ago=2),
    _Plan(name=PARTNERSHIPS, voice=PARTNERSHIPS, status=2, leads=180, began_days_ago=21, stopped_hours_ago=3),
    _Plan(name=PRACTITIONER, voice=PRACTITIONER, status=2, leads=205, began_days_ago=20, stopped_hours_ago=26),
    _Plan(name="04 Alumni spring", voice=PRACTITIONER, status=3, leads=48, began_days_ago=60, senders=_SIDE_SENDERS),
    _Plan(name="06 Boards", voice=EXECUTIVE, status=0),
    _Plan(
        name="03 Chambers pilot",
        voice=PARTNERSHIPS,
        status=-1,
        leads=40,
        began_days_ago=30,
        stopped_hours_ago=24 * 24,
        senders=(_BROKEN_SENDER,),
        cap=10,
    ),
    _Plan(
        name="07 Trade lists",
        voice=PARTNERSHIPS,
        status=-2,
        leads=260,
        began_days_ago=40,
        senders=_SIDE_SENDERS,
        cap=40,
        bouncing_share=0.2,
    ),
    _Plan(
        name="08 Webinar follow-up",
        voice=PRACTITIONER,
        status=4,
        leads=24,
        began_days_ago=34,
        senders=_SIDE_SENDERS,
    ),
    _Plan(
        name="02 Welcome notes",
        voice=PRACTITIONER,
        status=1,
        leads=90,
        began_days_ago=9,
        senders=_SIDE_SENDERS,
        cap=5,
    ),
    _Plan(name="09 Sponsors", voice=PARTNERSHIPS, status=-99, leads=30, senders=_SIDE_SENDERS),
)


def demo_world(*, seed: int, clock: WorldClock, options: SandboxOptions) -> World:
    """Build the demo workspace: one campaign in every status, so one of them is sending already.

    Units: the history ends at the clock's now; its rates are those of the send tick.
    """
    now = clock.now()
    world = empty_world(seed=seed, clock=clock, options=options)
    world.workspace_name = "IEXDG Demo"
    world.blocklist = ["rival.example.net", "no-thanks@harbor.example.org"]
    _connect_side_senders(world, now)
    moments = []
    for plan in _PLANS:
        campaign = _found(world, plan, now)
        if plan.began_days_ago:
            moments.append((now - plan.began_days_ago * _DAY_S, ACTIVE, campaign))
        if plan.stopped_hours_ago:
            moments.append((now - plan.stopped_hours_ago * _HOUR_S, plan.status, campaign))
    for at, status, campaign in sorted(moments, key=lambda moment: (moment[0], moment[2]["id"])):
        tick(world, options, at)
        if at >= now - _WEBHOOKS_SINCE_S and not world.hooks.webhooks:
            connect_webhooks(world, at)
        _switch(world, campaign, status, at)
    tick(world, options, now)
    play_due(world, now)
    for plan, campaign in zip(_PLANS, world.campaigns.values(), strict=True):
        campaign["status"] = plan.status
        if plan.status != ACTIVE:
            campaign["next_send_at"] = None
    add_subsequence(world, now)
    read_inbox(world, now)
    _break_sender(world, now)
    _put_audit_in_order(world)
    organise(world, options, now)
    furnish(world, now)
    return world


def _put_audit_in_order(world: World) -> None:
    """Give the audit log, which was written campaign by campaign, ids in the order of time."""
    ids = sorted(str(entry["id"]) for entry in world.audit)
    world.audit.sort(key=lambda entry: str(entry["timestamp"]))
    for entry, entry_id in zip(world.audit, ids, strict=True):
        entry["id"] = entry_id


def _connect_side_senders(world: World, now: float) -> None:
    for email, name in zip(_SIDE_SENDERS, ("Petra Desk", "Petra Events"), strict=True):
        new_account(world, email, name, created=now - 90 * _DAY_S, score=95, daily_limit=40)
    new_account(world, _BROKEN_SENDER, "Petra Chambers", created=now - 80 * _DAY_S, score=62)


def _break_sender(world: World, now: float) -> None:
    """Let one sender lose its connection after its campaign had run.

    Source: OpenAPI, schema Account: status -1 is a connection error, status_message says which.
    """
    set_warmup(world, world.accounts[_BROKEN_SENDER], active=False, at=now)
    world.accounts[_BROKEN_SENDER] |= {
        "status": -1,
        "status_message": {
            "code": "EAUTH",
            "command": "AUTH PLAIN",
            "response": "535 5.7.8 Username and password not accepted",
            "e_message": "error: invalid login: 535 5.7.8 username and password not accepted",
            "responseCode": 535,
        },
    }


def _found(world: World, plan: _Plan, now: float) -> Campaign:
    created = now - (plan.began_days_ago + 2) * _DAY_S
    campaign = new_campaign(world, _fields(plan), created)
    for person in invented_people(world.seed, plan.name, plan.leads, bouncing_share=plan.bouncing_share):
        new_lead(world, person, at=created, campaign_id=campaign["id"])
    if plan.leads:
        world.write_audit(
            LEAD_ADDED, created + _HOUR_S, campaign_id=campaign["id"], affected_count=plan.leads, **BY_PERSON
        )
    return campaign


def _fields(plan: _Plan) -> dict[str, Any]:
    """Return the fields of a campaign: those of Campaign 05 are in its file, the others borrow one of its voices."""
    if plan.name in campaign_05():
        return deepcopy(campaign_05()[plan.name])
    window = {
        "name": "Business hours",
        "timing": {"from": "09:00", "to": "17:00"},
        "days": {str(day): 1 <= day <= 5 for day in range(7)},
        "timezone": "America/Detroit",
    }
    return {
        "name": plan.name,
        "campaign_schedule": {"schedules": [window]},
        "sequences": deepcopy(steps_of(plan.voice)),
        "email_list": list(plan.senders),
        "daily_limit": plan.cap,
        "email_gap": 12,
        "random_wait_max": 6,
        "stop_on_reply": True,
        "insert_unsubscribe_header": True,
        "open_tracking": True,
        "link_tracking": True,
    }


def _switch(world: World, campaign: Campaign, status: int, at: float) -> None:
    """Start or stop a campaign at its moment in the past, as a person in the vendor's app would."""
    campaign["status"], campaign["updated"] = status, at
    campaign["next_send_at"] = at if status == ACTIVE else None
    activity = BY_STATUS.get(status)
    if activity:
        world.write_audit(activity, at, campaign_id=campaign["id"], **BY_PERSON)
