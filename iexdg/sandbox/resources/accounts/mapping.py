"""Which campaigns a sending account sends for."""

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.records import Campaign

_MOST = 100


def list_mappings(call: Call) -> JsonObject:
    """Answer GET /account-campaign-mappings/{email}, oldest campaign first.

    The cursor is a time, with the campaign's id behind it since times can be equal. Assumed: the order; that an unknown
        address has no campaigns; that a limit outside 1 to 100, for which no bounds are named, becomes the nearest one.
    """
    email, after = call.params["email"].strip().lower(), call.query.get("starting_after", "")
    limit = max(1, min(_MOST, int(call.query.get("limit", DEFAULT_PAGE))))
    campaigns = [
        campaign
        for campaign in call.world.campaigns.values()
        if email in {sender.lower() for sender in campaign["fields"]["email_list"]}
    ]
    campaigns.sort(key=_cursor)
    chosen = [campaign for campaign in campaigns if _cursor(campaign) > after][:limit]
    return page([_mapping(campaign) for campaign in chosen], limit, _cursor(chosen[-1]) if chosen else "")


def _cursor(campaign: Campaign) -> str:
    return f"{iso(campaign['created'])}&{campaign['id']}"


def _mapping(campaign: Campaign) -> JsonObject:
    return {
        "campaign_id": campaign["id"],
        "campaign_name": campaign["fields"]["name"],
        "timestamp_created": iso(campaign["created"]),
        "status": campaign["status"],
    }
