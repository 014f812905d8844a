"""One subsequence: how it is created, changed, found and shown."""

from typing import Any

from iexdg.sandbox.http.wire import JsonObject, NotFoundError
from iexdg.sandbox.resources.campaigns.sanitizer import sanitized_sequences
from iexdg.sandbox.sending.conditions import wake
from iexdg.sandbox.sending.subsequences import settle_parent
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.records import ACTIVE
from iexdg.sandbox.world.subsequences import Subsequence
from iexdg.sandbox.world.world import World

# Assumed: what a subsequence holds for fields that were not set; the OpenAPI gives types but no defaults.
_DEFAULTS: dict[str, Any] = {
    "conditions": {},
    "subsequence_schedule": None,
    "sequences": [],
    "auto_variant_select": None,
    "daily_limit_mode": "inherit",
    "daily_limit": None,
    "ignore_account_daily_limit": False,
}


def new_subsequence(world: World, parent_id: str, fields: dict[str, Any], at: float) -> Subsequence:
    """Create a subsequence of a campaign; it is active at once (assumed).

    Raises: NotFoundError - there is no such campaign.
    """
    if parent_id.lower() not in world.campaigns:
        raise NotFoundError
    subsequence: Subsequence = {
        "id": world.new_id(),
        "parent": parent_id.lower(),
        "status": ACTIVE,
        "created": at,
        "leads_updated": at,
        "next_send_at": None,
        "healthy_at": None,
        "fields": _DEFAULTS | normal_fields(fields),
    }
    world.subsequences.by_id[subsequence["id"]] = subsequence
    world.touch()
    return subsequence


def normal_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields as they are stored: without the campaign, bodies as the sanitizer leaves them."""
    stored = {name: value for name, value in fields.items() if name != "parent_campaign"}
    if "sequences" in stored:
        stored["sequences"] = sanitized_sequences(stored["sequences"])
    return stored


def find_subsequence(world: World, subsequence_id: str) -> Subsequence:
    """Return one subsequence, or raise NotFoundError."""
    subsequence = world.subsequences.by_id.get(subsequence_id.lower())
    if subsequence is None:
        raise NotFoundError
    return subsequence


def change_status(world: World, subsequence: Subsequence, status: int, at: float) -> None:
    """Pause or resume; what is due is sent soon after a resume."""
    subsequence["status"] = status
    subsequence["next_send_at"] = None
    wake(subsequence, at)
    settle_parent(world, world.campaigns.get(subsequence["parent"]), at)
    world.touch()


def drop_subsequence(world: World, subsequence: Subsequence, at: float) -> None:
    """Forget a subsequence; its leads are in none any more, and its analytics are gone with it."""
    subs = world.subsequences
    del subs.by_id[subsequence["id"]]
    for lead_id in [one for one, progress in subs.progress.items() if progress["subsequence"] == subsequence["id"]]:
        del subs.progress[lead_id]
    for lead in world.campaign_leads(subsequence["parent"]):
        if lead.get("subsequence") == subsequence["id"]:
            del lead["subsequence"], lead["subsequence_since"]
    settle_parent(world, world.campaigns.get(subsequence["parent"]), at)
    world.touch()


def subsequence_object(world: World, subsequence: Subsequence) -> JsonObject:
    """Return a subsequence as the API shows it.

    Source: OpenAPI, schema CampaignSubsequence: the schedule cannot be null, so it is the campaign's where it has none.
    """
    fields = subsequence["fields"]
    parent = world.campaigns.get(subsequence["parent"])
    schedule = fields["subsequence_schedule"] or (parent["fields"]["campaign_schedule"] if parent else None)
    shown = {
        "id": subsequence["id"],
        "timestamp_created": iso(subsequence["created"]),
        "timestamp_leads_updated": iso(subsequence["leads_updated"]),
        "workspace": world.organization,
        "parent_campaign": subsequence["parent"],
        "status": subsequence["status"],
        **fields,
        "subsequence_schedule": schedule,
    }
    return {name: value for name, value in shown.items() if name != "subsequence_schedule" or value is not None}
