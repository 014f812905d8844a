"""The served e-mail operations."""

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.emails import bodies, listing, operations

ROUTES = (
    Route(method="GET", path="/emails", scope="emails:read", handler=listing.list_emails, query=bodies.LIST_EMAILS),
    Route(
        method="POST",
        path="/emails/test",
        scope="emails:create",
        handler=operations.send_test,
        body=bodies.TEST_EMAIL,
    ),
)
