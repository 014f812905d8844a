"""The workspace itself, and its plan and balance."""

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.world.clock import iso

_DAY_S = 86_400
_PERIOD_S = 30 * _DAY_S


def current_workspace(call: Call) -> JsonObject:
    """Answer GET /workspaces/current."""
    world = call.world
    return {
        "id": world.organization,
        "timestamp_created": iso(world.created),
        "timestamp_updated": iso(world.created),
        "scheduled_for_removal_at": None,
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
        "org_logo_url": None,
        "org_client_domain": None,
    }


def plan_details(call: Call) -> JsonObject:
    """Answer GET /workspace-billing/plan-details; the balance is subscriptions.credits.available_credits.

    Source: instantly-facts.md §2.6 and §5 (Balance).
    """
    world = call.world
    period_end = int(world.created + _PERIOD_S * ((call.now - world.created) // _PERIOD_S + 1))
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
