"""Campaigns that are made from others: duplicates, and those made from a shared one."""

from copy import deepcopy

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.campaigns.campaign import campaign_object, find_campaign, new_campaign
from iexdg.sandbox.world.records import Campaign

# Source: OpenAPI shareCampaign.
_SHARED_FOR_S = 7 * 86_400


def duplicate_campaign(call: Call) -> JsonObject:
    """Answer POST /campaigns/{id}/duplicate with the copy: a draft with the same settings and without leads."""
    campaign = find_campaign(call.world, call.params["id"])
    name = (call.body or {}).get("name") or f"{campaign['fields']['name']} (copy)"
    return campaign_object(call.world, _copy(call, campaign, name), call.now)


def share_campaign(call: Call) -> None:
    """Answer POST /campaigns/{id}/share: 204, and for 7 days others may make a campaign from it."""
    campaign = find_campaign(call.world, call.params["id"])
    call.world.shared_until[campaign["id"]] = call.now + _SHARED_FOR_S
    call.world.touch()


def export_campaign(call: Call) -> JsonObject:
    """Answer POST /campaigns/{id}/export with the whole campaign, which stays as it is."""
    return campaign_object(call.world, find_campaign(call.world, call.params["id"]), call.now)


def create_from_export(call: Call) -> JsonObject:
    """Answer POST /campaigns/{id}/from-export with a draft made from a shared campaign, also of another workspace.

    Assumed: it belongs to who makes it and has no senders, since those of another workspace would not be there.
    Raises: ApiError 403 - the campaign is not shared, or no longer.
    """
    campaign_id = call.params["id"].lower()
    world = next((one for one in call.worlds.values() if campaign_id in one.campaigns), call.world)
    campaign = find_campaign(world, campaign_id)
    if world.shared_until.get(campaign_id, 0.0) <= call.now:
        raise ApiError(403, "The requested campaign is not shared", bare=True)
    made = _copy(call, campaign, campaign["fields"]["name"])
    made["fields"] |= {"email_list": [], "email_tag_list": [], "owned_by": call.world.owner}
    return campaign_object(call.world, made, call.now)


def _copy(call: Call, campaign: Campaign, name: str) -> Campaign:
    made = new_campaign(call.world, deepcopy(campaign["fields"]) | {"name": name}, call.now)
    made["custom_variables"] = deepcopy(campaign["custom_variables"])
    return made
