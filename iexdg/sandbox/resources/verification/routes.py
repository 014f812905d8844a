"""The served verification operations."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.verification import operations

ROUTES = (
    served("POST", "/email-verification", operations.post_verification),
    served("GET", "/email-verification/{email}", operations.get_verification),
)
