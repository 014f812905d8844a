"""What an order costs, and what is wrong with it."""

from collections import Counter
from dataclasses import dataclass, field

from iexdg.sandbox.http.schema import FORMATS
from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.resources.orders.domains import PRE_WARMED, is_available, is_orderable, restricted_keyword
from iexdg.sandbox.world.world import World

GOOGLE, AIRMAIL, MICROSOFT = 1, 2, 3
NEW, PRE_WARMED_UP, EXTRA = "dfy", "pre_warmed_up", "extra_accounts"
# Assumed, but for the last: prices in US dollars; a mailbox and a bundle a month, a domain a year.
_MAILBOX_PRICES, _DOMAIN_PRICE, _BUNDLE_PRICE = {GOOGLE: 5, AIRMAIL: 4}, 15, 20
# Source: OpenAPI, createDFYEmailAccountOrder: how many mailboxes a domain may have, by provider.
_BOUNDS = {GOOGLE: (1, 5), AIRMAIL: (1, 5), MICROSOFT: (50, 100)}


@dataclass
class Findings:
    """Everything that is wrong with an order, under the vendor's names."""

    unavailable_domains: list[str] = field(default_factory=list)
    blacklist_domains: list[str] = field(default_factory=list)
    invalid_domains: list[str] = field(default_factory=list)
    invalid_forwarding_domains: list[str] = field(default_factory=list)
    invalid_accounts: list[JsonObject] = field(default_factory=list)
    missing_domain_orders: list[str] = field(default_factory=list)
    domains_without_accounts: list[str] = field(default_factory=list)
    provider_mismatch_domains: list[str] = field(default_factory=list)
    unsupported_provider_domains: list[str] = field(default_factory=list)

    @property
    def error(self) -> str | None:
        """Return the vendor's word for the first thing that is wrong."""
        renamed = {
            "provider_mismatch_domains": "provider_mismatch",
            "unsupported_provider_domains": "unsupported_provider",
        }
        return next((renamed.get(name, name) for name, found in vars(self).items() if found), None)


def item_of(order_type: str, asked: JsonObject) -> JsonObject:
    """Return one domain of an order with its accounts, its provider and its price.

    Assumed: a domain that is warmed up in advance has two mailboxes.
    """
    domain = asked["domain"].strip().lower()
    is_pre_warmed = order_type == PRE_WARMED_UP
    provider = PRE_WARMED.get(domain, GOOGLE) if is_pre_warmed else asked.get("email_provider", GOOGLE)
    accounts = _ready_made() if is_pre_warmed else asked.get("accounts", [])
    domain_price = 0 if order_type == EXTRA else _DOMAIN_PRICE
    monthly = _BUNDLE_PRICE if provider == MICROSOFT else _MAILBOX_PRICES[provider] * len(accounts)
    item: JsonObject = {
        "domain": domain,
        "accounts": accounts,
        "email_provider": provider,
        "domain_price": domain_price,
        "accounts_price": monthly,
        "domain_monthly_price": _BUNDLE_PRICE if provider == MICROSOFT else None,
        "total_price": domain_price + monthly,
        "total_discount": 0,
    }
    forwarding = asked.get("forwarding_domain")
    return item | {"forwarding_domain": forwarding} if forwarding else item


def _ready_made() -> list[JsonObject]:
    names = (("Alex", "Reed"), ("Sam", "Carter"))
    return [
        {"email_address_prefix": f"{first}.{last}".lower(), "first_name": first, "last_name": last}
        for first, last in names
    ]


def findings_on(world: World, order_type: str, items: list[JsonObject]) -> Findings:
    """Check an order; each thing that is wrong is in one of the lists."""
    found = Findings()
    seen = Counter(item["domain"] for item in items)
    for item in items:
        _check_domain(world, order_type, item, found)
        if seen[item["domain"]] > 1 and item["domain"] not in found.invalid_domains:
            found.invalid_domains.append(item["domain"])
        if item.get("forwarding_domain") in {item["domain"]} or "." not in item.get("forwarding_domain", "a.b"):
            found.invalid_forwarding_domains.append(item["forwarding_domain"])
        if not item["accounts"]:
            found.domains_without_accounts.append(item["domain"])
        found.invalid_accounts += _invalid_accounts(world, order_type, item)
    return found


def _check_domain(world: World, order_type: str, item: JsonObject, found: Findings) -> None:
    domain, ordered = item["domain"], world.office["orders"].get(item["domain"])
    if order_type == EXTRA:
        if ordered is None:
            found.missing_domain_orders.append(domain)
        elif ordered["email_provider"] == MICROSOFT:
            found.unsupported_provider_domains.append(domain)
        elif ordered["email_provider"] != item["email_provider"]:
            found.provider_mismatch_domains.append(domain)
    elif order_type == PRE_WARMED_UP:
        if domain not in PRE_WARMED or ordered is not None:
            found.unavailable_domains.append(domain)
    elif restricted_keyword(domain):
        found.blacklist_domains.append(domain)
    elif not is_orderable(domain):
        found.invalid_domains.append(domain)
    elif not is_available(world, domain):
        found.unavailable_domains.append(domain)


def _invalid_accounts(world: World, order_type: str, item: JsonObject) -> list[JsonObject]:
    lowest, most = _BOUNDS[item["email_provider"]]
    reasons = []
    for place, account in enumerate(item["accounts"]):
        email = f"{account['email_address_prefix']}@{item['domain']}".lower()
        reason = _trouble(world, account, email)
        if reason is None and place >= most:
            reason = f"A domain of this provider has at most {most} accounts"
        if reason is None and order_type == NEW and len(item["accounts"]) < lowest:
            reason = f"A domain of this provider has at least {lowest} accounts"
        if reason:
            named = {name: account[name] for name in ("first_name", "last_name")}
            reasons.append({"domain": item["domain"], "email": email, "reason": reason, **named})
    return reasons


def _trouble(world: World, account: JsonObject, email: str) -> str | None:
    if not account["first_name"].strip():
        return "First name is required"
    if not account["last_name"].strip():
        return "Last name is required"
    if not FORMATS["email"](email):
        return "The address is not valid"
    return "The account exists already" if email in world.accounts else None
