"""One campaign: how it is created, changed and shown, and how leads activate it."""

from typing import Any

from iexdg.sandbox.http.wire import JsonObject, NotFoundError
from iexdg.sandbox.resources.campaigns.sanitizer import sanitized_sequences
from iexdg.sandbox.sending.schedule import is_live
from iexdg.sandbox.sending.status import not_sending_code
from iexdg.sandbox.world.audit import CAMPAIGN_UPDATE
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.records import ACTIVE, DRAFT, LEAD_ACTIVE, Campaign
from iexdg.sandbox.world.world import World

# Assumed: how soon the vendor rechecks a changed campaign.
_RECHECK_S = 60.0
# Assumed: what a campaign holds for fields that were not set; the OpenAPI gives types but no defaults.
FIELD_DEFAULTS: dict[str, Any] = {
    "pl_value": None,
    "is_evergreen": False,
    "sequences": [],
    "email_gap": 10,
    "random_wait_max": None,
    "text_only": False,
    "first_email_text_only": False,
    "email_list": [],
    "daily_limit": None,
    "stop_on_reply": True,
    "email_tag_list": [],
    "link_tracking": False,
    "open_tracking": True,
    "stop_on_auto_reply": False,
    "daily_max_leads": None,
    "prioritize_new_leads": False,
    "auto_variant_select": None,
    "match_lead_esp": False,
    "stop_for_company": False,
    "insert_unsubscribe_header": False,
    "allow_risky_contacts": False,
    "disable_bounce_protect": False,
    "limit_emails_per_company_override": None,
    "cc_list": [],
    "bcc_list": [],
    "ai_sdr_id": None,
    "provider_routing_rules": [],
}


def new_campaign(world: World, fields: dict[str, Any], at: float) -> Campaign:
    """Create a campaign as a draft.

    Source: instantly-facts.md §2.1: a created campaign is status 0 and never sends.
    """
    campaign: Campaign = {
        "id": world.new_id(),
        "status": DRAFT,
        "created": at,
        "updated": at,
        "fields": FIELD_DEFAULTS | {"owned_by": world.owner} | normal_fields(fields),
        "custom_variables": None,
        "next_send_at": None,
        "healthy_at": None,
    }
    world.campaigns[campaign["id"]] = campaign
    world.touch()
    return campaign


def normal_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields as they are stored: schedules with both dates, bodies as the sanitizer leaves them."""
    stored = dict(fields)
    if "campaign_schedule" in fields:
        stored["campaign_schedule"] = {"start_date": None, "end_date": None} | fields["campaign_schedule"]
    if "sequences" in fields:
        stored["sequences"] = sanitized_sequences(fields["sequences"])
    return stored


def campaign_object(world: World, campaign: Campaign, now: float) -> JsonObject:
    """Return a campaign as the API shows it.

    Source: OpenAPI, schema Campaign: not_sending_status has no null among its values, so it is left out instead.
    """
    shown: JsonObject = {
        "id": campaign["id"],
        "status": campaign["status"],
        "timestamp_created": iso(campaign["created"]),
        "timestamp_updated": iso(campaign["updated"]),
        "core_variables": None,
        "custom_variables": campaign["custom_variables"],
        "organization": world.organization,
    }
    code = not_sending_code(world, campaign, now)
    if code is not None:
        shown["not_sending_status"] = code
    return shown | campaign["fields"]


def find_campaign(world: World, campaign_id: str) -> Campaign:
    """Return one campaign of this workspace.

    Raises: NotFoundError - another workspace's ids are unknown here too.
    """
    campaign = world.campaigns.get(campaign_id.lower())
    if campaign is None:
        raise NotFoundError
    return campaign


def change_status(world: World, campaign: Campaign, status: int, *, at: float, first_send_s: float) -> None:
    """Set the status, and schedule or cancel the next attempt to send."""
    campaign["status"] = status
    campaign["updated"] = at
    campaign["next_send_at"] = at + first_send_s if status == ACTIVE else None
    world.touch()


def recheck_by(world: World, campaign: Campaign, at: float) -> None:
    """Bring the next attempt of an active campaign forward, because something about it has changed."""
    if campaign["next_send_at"] is not None:
        campaign["next_send_at"] = min(campaign["next_send_at"], at)
        world.touch()


def flip_if_ready(world: World, options: SandboxOptions, campaign: Campaign, at: float) -> None:
    """Activate a completed campaign because leads arrived: the flip, which no request asked for.

    Source: instantly-facts.md §6.5 (Law 7): no launch entry is written, only GET shows it.
    """
    if campaign["status"] not in options.autoflip:
        return
    waiting = any(lead["step"] == 0 and lead["status"] == LEAD_ACTIVE for lead in world.campaign_leads(campaign["id"]))
    if waiting and is_live(campaign["fields"]["campaign_schedule"], at):
        change_status(world, campaign, ACTIVE, at=at, first_send_s=options.first_send_s)


def welcome_leads(world: World, options: SandboxOptions, campaign: Campaign, at: float) -> None:
    """Let a campaign notice leads that have come: an active one sends sooner, a completed one may flip."""
    recheck_by(world, campaign, at + options.first_send_s)
    flip_if_ready(world, options, campaign, at)


def update_fields(world: World, campaign: Campaign, fields: dict[str, Any], *, at: float, **audit: Any) -> None:
    """Write fields of a campaign and record that in the audit log."""
    campaign["fields"].update(normal_fields(fields))
    campaign["updated"] = at
    recheck_by(world, campaign, at + _RECHECK_S)
    world.write_audit(
        CAMPAIGN_UPDATE, at, campaign_id=campaign["id"], audit_metadata={"fields": sorted(fields)}, **audit
    )
