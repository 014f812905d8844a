"""The workspace itself, and its plan and balance."""

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.world.clock import iso, maybe_iso
from iexdg.sandbox.world.world import World

_DAY_S = 86_400
_PERIOD_S = 30 * _DAY_S


def current_workspace(call: Call) -> JsonObject:
    """Answer GET /workspaces/current."""
    return workspace_object(call.world)


def workspace_object(world: World) -> JsonObject:
    """Return the workspace as the API shows it."""
    office = world.office
    return {
        "id": world.organization,
        "timestamp_created": iso(world.created),
        "timestamp_updated": iso(office["updated"]),
        "scheduled_for_removal_at": maybe_iso(office["removal_at"]),
        "owner": world.owner,
        "name": world.workspace_name,
        "plan_id": "pid_hg_v1",
        "plan_id_bundle": None,
        "plan_id_leadfinder": None,
        "plan_id_verification": {
            "quantity": 1,
            "product_id": "pid_verify_v1_monthly",
            "timestamp_updated": iso(world.created),
        },
        "plan_id_crm": None,
        "plan_id_website_visitor": None,
        "plan_id_inbox_placement": None,
        "add_unsub_to_block": True,
        "default_opportunity_value": 0,
        "org_logo_url": office["logo_url"],
        "org_client_domain": office["client_domain"],
    }


def plan_details(call: Call) -> JsonObject:
    """Answer GET /workspace-billing/plan-details; the balance is subscriptions.credits.available_credits.

    Source: instantly-facts.md §2.6 and §5 (Balance).
    """
    world = call.world
    period_end = _period_end(call)
    in_campaigns = sum(len(leads) for leads in world.leads_in.values())
    paid = {"interval": "month", "current_period_end": period_end, "cancel_at_time": None}
    absent: JsonObject = {
        "plan_name": None,
        "interval": None,
        "current_period_end": None,
        "cancel_at_time": None,
        "price_in_dollars": None,
        "product_id": None,
    }
    metered = absent | {"available_credits": None, "plan_limit": None}
    leads = {"total_lead_limit": world.lead_limit, "current_lead_count": in_campaigns, "base_lead_limit": 25_000}
    return {
        "organization_id": world.organization,
        "organization_name": world.workspace_name,
        "subscriptions": {
            "outreach": paid
            | leads
            | {"plan_name": "Hypergrowth", "addons_qty": 0, "price_in_dollars": 97, "product_id": "pid_hg_v1"},
            "credits": paid
            | {
                "plan_name": "Nano Credits",
                "total_credits": world.credits_total,
                "available_credits": round(world.credits, 2),
                "price_in_dollars": 9,
                "product_id": "pid_nic_v1",
                "price_option_id": None,
            },
            "bundle": absent | {"total_lead_limit": 0, "current_lead_count": 0, "base_lead_limit": 0},
            "crm": metered,
            "website_visitors": metered,
            "inbox_placement": metered,
        },
        "addons": _addons(),
    }


def subscription_details(call: Call) -> JsonObject:
    """Answer GET /workspace-billing/subscription-details: the same two subscriptions as plan-details."""
    shared: JsonObject = {
        "workspace_id": call.world.organization,
        "plan_type": "plt_primary",
        "interval": "month",
        "current_period_end": _period_end(call),
        "cancel_at_time": None,
        "quantity": 1,
    }
    kinds = (("pid_hg_v1", "prt_outreach", 97), ("pid_nic_v1", "prt_leadfinder", 9))
    subscriptions = [
        shared
        | {"product_id": product, "product_type": kind, "price_id": f"price_{product}_month", "price_in_dollars": price}
        for product, kind, price in kinds
    ]
    return {"subscriptions": subscriptions, "all_subs_cancelled": False}


def _period_end(call: Call) -> int:
    created = call.world.created
    return int(created + _PERIOD_S * ((call.now - created) // _PERIOD_S + 1))


def _addons() -> JsonObject:
    shared = {"existing_quantity": 0, "interval": "month", "can_purchase": True, "purchase_blocked_reason": None}
    return {
        "outreach": shared
        | {
            "product_id": "pid_addon_25kl_v1",
            "unit_lead_limit": 25_000,
            "max_quantity": 20,
            "annual_discount_percent": 20,
            "monthly_pricing_tiers": [{"from_quantity": 1, "to_quantity": None, "price_in_dollars": 87}],
        },
        "credits": shared
        | {
            "product_id": "pid_addon_ic_50k_v1",
            "annual_product_id": "pid_addon_ic_50k_v1_annual",
            "unit_credits": 50_000,
            "annual_unit_credits": 600_000,
            "max_quantity": 10,
            "monthly_price_in_dollars": 425,
            "annual_price_in_dollars": 5100,
        },
    }
