"""The served operations on sign-in sessions."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.oauth import operations

# Source: instantly-facts.md §1, Rate limits: 75 a minute for a workspace.
_BUDGET = (75, 60.0)

ROUTES = (
    served("POST", "/oauth/google/init", operations.init_google, scope="accounts:create", budget=_BUDGET),
    served("POST", "/oauth/microsoft/init", operations.init_microsoft, scope="accounts:create", budget=_BUDGET),
    served("GET", "/oauth/session/status/{sessionId}", operations.session_status, scope="accounts:read"),
)
