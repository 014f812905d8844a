"""The served analytics operations."""

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.analytics import accounts, bodies, campaigns

ROUTES = (
    Route(
        method="GET",
        path="/campaigns/analytics",
        scope="campaigns:read",
        handler=campaigns.analytics,
        query=bodies.ANALYTICS,
    ),
    Route(
        method="GET",
        path="/campaigns/analytics/overview",
        scope="campaigns:read",
        handler=campaigns.overview,
        query=bodies.OVERVIEW,
    ),
    Route(
        method="GET",
        path="/campaigns/analytics/daily",
        scope="campaigns:read",
        handler=campaigns.daily,
        query=bodies.DAILY,
    ),
    Route(
        method="GET",
        path="/campaigns/analytics/steps",
        scope="campaigns:read",
        handler=campaigns.steps,
        query=bodies.STEPS,
    ),
    Route(
        method="GET",
        path="/accounts/analytics/daily",
        scope="accounts:read",
        handler=accounts.account_daily,
        query=bodies.ACCOUNT_DAILY,
    ),
)
