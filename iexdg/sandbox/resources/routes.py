"""The Instantly API as it is mounted: its prefix and the routes of every resource."""

from iexdg.sandbox.http.routing import Api
from iexdg.sandbox.resources.accounts.routes import ROUTES as ACCOUNTS
from iexdg.sandbox.resources.analytics.routes import ROUTES as ANALYTICS
from iexdg.sandbox.resources.campaigns.routes import ROUTES as CAMPAIGNS
from iexdg.sandbox.resources.emails.routes import ROUTES as EMAILS
from iexdg.sandbox.resources.leads.routes import ROUTES as LEADS
from iexdg.sandbox.resources.verification.routes import ROUTES as VERIFICATION
from iexdg.sandbox.resources.workspace.routes import ROUTES as WORKSPACE

# Source: instantly-facts.md §1, Base; the scopes are those of the OpenAPI.
INSTANTLY = Api(
    prefix="/api/v2",
    routes=(*CAMPAIGNS, *ANALYTICS, *LEADS, *VERIFICATION, *EMAILS, *ACCOUNTS, *WORKSPACE),
)
