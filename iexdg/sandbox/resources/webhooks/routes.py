"""The served operations on webhooks and their log."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.webhooks import events, operations

# Where the vendor names no scope, that of the neighbouring operations.
ROUTES = (
    served("GET", "/webhooks", operations.list_webhooks, scope="webhooks:read"),
    served("POST", "/webhooks", operations.create_webhook),
    served("GET", "/webhooks/event-types", operations.event_types, scope="webhooks:read"),
    served("GET", "/webhooks/{id}", operations.get_webhook),
    served("PATCH", "/webhooks/{id}", operations.patch_webhook),
    served("DELETE", "/webhooks/{id}", operations.delete_webhook),
    served("POST", "/webhooks/{id}/test", operations.send_test, scope="webhooks:update"),
    served("POST", "/webhooks/{id}/resume", operations.resume_webhook),
    served("GET", "/webhook-events", events.list_events),
    served("GET", "/webhook-events/summary", events.summary, scope="webhook_events:read"),
    served("GET", "/webhook-events/summary-by-date", events.summary_by_date, scope="webhook_events:read"),
    served("GET", "/webhook-events/{id}", events.get_event),
)
