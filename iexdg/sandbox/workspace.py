"""The workspace around the campaigns: sending accounts, audit log, plan and balance."""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from iexdg.sandbox.campaigns import DEFAULT_PAGE, page
from iexdg.sandbox.clock import iso
from iexdg.sandbox.records import Account
from iexdg.sandbox.wire import Call, JsonObject
from iexdg.sandbox.world import World

_DAY_S = 86_400
_PERIOD_S = 30 * _DAY_S


def new_account(world: World, email: str, name: str, *, created: float, score: float, **more: Any) -> Account:
    """Connect one sending account."""
    first, _, last = name.partition(" ")
    account: Account = {
        "email": email,
        "timestamp_created": iso(created),
        "timestamp_updated": iso(created),
        "first_name": first,
        "last_name": last,
        "organization": world.organization,
        "added_by": world.owner,
        "modified_by": None,
        "status": 1,
        "warmup_status": 1,
        "provider_code": 2,
        "setup_pending": False,
        "is_managed_account": False,
        "stat_warmup_score": score,
        "daily_limit": 30,
        "daily_limit_max": 100,
        "warmup_limit_max": 100,
        "sending_gap": 10,
        "enable_slow_ramp": False,
        "inbox_placement_test_limit": None,
        "signature": None,
        "reply_to": None,
        "tracking_domain_name": None,
        "tracking_domain_status": None,
        "timestamp_warmup_start": iso(created),
        "autofix_failed": None,
        "warmup": {
            "limit": 40,
            "increment": "disabled",
            "reply_rate": 0.3,
            "warmup_custom_ftag": "warmup",
            "advanced": {
                "warm_ctd": False,
                "open_rate": 0.95,
                "important_rate": 0.8,
                "read_emulation": True,
                "spam_save_rate": 0.9,
                "weekday_only": True,
            },
        },
    }
    world.accounts[email] = account | more
    return world.accounts[email]


def _account_cursor(account: Account) -> str:
    # Source: instantly-api.md section 1, Pagination: accounts page by "timestamp_created&email".
    return f"{account['timestamp_created']}&{account['email']}"


def list_accounts(call: Call) -> JsonObject:
    """Answer GET /accounts, newest first unless asked otherwise."""
    query = call.query
    limit = query.get("limit", DEFAULT_PAGE)
    search = query.get("search", "").lower()
    chosen = [
        account
        for account in call.world.accounts.values()
        if search in f"{account['email']} {account['first_name']} {account['last_name']}".lower()
        and query.get("status", account["status"]) == account["status"]
        and query.get("provider_code", account["provider_code"]) == account["provider_code"]
    ]
    key = query.get("sort_by", "timestamp_created")
    chosen.sort(key=lambda account: (account[key], account["email"]), reverse=query.get("sort_order") != "asc")
    cursors = [_account_cursor(account) for account in chosen]
    after = query.get("starting_after")
    skip = cursors.index(after) + 1 if after in cursors else query.get("skip", 0)
    items = chosen[skip : skip + limit]
    if query.get("include_tags"):
        items = [account | {"tags": []} for account in items]
    return page(items, limit, _account_cursor(items[-1]) if items else "")


def list_audit_logs(call: Call) -> JsonObject:
    """Answer GET /audit-logs, newest first.

    Assumed: the order, and that `search` looks at names and ids; the OpenAPI says neither.
    """
    query = call.query
    limit = query.get("limit", DEFAULT_PAGE)
    before = query.get("starting_after", "~")
    start, end = query.get("start_date"), query.get("end_date")
    search = query.get("search", "").lower()
    chosen = [
        entry
        for entry in reversed(call.world.audit)
        if entry["id"] < before
        and query.get("activity_type", entry["activity_type"]) == entry["activity_type"]
        and (start is None or _instant(entry["timestamp"]) >= _instant(start))
        and (end is None or _instant(entry["timestamp"]) <= _instant(end))
        and search in f"{entry['user_name']} {entry['campaign_id']}".lower()
    ][:limit]
    return page(chosen, limit, chosen[-1]["id"] if chosen else "")


def list_block_list(call: Call) -> JsonObject:
    """Answer GET /block-lists-entries, in the order of the ids.

    Assumed: the order, and that `search` looks for a part of the value; the OpenAPI says neither.
    """
    query, world = call.query, call.world
    limit, after = query.get("limit", DEFAULT_PAGE), query.get("starting_after", "")
    search = query.get("search", "").lower()
    entries: list[JsonObject] = [
        {
            "id": str(uuid5(NAMESPACE_DNS, value)),
            "timestamp_created": iso(world.created),
            "organization_id": world.organization,
            "bl_value": value,
            "is_domain": "@" not in value,
        }
        for value in world.blocklist
        if search in value and ("@" not in value or not query.get("domains_only"))
    ]
    entries.sort(key=lambda entry: entry["id"])
    chosen = [entry for entry in entries if entry["id"] > after][:limit]
    return page(chosen, limit, chosen[-1]["id"] if chosen else "")


def _instant(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return 0.0  # Assumed: a date that cannot be read filters nothing.
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


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

    Source: instantly-api.md section 2.6 and section 5 (Balance).
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
