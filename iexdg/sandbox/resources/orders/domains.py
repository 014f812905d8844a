"""Which domains can be ordered: free, similar, warmed up in advance, or restricted."""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.world.ids import share_of
from iexdg.sandbox.world.world import World

# Source: OpenAPI, createDFYEmailAccountOrder: the only extensions of new domains.
_TLDS = ("com", "org")
# Assumed: a few of the names of well-known companies that the vendor restricts; the first two are the spec's.
_RESTRICTED = ("google", "equifax", "microsoft")
# Assumed: the domains that are warmed up in advance, each with its provider.
PRE_WARMED = {
    "alder-desk.example.com": 1,
    "birch-office.example.com": 1,
    "cedar-team.example.com": 2,
    "dogwood-mail.example.org": 1,
}
_TAKEN = "taken"
_MOST_SIMILAR = 67
_BEFORE = ("get", "try", "use", "go", "join", "meet", "with", "hello", "team", "my")
_BEHIND = ("hq", "app", "team", "mail", "hub", "lab", "group", "desk", "now", "one")


def restricted_keyword(domain: str) -> str | None:
    """Return the restricted name that a domain contains."""
    return next((keyword for keyword in _RESTRICTED if keyword in domain), None)


def is_orderable(domain: str) -> bool:
    """Say whether a new domain has a name and an extension that can be ordered."""
    name, _, tld = domain.rpartition(".")
    return tld in _TLDS and bool(name) and all(part and part.replace("-", "").isalnum() for part in name.split("."))


def is_available(world: World, domain: str) -> bool:
    """Say whether a new domain is free. Assumed: one whose name begins with "taken" never is."""
    is_free = domain not in world.office["orders"] and not domain.startswith(_TAKEN)
    return is_free and restricted_keyword(domain) is None


def check_domains(call: Call) -> JsonObject:
    """Answer POST /dfy-email-account-orders/domains/check, in the order in which they are asked about."""
    return {"results": [_checked(call.world, domain.strip().lower()) for domain in call.body["domains"]]}


def _checked(world: World, domain: str) -> JsonObject:
    keyword = restricted_keyword(domain)
    if keyword:
        return {
            "domain": domain,
            "available": False,
            "unavailable_reason": "restricted",
            "restricted_keyword": keyword,
        }
    return {"domain": domain, "available": is_orderable(domain) and is_available(world, domain)}


def similar_domains(call: Call) -> JsonObject:
    """Answer POST /dfy-email-account-orders/domains/similar.

    Source: OpenAPI, generateSimilarDomains: at most 67 for each extension, all of them available.
    Raises: ApiError 400 - the name is restricted; the body says which keyword.
    """
    domain = call.body["domain"].strip().lower()
    keyword = restricted_keyword(domain)
    if keyword:
        message = f"The domain contains the restricted keyword {keyword}"
        exact = {
            "statusCode": 400,
            "error": "Bad Request",
            "message": message,
            "code": "restricted_domain",
            "keyword": keyword,
        }
        raise ApiError(400, message, exact=exact)
    name, _, rest = domain.partition(".")
    places = f".{rest.rpartition('.')[0]}" if "." in rest else ""
    names = [f"{word}{name}" for word in _BEFORE] + [f"{name}{word}" for word in _BEHIND]
    names.sort(key=lambda one: share_of(call.world.seed, one))
    tlds = call.body.get("tlds", list(_TLDS))
    wanted = [f"{one}{places}.{tld}" for tld in tlds for one in names[:_MOST_SIMILAR]]
    return {"domains": [one for one in wanted if is_orderable(one) and is_available(call.world, one)]}


def pre_warmed_domains(call: Call) -> JsonObject:
    """Answer POST /dfy-email-account-orders/domains/pre-warmed-up-list: those that nobody has ordered yet."""
    body = call.body or {}
    extensions, search = body.get("extensions", ["com", "org", "co"]), body.get("search", "").lower()
    free = [
        domain
        for domain in PRE_WARMED
        if domain not in call.world.office["orders"] and domain.rpartition(".")[2] in extensions and search in domain
    ]
    return {
        "domains": free,
        "domains_with_type": [{"domain": domain, "account_type": PRE_WARMED[domain]} for domain in free],
    }
