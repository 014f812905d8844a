"""The served e-mail operations."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.emails import listing, operations, writing

# Source: instantly-facts.md §1, Rate limits.
ROUTES = (
    served("GET", "/emails", listing.list_emails, budget=(20, 60.0)),
    served("GET", "/emails/unread/count", operations.unread_count),
    served("POST", "/emails/test", operations.send_test),
    served("POST", "/emails/reply", writing.reply),
    served("POST", "/emails/forward", writing.forward),
    served("POST", "/emails/threads/{thread_id}/mark-as-read", operations.mark_thread_as_read),
    served("GET", "/emails/{id}", operations.get_email),
    served("PATCH", "/emails/{id}", operations.patch_email),
    served("DELETE", "/emails/{id}", operations.delete_email),
)
