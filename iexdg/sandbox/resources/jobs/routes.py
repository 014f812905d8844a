"""The served operations on background jobs."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.jobs import operations

ROUTES = (
    served("GET", "/background-jobs", operations.list_jobs),
    served("GET", "/background-jobs/{id}", operations.get_job),
)
