"""Orders of domains with ready-made mailboxes: placed, listed, cancelled."""

from typing import Any

from iexdg.sandbox.http.wire import Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.accounts.account import forget_account, new_account
from iexdg.sandbox.resources.orders.quote import EXTRA, GOOGLE, MICROSOFT, PRE_WARMED_UP, Findings, findings_on, item_of
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.world.audit import ACCOUNT_ADDED, ACCOUNT_DELETED
from iexdg.sandbox.world.clock import iso, maybe_iso
from iexdg.sandbox.world.ids import share_of

# Assumed: how long the vendor needs to set a new mailbox up; one that is warmed up in advance is ready at once.
_SETUP_S = 6 * 3600.0
# Source: OpenAPI, the providers of orders, and provider_code of accounts.
_PROVIDER_CODES = {GOOGLE: 2, 2: 8, MICROSOFT: 3}


def place_order(call: Call) -> JsonObject:
    """Answer POST /dfy-email-account-orders: a quote, and the order itself unless it is a simulation or not valid."""
    order_type, is_simulation = call.body["order_type"], call.body.get("simulation", False)
    items = [item_of(order_type, asked) for asked in call.body["items"]]
    found = findings_on(call.world, order_type, items)
    is_placed = found.error is None and bool(items) and not is_simulation
    if is_placed:
        for item in items:
            _set_up(call, order_type, item)
    return _answer(found, items) | {"simulation": is_simulation, "order_placed": is_placed}


def list_orders(call: Call) -> JsonObject:
    """Answer GET /dfy-email-account-orders, oldest first. Assumed: the domain is the cursor."""
    orders = sorted(call.world.office["orders"].values(), key=lambda order: (order["created"], order["domain"]))
    shown = [
        {
            "workspace_id": call.world.organization,
            "domain": order["domain"],
            "forwarding_domain": order["forwarding_domain"],
            "forwarding_mode": "redirect" if order["forwarding_domain"] else None,
            "is_pre_warmed_up": order["is_pre_warmed_up"],
            "timestamp_created": iso(order["created"]),
            "timestamp_cancelled": maybe_iso(order["cancelled"]),
        }
        for order in orders
    ]
    query = call.query
    return page_behind(shown, query.get("limit", DEFAULT_PAGE), query.get("starting_after"), lambda one: one["domain"])


def list_ordered_accounts(call: Call) -> JsonObject:
    """Answer GET /dfy-email-account-orders/accounts; passwords only where they are asked for, and none is remembered.

    Source: OpenAPI, listDFYEmailAccountOrdersAccounts: empty while the mailbox is not ready; the cursor is id and time.
    """
    query, ordered = call.query, call.world.office["ordered"].values()
    shown = [_ordered_object(one) for one in sorted(ordered, key=lambda one: (one["created"], one["id"]))]
    if query.get("with_passwords"):
        shown = [one | {"password": _password(call, one["email"])} for one in shown]
    cursor_of = _ordered_cursor
    return page_behind(shown, query.get("limit", DEFAULT_PAGE), query.get("starting_after"), cursor_of)


def cancel_accounts(call: Call) -> JsonObject:
    """Answer POST /dfy-email-account-orders/accounts/cancel: the mailboxes are gone for good.

    Assumed: 404 where one of them was never ordered, and then nothing is cancelled; a domain without mailboxes ends.
    """
    office = call.world.office
    emails = list(dict.fromkeys(email.strip().lower() for email in call.body["accounts"]))
    if any(email not in office["ordered"] for email in emails):
        raise NotFoundError
    chosen = [office["ordered"][email] for email in emails]
    for one in chosen:
        one["cancelled"] = one["cancelled"] or call.now
        if one["email"] in call.world.accounts:
            forget_account(call.world, call.world.accounts[one["email"]])
            facts = {"emails": [one["email"]]}
            call.world.write_audit(ACCOUNT_DELETED, call.now, audit_metadata=facts, user_agent=call.user_agent)
        left = [other for other in office["ordered"].values() if other["domain"] == one["domain"]]
        if all(other["cancelled"] for other in left):
            office["orders"][one["domain"]]["cancelled"] = call.now
    call.world.touch()
    return {"items": [_ordered_object(one) for one in chosen]}


def _set_up(call: Call, order_type: str, item: JsonObject) -> None:
    world, is_pre_warmed = call.world, order_type == PRE_WARMED_UP
    if order_type != EXTRA:
        world.office["orders"][item["domain"]] = {
            "domain": item["domain"],
            "forwarding_domain": item.get("forwarding_domain"),
            "is_pre_warmed_up": is_pre_warmed,
            "email_provider": item["email_provider"],
            "created": call.now,
            "cancelled": None,
        }
    for account in item["accounts"]:
        email = f"{account['email_address_prefix']}@{item['domain']}".lower()
        names = {name: account[name] for name in ("first_name", "last_name")}
        world.office["ordered"][email] = {
            "id": world.new_id(),
            "email": email,
            "domain": item["domain"],
            "email_provider": item["email_provider"],
            "is_pre_warmed_up": is_pre_warmed,
            "created": call.now,
            "cancelled": None,
            **names,
        }
        facts = {"is_managed_account": True, "provider_code": _PROVIDER_CODES[item["email_provider"]], **names}
        facts |= {"setup_pending": not is_pre_warmed, "warmup_status": 1 if is_pre_warmed else 0}
        new_account(world, email, "", created=call.now, score=95 if is_pre_warmed else None, **facts)
        if not is_pre_warmed:
            world.account_waits[email] = call.now + _SETUP_S
        facts = {"emails": [email]}
        world.write_audit(ACCOUNT_ADDED, call.now, audit_metadata=facts, user_agent=call.user_agent)


def _ordered_object(one: JsonObject) -> JsonObject:
    return {
        "id": one["id"],
        "email": one["email"],
        "domain": one["domain"],
        "email_provider": one["email_provider"],
        "first_name": one["first_name"],
        "last_name": one["last_name"],
        "is_pre_warmed_up": one["is_pre_warmed_up"],
        "timestamp_created": iso(one["created"]),
        # Assumed: empty while it is not cancelled, since the field is a text that is never null.
        "timestamp_cancelled": maybe_iso(one["cancelled"]) or "",
    }


def _ordered_cursor(one: JsonObject) -> str:
    return f"{one['id']}:{one['timestamp_created']}"


def _password(call: Call, email: str) -> str:
    if email not in call.world.accounts or email in call.world.account_waits:
        return ""
    return f"invented-{int(share_of(call.world.seed, f'{email}|password') * 10**8):08d}"


def _answer(found: Findings, items: list[JsonObject]) -> JsonObject:
    monthly = sum(item["accounts_price"] for item in items)
    yearly = sum(item["domain_price"] for item in items)
    by_mailbox = {item["email_provider"]: item for item in items if item["email_provider"] != MICROSOFT}
    prices = {str(kind): item["accounts_price"] / max(1, len(item["accounts"])) for kind, item in by_mailbox.items()}
    answer: JsonObject = {
        **vars(found),
        "blacklist_keywords": [],
        "unavailable_email_providers": [],
        "free_domains": [],
        "order_is_valid": found.error is None and bool(items),
        "order_items": items,
        "number_of_domains_ordered": len(items),
        "number_of_accounts_ordered": sum(len(item["accounts"]) for item in items),
        "price_per_account_per_month": next(iter(prices.values())) if len(prices) == 1 else None,
        "price_per_account_per_month_by_account_type": prices,
        "price_per_domain_per_month": _bundle_price(items),
        "price_per_domain_per_year": max((item["domain_price"] for item in items), default=0),
        "total_domains_price_per_year": yearly,
        "total_accounts_price_per_month": monthly,
        "total_price_per_month": monthly,
        "total_price_per_year": yearly,
        "total_price": monthly + yearly,
        "total_discount": 0,
        "payment_method_last_4_digits": "4242",
        "payment_method_brand": "Visa",
        "payment_method_name_on_card": "Robin Sandbox",
    }
    return answer | ({"order_error": found.error} if found.error else {})


def _bundle_price(items: list[JsonObject]) -> Any:
    return next((item["domain_monthly_price"] for item in items if item["email_provider"] == MICROSOFT), None)
