"""Sending accounts: how one is connected, and the list of them."""

from typing import Any

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.records import Account
from iexdg.sandbox.world.world import World


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
    # Source: instantly-facts.md §1, Pagination: accounts page by "timestamp_created&email".
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
