"""The served verification operations."""

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.verification import bodies, operations

ROUTES = (
    Route(
        method="POST",
        path="/email-verification",
        scope="email_verifications:create",
        handler=operations.post_verification,
        body=bodies.VERIFY_EMAIL,
    ),
    Route(
        method="GET",
        path="/email-verification/{email}",
        scope="email_verifications:read",
        handler=operations.get_verification,
        params=bodies.EMAIL_PARAM,
    ),
)
