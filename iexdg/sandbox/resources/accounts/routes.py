"""The served operation on sending accounts."""

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.accounts import bodies, operations

ROUTES = (
    Route(
        method="GET",
        path="/accounts",
        scope="accounts:read",
        handler=operations.list_accounts,
        query=bodies.LIST_ACCOUNTS,
    ),
)
