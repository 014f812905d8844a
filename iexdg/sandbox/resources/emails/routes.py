"""The served e-mail operation."""

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.emails import bodies, operations

ROUTES = (
    Route(
        method="POST",
        path="/emails/test",
        scope="emails:create",
        handler=operations.send_test,
        body=bodies.TEST_EMAIL,
    ),
)
