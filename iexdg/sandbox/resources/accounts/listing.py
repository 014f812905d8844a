"""The list of the sending accounts, with every filter that the vendor describes."""

from collections.abc import Callable
from typing import Any

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.accounts.account import account_object
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.resources.tags.tagging import fits_tags, shown_tags
from iexdg.sandbox.world.accounts import ACCOUNT_PAUSED, WARMUP_ACTIVE, WARMUP_PAUSED
from iexdg.sandbox.world.grouping import ACCOUNT
from iexdg.sandbox.world.records import Account
from iexdg.sandbox.world.world import World

# Source: OpenAPI, listAccount, parameter filter.
_FILTERS: dict[str, Callable[[World, Account], bool]] = {
    "ACC_FILTER_PAUSED": lambda world, account: account["status"] == ACCOUNT_PAUSED,
    "ACC_FILTER_ERROR": lambda world, account: account["status"] < 0,
    "ACC_FILTER_NO_CTD": lambda world, account: not account["tracking_domain_name"],
    "ACC_FILTER_PW_ACCOUNTS": lambda world, account: account["email"] in _pre_warmed(world),
    "ACC_FILTER_DFY": lambda world, account: account["is_managed_account"],
    "ACC_FILTER_DFY_SETUP_PENDING": lambda world, account: account["is_managed_account"] and account["setup_pending"],
    "ACC_FILTER_W_ACTIVE": lambda world, account: account["warmup_status"] == WARMUP_ACTIVE,
    "ACC_FILTER_W_PAUSED": lambda world, account: account["warmup_status"] == WARMUP_PAUSED,
    "ACC_FILTER_W_ERROR": lambda world, account: account["warmup_status"] < 0,
}


def list_accounts(call: Call) -> JsonObject:
    """Answer GET /accounts, newest first unless asked otherwise.

    Source: instantly-facts.md §1, Pagination: the cursor is "timestamp_created&email"; a time alone is one too.
    """
    query, world = call.query, call.world
    limit, after = query.get("limit", DEFAULT_PAGE), query.get("starting_after")
    shown = [account_object(world, account, call.now) for account in chosen_accounts(world, query)]
    key = query.get("sort_by", "timestamp_created")
    shown.sort(key=lambda account: _sort_key(account, key), reverse=query.get("sort_order") != "asc")
    if after is None:
        shown = shown[query.get("skip", 0) :]
    elif "&" not in after:
        after = next((_account_cursor(one) for one in reversed(shown) if one["timestamp_created"] == after), after)
    if query.get("include_tags"):
        shown = [account | {"tags": shown_tags(world, ACCOUNT, account["email"])} for account in shown]
    return page_behind(shown, limit, after, _account_cursor)


def chosen_accounts(world: World, query: JsonObject) -> list[Account]:
    """Return the accounts that a query asks for, in the order in which they were connected."""
    return [account for account in world.accounts.values() if _is_chosen(world, account, query)]


def _is_chosen(world: World, account: Account, query: JsonObject) -> bool:
    named = f"{account['email']} {account['first_name']} {account['last_name']}".lower()
    return (
        query.get("search", "").lower() in named
        and query.get("status", account["status"]) == account["status"]
        and query.get("provider_code", account["provider_code"]) == account["provider_code"]
        and ("filter" not in query or _FILTERS[query["filter"]](world, account))
        and fits_tags(world, ACCOUNT, account["email"], query)
    )


def _pre_warmed(world: World) -> set[str]:
    return {email for email, ordered in world.office["ordered"].items() if ordered["is_pre_warmed_up"]}


def _sort_key(account: JsonObject, key: str) -> tuple[Any, str]:
    value = account[key]
    return (-1 if value is None else value), account["email"]


def _account_cursor(account: JsonObject) -> str:
    return f"{account['timestamp_created']}&{account['email']}"
