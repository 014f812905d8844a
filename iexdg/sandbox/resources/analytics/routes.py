"""The served analytics operations."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.analytics import accounts, campaigns

ROUTES = (
    served("GET", "/campaigns/analytics", campaigns.analytics, scope="campaigns:read"),
    served("GET", "/campaigns/analytics/overview", campaigns.overview, scope="campaigns:read"),
    served("GET", "/campaigns/analytics/daily", campaigns.daily, scope="campaigns:read"),
    served("GET", "/campaigns/analytics/steps", campaigns.steps, scope="campaigns:read"),
    served("GET", "/accounts/analytics/daily", accounts.account_daily, scope="accounts:read"),
)
