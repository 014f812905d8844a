"""The Instantly API as it is mounted: its prefix and the routes of every resource."""

from iexdg.sandbox.http.routing import Api
from iexdg.sandbox.resources.accounts.routes import ROUTES as ACCOUNTS
from iexdg.sandbox.resources.analytics.routes import ROUTES as ANALYTICS
from iexdg.sandbox.resources.block_list.routes import ROUTES as BLOCK_LIST
from iexdg.sandbox.resources.campaigns.routes import ROUTES as CAMPAIGNS
from iexdg.sandbox.resources.emails.routes import ROUTES as EMAILS
from iexdg.sandbox.resources.jobs.routes import ROUTES as JOBS
from iexdg.sandbox.resources.labels.routes import ROUTES as LABELS
from iexdg.sandbox.resources.leads.routes import ROUTES as LEADS
from iexdg.sandbox.resources.lists.routes import ROUTES as LISTS
from iexdg.sandbox.resources.oauth.routes import ROUTES as OAUTH
from iexdg.sandbox.resources.orders.routes import ROUTES as ORDERS
from iexdg.sandbox.resources.placement.routes import ROUTES as PLACEMENT
from iexdg.sandbox.resources.subsequences.routes import ROUTES as SUBSEQUENCES
from iexdg.sandbox.resources.supersearch.routes import ROUTES as SUPERSEARCH
from iexdg.sandbox.resources.tags.routes import ROUTES as TAGS
from iexdg.sandbox.resources.verification.routes import ROUTES as VERIFICATION
from iexdg.sandbox.resources.webhooks.routes import ROUTES as WEBHOOKS
from iexdg.sandbox.resources.workspace.routes import ROUTES as WORKSPACE

# Source: instantly-facts.md §1, Base; the scopes are those of the OpenAPI.
INSTANTLY = Api(
    prefix="/api/v2",
    routes=(
        *CAMPAIGNS,
        *ANALYTICS,
        *LEADS,
        *VERIFICATION,
        *EMAILS,
        *ACCOUNTS,
        *WORKSPACE,
        *JOBS,
        *LISTS,
        *LABELS,
        *TAGS,
        *BLOCK_LIST,
        *WEBHOOKS,
        *PLACEMENT,
        *ORDERS,
        *OAUTH,
        *SUBSEQUENCES,
        *SUPERSEARCH,
    ),
)
