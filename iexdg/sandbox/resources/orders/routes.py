"""The served operations on orders."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.orders import domains, operations, phones

_ORDERS = "/dfy-email-account-orders"

ROUTES = (
    served("POST", _ORDERS, operations.place_order),
    served("GET", _ORDERS, operations.list_orders),
    served("GET", f"{_ORDERS}/accounts", operations.list_ordered_accounts),
    served("POST", f"{_ORDERS}/accounts/cancel", operations.cancel_accounts),
    # Source: OpenAPI, checkDomainsAvailability.
    served("POST", f"{_ORDERS}/domains/check", domains.check_domains, budget=(30, 60.0)),
    served("POST", f"{_ORDERS}/domains/similar", domains.similar_domains),
    served("POST", f"{_ORDERS}/domains/pre-warmed-up-list", domains.pre_warmed_domains),
    served("GET", "/crm-actions/phone-numbers", phones.list_phones),
    served("DELETE", "/crm-actions/phone-numbers/{id}", phones.delete_phone),
)
